"""Windows: near in time, then whole groups."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.corpus import NO_DATE
from jobs.ledger.windows import SECONDS_A_DAY, closed_over, spans, within

days = st.lists(st.integers(0, 40), max_size=12)


@given(days, days, st.integers(0, 9))
def test_near_is_near_to_any_centre(times: list[int], centres: list[int], window: int) -> None:
    found = within(
        np.array(times, np.int64) * SECONDS_A_DAY, np.array(centres, np.int64) * SECONDS_A_DAY, window
    )
    assert found.tolist() == [any(abs(time - centre) <= window for centre in centres) for time in times]


@given(days.filter(bool), st.integers(0, 9))
def test_spans_hold_what_is_near_and_lie_apart(centres: list[int], window: int) -> None:
    found = spans(np.array(centres, np.int64) * SECONDS_A_DAY, window)
    for time in range(-12, 60):
        inside = [low <= time * SECONDS_A_DAY <= high for low, high in found]
        assert sum(inside) == any(abs(time - centre) <= window for centre in centres)


def test_an_unknown_time_is_near_to_everything() -> None:
    known, unknown = np.array([0]), np.array([NO_DATE])
    assert within(unknown, known, 1).all()
    assert within(known, unknown, 1).all()
    assert within(unknown, np.empty(0, np.int64), 1).all()
    assert not within(known, np.empty(0, np.int64), 1).any()


def test_whole_groups_are_chosen_and_no_others() -> None:
    chosen = closed_over(np.array([True, False, False, False, True]), np.array([3, 3, 1, -1, -1]))
    assert chosen.tolist() == [True, True, False, False, True]
