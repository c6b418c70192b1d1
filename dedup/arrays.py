"""Small compiled pieces on arrays that numpy's own, once compiled, would cost seconds at the first run.

numba builds a sort from a dozen generic parts, and an assignment between slices brings along the text of its
error message; each costs as much to compile as a whole kernel here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from dedup.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Runs of this length are sorted by insertion before they are merged.
_RUN = 16

_U = np.uint64
_Number = TypeVar("_Number", np.uint64, np.int64)


@kernel(inner=True)
def copy_into(target, source):  # type: ignore[no-untyped-def]
    """Write `source` to the beginning of `target`."""
    for k in range(len(source)):
        target[k] = source[k]


@kernel(inner=True)
def with_room(array, used, more):  # type: ignore[no-untyped-def]
    """Give `array`, of which the first `used` entries count, or a wider copy where `more` would not fit."""
    if used + more <= len(array):
        return array
    wider = np.empty(2 * len(array) + more, array.dtype)
    copy_into(wider, array[:used])
    return wider


@kernel(inner=True)
def stable_order(values):  # type: ignore[no-untyped-def]
    """Give the order that sorts `values`, equal ones as they stand: runs by insertion, then merged in pairs."""
    size = len(values)
    order = np.empty(size, np.int64)
    merged = np.empty(size, np.int64)
    for k in range(size):
        place = k
        while place % _RUN and values[order[place - 1]] > values[k]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = k
    width = _RUN
    while width < size:
        for low in range(0, size, 2 * width):
            i, middle = low, min(low + width, size)
            j, high = middle, min(low + 2 * width, size)
            for k in range(low, high):
                if j == high or (i < middle and values[order[i]] <= values[order[j]]):
                    merged[k] = order[i]
                    i += 1
                else:
                    merged[k] = order[j]
                    j += 1
        order, merged = merged, order
        width *= 2
    return order


@kernel(inner=True)
def sort_distinct(values):  # type: ignore[no-untyped-def]
    """Sort `values` and drop repeats, in place; return how many are left."""
    ordered = values[stable_order(values)]
    left = 0
    for k in range(len(ordered)):
        if left == 0 or ordered[k] != values[left - 1]:
            values[left] = ordered[k]
            left += 1
    return left


def order_of_hashes(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Give the order that sorts `values`, equal ones as they stand: what a stable `argsort` gives, much faster.

    The place of a value takes that many of its low bits, and numpy sorts plain numbers many times faster than
    it finds an order.  Where values differ in the lost bits alone, as hashes rarely do, they are put right.
    """
    bits = _U(max(len(values) - 1, 1).bit_length())
    packed = values >> bits << bits | np.arange(len(values), dtype=np.uint64)
    packed.sort()
    order = (packed & ((_U(1) << bits) - _U(1))).astype(np.int64)
    ordered = values[order]
    wrong = np.flatnonzero(ordered[1:] < ordered[:-1])
    if not len(wrong):
        return order
    heads = packed >> bits
    doubtful = np.flatnonzero(np.isin(heads, heads[wrong], kind="sort"))
    rows = order[doubtful]
    order[doubtful] = rows[np.argsort(values[rows], kind="stable")]  # runs of equal heads ascend already
    return order


def distinct(values: NDArray[_Number]) -> NDArray[_Number]:
    """Give the distinct `values`, ascending; `numpy.unique` takes a table of hashes and far longer."""
    ordered = np.sort(values)
    return ordered[_begins(ordered)]


def distinct_counts(values: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Give the distinct `values`, ascending, and how often each comes."""
    ordered = np.sort(values)
    places = np.flatnonzero(_begins(ordered))
    return ordered[places], np.diff(places, append=len(ordered))


def total_counts(
    values: NDArray[np.uint64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Give the distinct `values`, ascending, and the sum of the `counts` of each."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    places = np.flatnonzero(_begins(ordered))
    return ordered[places], np.add.reduceat(counts[order], places) if len(places) else counts


def _begins(ordered: NDArray[_Number]) -> NDArray[np.bool_]:
    begins = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    return begins
