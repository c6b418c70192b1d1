"""Many sets of 64-bit values, and how much two of them share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray


@kernel
def _shared(offsets, values, a, b):  # type: ignore[no-untyped-def]
    """Count common values of the sets of each pair by merging."""
    counts = np.zeros(len(a), np.int64)
    for pair in range(len(a)):
        i, end_i = offsets[a[pair]], offsets[a[pair] + 1]
        j, end_j = offsets[b[pair]], offsets[b[pair] + 1]
        while i < end_i and j < end_j:
            x, y = values[i], values[j]
            counts[pair] += x == y
            i += x <= y
            j += y <= x
    return counts


@kernel
def _union(offsets, values, other_offsets, other_values):  # type: ignore[no-untyped-def]
    """Merge set `i` of both sides, for every `i`."""
    joined_offsets = np.zeros(len(offsets), np.int64)
    joined = np.empty(len(values) + len(other_values), np.uint64)
    used = 0
    for place in range(len(offsets) - 1):
        i, end_i = offsets[place], offsets[place + 1]
        j, end_j = other_offsets[place], other_offsets[place + 1]
        while i < end_i or j < end_j:
            takes_one = j == end_j or (i < end_i and values[i] <= other_values[j])
            takes_other = i == end_i or (j < end_j and other_values[j] <= values[i])
            joined[used] = values[i] if takes_one else other_values[j]
            used += 1
            i += takes_one
            j += takes_other
        joined_offsets[place + 1] = used
    return joined_offsets, joined[:used].copy()


@dataclass(frozen=True, slots=True)
class HashSets:
    """Sets one after another.

    Attributes
    ----------
    offsets : ndarray of int64, shape (n + 1,)
        Set `i` is ``values[offsets[i]:offsets[i + 1]]``.
    values : ndarray of uint64
        Ascending and distinct within each set.
    """

    offsets: NDArray[np.int64]
    values: NDArray[np.uint64]

    @classmethod
    def from_lists(cls, offsets: NDArray[np.int64], values: NDArray[np.uint64]) -> HashSets:
        """Sort the values of each list and drop repeats."""
        owners = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        order = np.lexsort((values, owners))
        owners, ordered = owners[order], values[order]
        first = np.ones(len(ordered), np.bool_)
        first[1:] = (ordered[1:] != ordered[:-1]) | (owners[1:] != owners[:-1])
        counts = np.bincount(owners[first], minlength=len(offsets) - 1)
        return cls(np.concatenate(([0], np.cumsum(counts))), ordered[first])

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Number of values in each set."""
        return np.diff(self.offsets)

    def union(self, other: HashSets) -> HashSets:
        """Join set `i` of both, for every `i`."""
        return HashSets(*_union(self.offsets, self.values, other.offsets, other.values))

    def shared(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count what sets ``a[k]`` and ``b[k]`` have in common, for every `k`."""
        counts: NDArray[np.int64] = _shared(self.offsets, self.values, a, b)
        return counts
