"""Sum vectors of clusters: sparse, added pairwise, multiplied pairwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs

from dedup.compiled import kernel
from dedup.stories.rows import pair_dots

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse

#: So many dot products pay for the start of threads.
PARALLEL_DOTS = 20_000


class SumVectors:
    """The sparse sum vector of each cluster, in one growing pair of arrays.

    Parameters
    ----------
    rows : csr_array of float64, shape (n, m)
        One row a cluster to begin with.
    weights : ndarray of float64, shape (n,)
        What to multiply each row by.
    """

    def __init__(self, rows: sparse.csr_array, weights: NDArray[np.float64]) -> None:
        self.columns = rows.shape[1]
        self.starts = rows.indptr[:-1].copy()
        self.stops = rows.indptr[1:].copy()
        self.indices = rows.indices
        self.data = rows.data * np.repeat(weights, np.diff(rows.indptr))
        self._used = len(self.data)

    def merge(self, kept: NDArray[np.int64], gone: NDArray[np.int64]) -> None:
        """Add the vector of each cluster of `gone` to that of its partner in `kept`."""
        lengths = self.stops - self.starts
        needed = lengths[kept] + lengths[gone]
        if self._used + needed.sum() > len(self.data):
            self._compact(int(needed.sum()))
        places = self._used + np.cumsum(needed) - needed
        self._used += int(needed.sum())
        _add_rows(self.starts, self.stops, self.indices, self.data, kept, gone, places)

    def dots(
        self, left: NDArray[np.int64], right: NDArray[np.int64], *, n_jobs: int | None
    ) -> NDArray[np.float64]:
        """Multiply vectors pair by pair; quick where equal entries of `left` stand together."""
        arrays = self.starts, self.stops, self.indices, self.data
        threads = effective_n_jobs(n_jobs)
        if threads == 1 or len(left) < PARALLEL_DOTS:
            return np.asarray(pair_dots(*arrays, left, right, self.columns))
        parts = zip(np.array_split(left, 4 * threads), np.array_split(right, 4 * threads), strict=True)
        return np.concatenate(
            Parallel(n_jobs=n_jobs, prefer="threads")(
                delayed(pair_dots)(*arrays, a, b, self.columns) for a, b in parts
            )
        )

    def _compact(self, needed: int) -> None:
        """Move what is in use to the front of new arrays with room for `needed` more, and half again."""
        lengths = self.stops - self.starts
        live = int(lengths.sum())
        starts = np.cumsum(lengths) - lengths
        room = live + needed + live // 2
        self.indices, self.data = _move_rows(self.starts, self.stops, self.indices, self.data, starts, room)
        self.starts, self.stops, self._used = starts, starts + lengths, live


@kernel
def _move_rows(starts, stops, indices, data, places, room):  # type: ignore[no-untyped-def]
    moved_indices = np.empty(room, indices.dtype)
    moved_data = np.empty(room, data.dtype)
    for i in range(len(starts)):
        q = places[i]
        for p in range(starts[i], stops[i]):
            moved_indices[q] = indices[p]
            moved_data[q] = data[p]
            q += 1
    return moved_indices, moved_data


@kernel
def _add_rows(starts, stops, indices, data, kept, gone, places):  # type: ignore[no-untyped-def]
    """Merge pairs of sorted rows into new places and empty the second of each pair."""
    for k in range(len(kept)):
        a, a_stop = starts[kept[k]], stops[kept[k]]
        b, b_stop = starts[gone[k]], stops[gone[k]]
        q = places[k]
        while a < a_stop or b < b_stop:
            if b == b_stop or (a < a_stop and indices[a] < indices[b]):
                indices[q], data[q] = indices[a], data[a]
                a += 1
            elif a == a_stop or indices[b] < indices[a]:
                indices[q], data[q] = indices[b], data[b]
                b += 1
            else:
                indices[q], data[q] = indices[a], data[a] + data[b]
                a += 1
                b += 1
            q += 1
        starts[kept[k]], stops[kept[k]] = places[k], q
        starts[gone[k]] = stops[gone[k]] = 0
