"""Events as sums of terms: of the articles of a run, or kept from those of earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.compiled import kernel
from dedup.stories.rows import csr_rows
from dedup.stories.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from numpy.typing import NDArray
    from scipy import sparse

    from dedup.stories.grouping import Stories
    from dedup.stories.vectors import TermVectors


@dataclass(frozen=True, slots=True)
class SettledEvents:
    """Events to which no article is added, one row of terms each: the sum of its articles' unit vectors.

    Attributes
    ----------
    indptr : ndarray of int64, shape (k + 1,)
        Event `i` has the entries ``indptr[i]:indptr[i + 1]``.
    hashes : ndarray of uint64
        Terms (`dedup.stories.terms`), ascending within an event.
    sums : ndarray of float64
    """

    indptr: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    sums: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def take(self, events: NDArray[np.int64]) -> Self:
        """Give some of the events, in the order asked for."""
        sizes = np.diff(self.indptr)[events]
        indptr = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
        entries = np.arange(indptr[-1]) + np.repeat(self.indptr[:-1][events] - indptr[:-1], sizes)
        return type(self)(indptr, self.hashes[entries], self.sums[entries])

    @classmethod
    def join(cls, *parts: Self) -> Self:
        """Put events one after another."""
        sizes = np.concatenate([np.zeros(1, np.int64), *(np.diff(part.indptr) for part in parts)])
        return cls(
            np.cumsum(sizes),
            np.concatenate([np.zeros(0, np.uint64), *(part.hashes for part in parts)]),
            np.concatenate([np.zeros(0), *(part.sums for part in parts)]),
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give the events as arrays of numbers."""
        return {"indptr": self.indptr, "hashes": self.hashes, "sums": self.sums}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take what `to_arrays` gave."""
        return cls(arrays["indptr"], arrays["hashes"], arrays["sums"])


def event_sums(stories: Stories, events: NDArray[np.int64]) -> SettledEvents:
    """Give the sums of some events of a run, to be settled: what later runs need of them.

    Parameters
    ----------
    stories : Stories
    events : ndarray of int64
        Event numbers; the result is in their order.
    """
    of_text = stories.event[stories.vectors.rows]
    place = np.full(len(stories.event_story), -1)
    place[events] = np.arange(len(events))
    rows = np.flatnonzero(place[of_text] >= 0)
    sums = _sums(stories.vectors.matrix[rows], place[of_text[rows]], len(events))
    return SettledEvents(sums.indptr.astype(np.int64), stories.vectors.hashes[sums.indices], sums.data)


def sums_of(
    vectors: TermVectors, groups: NDArray[np.int64], settled: SettledEvents | None
) -> tuple[sparse.csr_array, NDArray[np.uint64]]:
    """Sum the rows of each group, and put settled events behind them.

    Returns
    -------
    sums : csr_array of float64
        No stored zeros.
    hashes : ndarray of uint64
        The term of each column, ascending.
    """
    sums = _sums(vectors.matrix, groups, int(groups.max(initial=-1)) + 1)
    if settled is None or not len(settled):
        return sums, vectors.hashes
    vocabulary = Vocabulary((vectors.hashes, settled.hashes))
    moved, columns = np.empty(len(vectors.hashes), np.int32), np.empty(len(settled.hashes), np.int32)
    vocabulary.columns(vectors.hashes, moved)
    vocabulary.columns(settled.hashes, columns)
    indptr = np.concatenate((sums.indptr, sums.indptr[-1] + settled.indptr[1:]))
    indices, data = np.concatenate((moved[sums.indices], columns)), np.concatenate((sums.data, settled.sums))
    return csr_rows(data, indices, indptr, len(vocabulary)), vocabulary.hashes


def _sums(matrix: sparse.csr_array, groups: NDArray[np.int64], count: int) -> sparse.csr_array:
    """Add the rows of each of `count` groups, terms in the order of their rows, so that sums never differ."""
    order = np.argsort(groups, kind="stable")
    bounds = np.searchsorted(groups[order], np.arange(count + 1))
    indptr, indices, data = _add_up(
        matrix.indptr.astype(np.int64), matrix.indices, matrix.data, order, bounds
    )
    return csr_rows(data, indices, indptr, matrix.shape[1])


@kernel
def _add_up(indptr, indices, data, order, bounds):  # type: ignore[no-untyped-def]
    """Merge the sorted rows ``order[bounds[g]:bounds[g + 1]]`` of each group, one after another; drop zeros."""
    room = 0
    for row in order:
        room += indptr[row + 1] - indptr[row]
    groups = len(bounds) - 1
    starts = np.zeros(groups + 1, np.int64)
    columns, sums = np.empty(room, np.int32), np.empty(room, np.float64)
    spare_columns, spare_sums = np.empty(1024, np.int32), np.empty(1024, np.float64)
    for group in range(groups):
        begin = used = starts[group]
        for k in range(bounds[group], bounds[group + 1]):
            p, stop = indptr[order[k]], indptr[order[k] + 1]
            held = used - begin
            if held > len(spare_sums):
                spare_columns, spare_sums = np.empty(2 * held, np.int32), np.empty(2 * held, np.float64)
            for q in range(held):
                spare_columns[q], spare_sums[q] = columns[begin + q], sums[begin + q]
            q, used = 0, begin
            while q < held or p < stop:
                if p < stop and data[p] == 0:
                    p += 1
                    continue
                if p == stop or (q < held and spare_columns[q] < indices[p]):
                    columns[used], sums[used] = spare_columns[q], spare_sums[q]
                    q += 1
                elif q == held or indices[p] < spare_columns[q]:
                    columns[used], sums[used] = indices[p], np.float64(data[p])
                    p += 1
                else:
                    columns[used], sums[used] = indices[p], spare_sums[q] + np.float64(data[p])
                    q += 1
                    p += 1
                used += 1
        starts[group + 1] = used
    return starts, columns[: starts[groups]], sums[: starts[groups]]
