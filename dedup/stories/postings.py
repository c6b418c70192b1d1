"""Inverted index for the similarity join: rows by frequency of their terms, postings block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from joblib import Parallel, delayed

from dedup.arrays import stable_order
from dedup.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse

#: Rows a block.  Its sums (float32) fit a first-level cache, and 16 bits name a row within it.  Measured on
#: 54,804 articles: 2,048 to 8,192 cost the same within noise; less looks postings up too often.
BLOCK_ROWS = 8192

#: Ranks, by falling document frequency, where the bands of frequent terms end.  Finer bands give tighter
#: bounds for more work; half and third octaves measured the same as these.
BAND_ENDS = np.array([32, 128, 256, 512, 1024, 2048, 4096], np.int32)

#: A row leaves to their bound as many frequent bands as keep the norm of what is left out below this
#: multiple of the threshold.  Higher: fewer postings are read, more pairs are compared in full.  Flat from
#: 1.1 to 1.5; from 1.6 at a cosine of .26 (1.8 at .2) the pairs take over.
BOUND_SHARE = 1.4


class RankedRows(NamedTuple):
    """Rows with their terms renumbered by falling document frequency.

    Attributes
    ----------
    indptr : ndarray of int64, shape (n + 1,)
        Row `i` is ``terms[indptr[i]:indptr[i + 1]]``, and likewise in `weights`.
    terms : ndarray of int32, shape (nnz,)
        Ascending within a row: frequent before rare.
    weights : ndarray of float32, shape (nnz,)
    ends : ndarray of int32, shape (bands,)
        The first term past each band of frequent terms.
    norms : ndarray of float32, shape (bands, n)
        Of each row within each band.
    bounded : ndarray of int32, shape (n,)
        How many bands a row leaves to their bound.
    """

    indptr: NDArray[np.int64]
    terms: NDArray[np.int32]
    weights: NDArray[np.float32]
    ends: NDArray[np.int32]
    norms: NDArray[np.float32]
    bounded: NDArray[np.int32]


class Postings(NamedTuple):
    """Which rows of a block hold each term, and with what weight.

    Attributes
    ----------
    starts : ndarray of uint32, shape (terms + 1,)
        Term `t` is ``rows[starts[t]:starts[t + 1]]``, and likewise in `weights`.
    rows : ndarray of uint16
        Counted from the first row of the block; ascending within a term.
    weights : ndarray of float32
    """

    starts: NDArray[np.uint32]
    rows: NDArray[np.uint16]
    weights: NDArray[np.float32]


def ranked_rows(rows: sparse.csr_array, threshold: float, n_jobs: int | None) -> RankedRows:
    """Renumber the terms of unit rows and measure the bands for a join at `threshold`."""
    columns = rows.shape[1]
    frequency = np.bincount(rows.indices, minlength=columns)
    rank = np.empty(columns, np.int32)
    rank[np.argsort(-frequency, kind="stable")] = np.arange(columns, dtype=np.int32)
    indptr = rows.indptr.astype(np.int64)
    terms, weights = np.empty(len(rows.data), np.int32), np.empty(len(rows.data), np.float32)
    Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(_rank)(indptr, rows.indices, rows.data, rank, low, low + BLOCK_ROWS, terms, weights)
        for low in range(0, rows.shape[0], BLOCK_ROWS)
    )
    norms, bounded = _band_norms(indptr, terms, weights, BAND_ENDS, BOUND_SHARE * threshold)
    return RankedRows(indptr, terms, weights, BAND_ENDS, norms, bounded)


def invert(rows: RankedRows, columns: int, n_jobs: int | None) -> list[Postings]:
    """List the postings of each block of `BLOCK_ROWS` rows."""
    n = len(rows.indptr) - 1
    blocks = Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(_invert)(*rows[:3], low, min(low + BLOCK_ROWS, n), columns) for low in range(0, n, BLOCK_ROWS)
    )
    return [Postings(*block) for block in blocks]


@kernel
def _rank(indptr, indices, data, rank, low, high, terms, weights):  # type: ignore[no-untyped-def]
    """Write the entries of rows `low` to `high` by the rank of their terms to `terms` and `weights`."""
    for i in range(low, min(high, len(indptr) - 1)):
        begin, end = indptr[i], indptr[i + 1]
        ranks = np.empty(end - begin, np.int32)
        for k in range(end - begin):
            ranks[k] = rank[indices[begin + k]]
        order = stable_order(ranks)
        for k in range(end - begin):
            terms[begin + k] = ranks[order[k]]
            weights[begin + k] = np.float32(data[begin + order[k]])


@kernel
def _band_norms(indptr, terms, weights, ends, limit):  # type: ignore[no-untyped-def]
    """Norm of each row within each band, and how many bands together stay below `limit`."""
    n = len(indptr) - 1
    norms = np.zeros((len(ends), n), np.float32)
    bounded = np.zeros(n, np.int32)
    for i in range(n):
        p = indptr[i]
        before = 0.0
        for band in range(len(ends)):
            square = 0.0
            while p < indptr[i + 1] and terms[p] < ends[band]:
                square += weights[p] * weights[p]
                p += 1
            norms[band, i] = np.sqrt(square)
            before += square
            if np.sqrt(before) <= limit:
                bounded[i] = band + 1
    return norms, bounded


@kernel
def _invert(indptr, terms, weights, low, high, columns):  # type: ignore[no-untyped-def]
    """List the postings of rows `low` to `high` by term; rows ascend and are counted from `low`."""
    starts = np.zeros(columns + 1, np.uint32)
    for p in range(indptr[low], indptr[high]):
        starts[terms[p] + 1] += 1
    for term in range(columns):
        starts[term + 1] += starts[term]
    place = starts[:-1].copy()
    rows = np.empty(starts[columns], np.uint16)
    entries = np.empty(starts[columns], np.float32)
    for i in range(low, high):
        for p in range(indptr[i], indptr[i + 1]):
            q = place[terms[p]]
            place[terms[p]] = q + 1
            rows[q] = i - low
            entries[q] = weights[p]
    return starts, rows, entries
