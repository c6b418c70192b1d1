"""Where values go on a chart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.report.charts.scales import Linear, Logarithmic, compact, count_ticks, powers_of_ten, round_ticks


def test_the_ends_of_a_scale_stand_at_its_ends() -> None:
    scale = Linear(0, 50, 200, 0)
    assert (scale(0), scale(25), scale(50)) == (200, 100, 0)


def test_a_scale_of_one_value_is_no_division_by_zero() -> None:
    assert Linear(3, 3, 10, 90)(3) == 10
    assert Logarithmic(0, 100, 0)(0) == 100


def test_ten_times_as_many_is_one_step_up() -> None:
    scale = Logarithmic(10**6 - 1, 0, 600)
    assert scale(0) == 0
    assert scale(10**6 - 1) == 600
    assert scale(10**3 - 1) == pytest.approx(300, abs=1)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_lie_within_and_are_few(low: float, length: float) -> None:
    ticks = round_ticks(low, low + length)
    slack = 1e-6 * max(1, abs(low), length)
    assert 1 <= len(ticks) <= 6
    assert all(low - slack <= tick <= low + length + slack for tick in ticks)
    assert ticks == sorted(set(ticks))


@given(st.integers(0, 10**7))
def test_counts_are_marked_with_whole_numbers_from_nothing(high: int) -> None:
    ticks = count_ticks(high)
    assert ticks[0] == 0
    assert len(ticks) <= 6
    assert ticks[-1] <= max(high, 1)


def test_powers_of_ten_end_below_the_largest_count() -> None:
    assert powers_of_ten(0) == []
    assert powers_of_ten(999) == [1, 10, 100]
    assert powers_of_ten(1000) == [1, 10, 100, 1000]


def test_large_counts_are_written_short() -> None:
    assert [compact(count) for count in (0, 999, 1000, 1500, 2_000_000)] == ["0", "999", "1k", "1.5k", "2M"]
