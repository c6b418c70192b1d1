"""Events as sums of terms: of the articles of a run, or kept from those of earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.compiled import kernel
from dedup.stories.rows import csr_rows, take_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
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
    columns : ndarray of int32
        Places in `hashes`, ascending within an event.
    sums : ndarray of float32
    hashes : ndarray of uint64, shape (terms,)
        Terms (`dedup.stories.terms`), ascending; some event holds each.
    """

    indptr: NDArray[np.int64]
    columns: NDArray[np.int32]
    sums: NDArray[np.float32]
    hashes: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @classmethod
    def none(cls) -> Self:
        """Begin without any."""
        empty = np.zeros(0, np.int32), np.zeros(0, np.float32), np.zeros(0, np.uint64)
        return cls(np.zeros(1, np.int64), *empty)

    @classmethod
    def gather(cls, parts: Sequence[Self], part: NDArray[np.int64], event: NDArray[np.int64]) -> Self:
        """Give event ``event[i]`` of ``parts[part[i]]`` for every `i`; each entry is copied once."""
        sizes = np.zeros(len(part) + 1, np.int64)
        chosen = [np.flatnonzero(part == number) for number in range(len(parts))]
        held = []
        for one, places in zip(parts, chosen, strict=True):
            sizes[places + 1] = np.diff(one.indptr)[event[places]]
            held.append(_held_terms(one.indptr, one.columns, event[places], len(one.hashes)))
        indptr = np.cumsum(sizes)
        columns, sums = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.float32)
        terms = [one.hashes[some] for one, some in zip(parts, held, strict=True)]
        hashes = np.unique(np.concatenate([np.zeros(0, np.uint64), *terms]))
        for one, places in zip(parts, chosen, strict=True):
            moved = np.searchsorted(hashes, one.hashes).astype(np.int32)
            _copy_rows(one.indptr, one.columns, one.sums, event[places], moved, indptr[places], columns, sums)
        return cls(indptr, columns, sums, hashes)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give the events as arrays of numbers."""
        return {"indptr": self.indptr, "columns": self.columns, "sums": self.sums, "hashes": self.hashes}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take what `to_arrays` gave."""
        return cls(arrays["indptr"], arrays["columns"], arrays["sums"], arrays["hashes"])


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
    sums = _sums(take_rows(stories.vectors.matrix, rows), place[of_text[rows]], len(events))
    return as_settled(sums, stories.vectors.hashes)


def as_settled(sums: sparse.csr_array, hashes: NDArray[np.uint64]) -> SettledEvents:
    """Keep rows of `sums_of`, without the terms that none of them holds."""
    whole = SettledEvents(sums.indptr.astype(np.int64), sums.indices, sums.data.astype(np.float32), hashes)
    count = len(whole)
    return SettledEvents.gather([whole], np.zeros(count, np.int64), np.arange(count))


def sums_of(
    vectors: TermVectors, groups: NDArray[np.int64], settled: SettledEvents | None
) -> tuple[sparse.csr_array, NDArray[np.uint64]]:
    """Sum the rows of each group, and put settled events behind them.

    Returns
    -------
    sums : csr_array of float64
        No stored zeros.  The numbers are those that float32 can hold, so that an event has the same row
        whether it is open or settled.
    hashes : ndarray of uint64
        The term of each column, ascending.
    """
    sums = _sums(vectors.matrix, groups, int(groups.max(initial=-1)) + 1)
    own = len(sums.data)
    if settled is None or not len(settled):
        sums.data[:] = sums.data.astype(np.float32)
        return sums, vectors.hashes
    hashes = np.union1d(vectors.hashes, settled.hashes)
    indptr = np.concatenate((sums.indptr, own + settled.indptr[1:]))
    indices, data = np.empty(int(indptr[-1]), np.int32), np.empty(int(indptr[-1]))
    data[:own], data[own:] = sums.data.astype(np.float32), settled.sums
    _rename(sums.indices, np.searchsorted(hashes, vectors.hashes), indices[:own])
    _rename(settled.columns, np.searchsorted(hashes, settled.hashes), indices[own:])
    return csr_rows(data, indices, indptr, len(hashes)), hashes


@kernel
def _rename(columns, moved, out):  # type: ignore[no-untyped-def]
    """Write the new place of each column, without the copies that numpy makes on the way."""
    for p in range(len(columns)):
        out[p] = moved[columns[p]]


@kernel
def _held_terms(indptr, columns, rows, terms):  # type: ignore[no-untyped-def]
    """Tell which terms any of the rows holds."""
    held = np.zeros(terms, np.bool_)
    for row in rows:
        for p in range(indptr[row], indptr[row + 1]):
            held[columns[p]] = True
    return held


@kernel
def _copy_rows(indptr, columns, sums, rows, moved, starts, to_columns, to_sums):  # type: ignore[no-untyped-def]
    """Copy each of the rows to where it starts, under the new places of its terms."""
    for k in range(len(rows)):
        q = starts[k]
        for p in range(indptr[rows[k]], indptr[rows[k] + 1]):
            to_columns[q], to_sums[q] = moved[columns[p]], sums[p]
            q += 1


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
