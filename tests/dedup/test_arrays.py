"""Sorting and growing inside kernels."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.arrays import (
    copy_into,
    distinct,
    distinct_counts,
    order_of_hashes,
    sort_distinct,
    stable_order,
    total_counts,
    with_room,
)
from dedup.compiled import kernel

LISTS = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 3), max_size=100)


@kernel
def _order(values):  # type: ignore[no-untyped-def]
    return stable_order(values)


@kernel
def _distinct(values):  # type: ignore[no-untyped-def]
    return values[: sort_distinct(values)]


@kernel
def _room(values, used, more):  # type: ignore[no-untyped-def]
    return with_room(values, used, more)


@kernel
def _copied(target, source):  # type: ignore[no-untyped-def]
    copy_into(target, source)


@settings(deadline=None)
@given(LISTS)
def test_equal_values_stay_in_their_order(numbers: list[int]) -> None:
    values = np.array(numbers, np.uint64)
    assert _order(values).tolist() == np.argsort(values, kind="stable").tolist()


@settings(deadline=None)
@given(LISTS)
def test_sorting_drops_repeats(numbers: list[int]) -> None:
    assert _distinct(np.array(numbers, np.uint64)).tolist() == sorted(set(numbers))


def test_an_array_with_room_stays_and_one_without_is_copied() -> None:
    values = np.arange(4, dtype=np.uint64)
    assert np.shares_memory(_room(values, 2, 2), values)
    wider = _room(values, 3, 2)
    assert len(wider) >= 5
    assert wider[:3].tolist() == [0, 1, 2]


def test_a_copy_leaves_the_rest_of_its_target() -> None:
    target = np.zeros(3, np.uint64)
    _copied(target, np.array([5, 6], np.uint64))
    assert target.tolist() == [5, 6, 0]


@given(LISTS, st.integers(0, 60))
def test_hashes_are_ordered_as_a_stable_sort_orders_them(numbers: list[int], lost: int) -> None:
    values = np.array(numbers, np.uint64) >> np.uint64(lost)
    assert order_of_hashes(values).tolist() == np.argsort(values, kind="stable").tolist()


def test_a_few_hashes_that_begin_alike_are_put_right() -> None:
    values = np.random.default_rng(5).integers(0, 1 << 64, 5000, np.uint64)
    values[100:110] = values[7] ^ np.arange(10, 0, -1, dtype=np.uint64)
    assert np.array_equal(order_of_hashes(values), np.argsort(values, kind="stable"))


@given(LISTS)
def test_distinct_values_and_their_counts_are_those_of_numpy(numbers: list[int]) -> None:
    values = np.array(numbers, np.uint64)
    wanted, counts = np.unique(values, return_counts=True)
    assert distinct(values).tolist() == wanted.tolist()
    assert [column.tolist() for column in distinct_counts(values)] == [wanted.tolist(), counts.tolist()]


@given(LISTS, st.integers(0, 100))
def test_counts_of_parts_add_up_to_those_of_the_whole(numbers: list[int], cut: int) -> None:
    values = np.array(numbers, np.uint64)
    parts = [distinct_counts(part) for part in (values[:cut], values[cut:])]
    total = total_counts(*(np.concatenate([part[k] for part in parts]) for k in (0, 1)))
    assert [column.tolist() for column in total] == [column.tolist() for column in distinct_counts(values)]
