"""The distinct terms of many articles, and the column of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.arrays import copy_into
from dedup.compiled import kernel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_MIXER = np.uint64(0x9E3779B97F4A7C15)
_FIRST_SLOTS = 1 << 12


class Vocabulary:
    """Terms by hash, ascending, behind a table of open slots: finding one costs the same among a million.

    Parameters
    ----------
    chunks : iterable of ndarray of uint64
        Hashes of terms, in any order, each as often as it comes.

    Attributes
    ----------
    hashes : ndarray of uint64, shape (terms,)
        Each term once, ascending.
    """

    def __init__(self, chunks: Iterable[NDArray[np.uint64]]) -> None:
        slots = np.full(_FIRST_SLOTS, -1, np.int32)
        found, used = np.empty(_FIRST_SLOTS // 2, np.uint64), 0
        for chunk in chunks:
            slots, found, used = _add(chunk, slots, found, used)
        self.hashes: NDArray[np.uint64] = np.sort(found[:used])
        self._slots = np.full(len(slots), -1, np.int32)
        _fill(self.hashes, self._slots)

    def __len__(self) -> int:
        return len(self.hashes)

    def columns(self, hashes: NDArray[np.uint64], out: NDArray[np.int32]) -> None:
        """Write the place of each of `hashes` in the vocabulary, which has it, to `out`."""
        _look_up(hashes, self.hashes, self._slots, out)


@kernel(inner=True)
def _slot(value, hashes, slots):  # type: ignore[no-untyped-def]
    """Find the slot of `value`, or the empty one where it belongs."""
    mask = np.uint64(len(slots) - 1)
    slot = (value * _MIXER >> np.uint64(20)) & mask
    while slots[slot] >= 0 and hashes[slots[slot]] != value:
        slot = (slot + np.uint64(1)) & mask
    return slot


@kernel(inner=True)
def _fill_slots(hashes, used, slots):  # type: ignore[no-untyped-def]
    for place in range(used):
        slots[_slot(hashes[place], hashes, slots)] = place


@kernel
def _fill(hashes, slots):  # type: ignore[no-untyped-def]
    _fill_slots(hashes, len(hashes), slots)


@kernel
def _add(chunk, slots, found, used):  # type: ignore[no-untyped-def]
    """Add the terms of `chunk`; at most half of the slots are taken."""
    for value in chunk:
        slot = _slot(value, found, slots)
        if slots[slot] >= 0:
            continue
        if used == len(found):
            wider = np.empty(2 * used, np.uint64)
            copy_into(wider, found)
            found = wider
            slots = np.full(2 * len(slots), np.int32(-1), np.int32)
            _fill_slots(found, used, slots)
            slot = _slot(value, found, slots)
        found[used] = value
        slots[slot] = used
        used += 1
    return slots, found, used


@kernel
def _look_up(hashes, known, slots, out):  # type: ignore[no-untyped-def]
    for k in range(len(hashes)):
        out[k] = slots[_slot(hashes[k], known, slots)]
