"""Similarity join: every pair of sparse rows whose cosine reaches a threshold, none missed.

The method.  Terms are ordered by how many rows hold them, the most frequent first, and the frequent ones
are cut into bands.  For two unit rows, Cauchy and Schwarz bound what a band adds to their dot product by
the product of the two rows' norms within the band.  So a row starts with that bound for the bands whose
postings are long, adds the remaining, rare terms exactly through an inverted index, and only partners
whose sum can still reach the threshold are compared in full.  The bound is the one of Anastasiu and
Karypis, "L2AP: Fast cosine similarity search with prefix L-2 norm bounds" (ICDE 2014), taken band by
band; norms make no assumption about signs.  Rows are worked through in square blocks, so that a block's
sums stay in the processor's first-level cache: that, more than pruning, is where the time goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from scipy import sparse

from dedup.compiled import kernel
from dedup.stories.rows import pair_dots, unit_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

#: Rows a block.  Its sums (float32) take a third of a 48 KiB first-level cache; posting entries name
#: rows by 16 bits.
BLOCK_ROWS = 8192

#: Ranks, by falling document frequency, where bands of frequent terms end.
BAND_ENDS = np.array([16, 32, 64, 128, 256, 512, 1024, 2048, 4096], np.int32)

#: A row leaves as many frequent bands to their bound as keep the norm of what is left out below this
#: multiple of the threshold.  Higher: fewer postings are read, more pairs are compared in full.
BOUND_SHARE = 1.3


class _Index(NamedTuple):
    """Rows with terms renumbered by falling document frequency, and their postings block by block."""

    indptr: NDArray[np.int64]  # (n + 1,)
    terms: NDArray[np.int32]  # (nnz,), ascending within a row: frequent before rare
    weights: NDArray[np.float32]  # (nnz,)
    norms: NDArray[np.float32]  # (bands, n), of each row within each band
    bounded: NDArray[np.int32]  # (n,), how many bands a row leaves to their bound
    #: Of each block: where each term's entries start, their rows counted from the block's first, weights.
    postings: list[tuple[NDArray[np.int32], NDArray[np.uint16], NDArray[np.float32]]]


def cosine_join(
    X: sparse.csr_array | ArrayLike,
    threshold: float,
    *,
    times: ArrayLike | None = None,
    window: float | None = None,
    n_jobs: int | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Find all pairs of rows whose cosine similarity is at least `threshold`.

    Parameters
    ----------
    X : sparse matrix or array-like, shape (n, m)
        Finite numbers of any sign; rows need not be normalised.  A row of zeros has no direction and is
        in no pair.
    threshold : float
        Cosine similarity from which a pair is kept, inclusive.  At 0 and below nothing can be pruned
        and the result is quadratic in `n`.
    times : array-like of float, shape (n,), optional
        When each row happened, in any unit; NaN where unknown.  Needed with `window`.
    window : float, optional
        Only pairs whose times differ by at most this, in the unit of `times`.  A row of unknown time
        pairs with any other.  Cost then grows with `n` times the rows a window holds.
    n_jobs : int, optional
        Threads, as joblib counts them.  The result does not depend on it.

    Returns
    -------
    i, j : ndarray of int64, shape (pairs,)
        Row numbers, ``i < j``, ordered by `i`, then `j`.
    similarity : ndarray of float64, shape (pairs,)
        Cosines, at most 1, each summed in float64 over ascending columns: the value of a pair depends on
        its two rows alone, and so does whether it is kept.

    Raises
    ------
    ValueError
        Where `X` holds NaN or infinity, or where only one of `times` and `window` is given.

    Examples
    --------
    >>> import numpy as np
    >>> i, j, similarity = cosine_join(np.array([[3.0, 4.0], [0.0, 1.0], [4.0, 3.0]]), 0.9)
    >>> [(int(a), int(b), float(c.round(2))) for a, b, c in zip(i, j, similarity)]
    [(0, 2, 0.96)]
    """
    return join_unit_rows(unit_rows(X), threshold, times=times, window=window, n_jobs=n_jobs)


def join_unit_rows(
    rows: sparse.csr_array,
    threshold: float,
    *,
    times: ArrayLike | None = None,
    window: float | None = None,
    n_jobs: int | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Do the work of `cosine_join` on rows as `dedup.stories.rows.unit_rows` gives them."""
    if rows.shape[0] == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    order, first = _time_order(rows.shape[0], times, window)
    ordered = rows if times is None else rows[order]
    index = _index(ordered, threshold, n_jobs)
    blocks = len(index.postings)
    found = Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(_join_blocks)(ordered, index, first, low, low_partner, threshold)
        for low in range(0, blocks * BLOCK_ROWS, BLOCK_ROWS)
        for low_partner in range(0, low + 1, BLOCK_ROWS)
        if first[low : low + BLOCK_ROWS].min() < low_partner + BLOCK_ROWS
    )
    i, j, similarity = (np.concatenate(parts) for parts in zip(*found, strict=True))
    i, j = order[i], order[j]
    i, j = np.minimum(i, j), np.maximum(i, j)
    by_row = np.argsort(i * len(order) + j)
    return i[by_row], j[by_row], similarity[by_row]


def check_times(times: ArrayLike, rows: int) -> NDArray[np.float64]:
    """Give `times` as floats.

    Raises
    ------
    ValueError
        Where there is not one entry for each of `rows`, or one is infinite.
    """
    moments = np.asarray(times, np.float64)
    if moments.shape != (rows,):
        raise ValueError(f"times must have one entry a row, shape ({rows},), but has shape {moments.shape}")
    if np.isinf(moments).any():
        raise ValueError("times holds infinity; give NaN where a time is unknown")
    return moments


def _time_order(
    rows: int, times: ArrayLike | None, window: float | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Order rows by time, the unknown last; per row the first one before it that may be its partner."""
    if (times is None) != (window is None):
        raise ValueError("times and window belong together; give both or neither")
    if times is None or window is None:
        return np.arange(rows), np.zeros(rows, np.int64)
    moments = check_times(times, rows)
    order = np.argsort(moments, kind="stable")
    moments = moments[order]
    first = np.searchsorted(moments, moments - window)
    first[np.isnan(moments)] = 0
    return order, first


def _index(rows: sparse.csr_array, threshold: float, n_jobs: int | None) -> _Index:
    """Renumber the terms, measure the bands and invert the rows block by block."""
    n, columns = rows.shape
    frequency = np.bincount(rows.indices, minlength=columns)
    rank = np.empty(columns, np.int32)
    rank[np.argsort(-frequency, kind="stable")] = np.arange(columns, dtype=np.int32)
    ranked = sparse.csr_array((rows.data.copy(), rank[rows.indices], rows.indptr), rows.shape)
    ranked.sort_indices()
    indptr, terms, weights = rows.indptr.astype(np.int64), ranked.indices, ranked.data.astype(np.float32)
    norms, bounded = _band_norms(indptr, terms, ranked.data, BAND_ENDS, BOUND_SHARE * threshold)
    starts = Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(_invert)(indptr, terms, weights, low, min(low + BLOCK_ROWS, n), columns)
        for low in range(0, n, BLOCK_ROWS)
    )
    return _Index(indptr, terms, weights, norms, bounded, starts)


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
    starts = np.zeros(columns + 1, np.int32)
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


def _join_blocks(
    rows: sparse.csr_array,
    index: _Index,
    first: NDArray[np.int64],
    low: int,
    low_partner: int,
    threshold: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Find pairs of one block's rows with earlier rows of another block, or of itself."""
    n = rows.shape[0]
    left, right = _candidates(
        index.indptr,
        index.terms,
        index.weights,
        index.norms,
        index.bounded,
        BAND_ENDS,
        *index.postings[low_partner // BLOCK_ROWS],
        low,
        min(low + BLOCK_ROWS, n),
        low_partner,
        min(low_partner + BLOCK_ROWS, n),
        first,
        threshold,
    )
    similarity = np.clip(
        pair_dots(rows.indptr[:-1], rows.indptr[1:], rows.indices, rows.data, left, right, rows.shape[1]),
        -1,
        1,
    )
    kept = similarity >= threshold
    return left[kept], right[kept], similarity[kept]


@kernel
def _candidates(  # type: ignore[no-untyped-def]  # noqa: PLR0912
    indptr,
    terms,
    weights,
    norms,
    bounded,
    ends,
    starts,
    rows,
    entries,
    low,
    high,
    low_partner,
    high_partner,
    first,
    threshold,
):
    sums = np.empty(BLOCK_ROWS, np.float32)
    dense = np.zeros(ends[-1], np.float32)
    left = np.empty(4096, np.int64)
    right = np.empty(4096, np.int64)
    found = 0
    for i in range(low, high):
        begin = max(first[i], low_partner) - low_partner
        end = min(i, high_partner) - low_partner
        if begin >= end:
            continue
        bands = bounded[i]
        _start_from_bounds(sums, norms, i, bands, low_partner, end)
        cut = ends[bands - 1] if bands > 0 else 0
        p = indptr[i]
        while p < indptr[i + 1] and terms[p] < cut:
            dense[terms[p]] = weights[p]
            p += 1
        split = p
        for p in range(split, indptr[i + 1]):
            weight = weights[p]
            for q in range(starts[terms[p]], starts[terms[p] + 1]):
                sums[rows[q]] += weight * entries[q]
        slack = np.float32((indptr[i + 1] - indptr[i] + 16) * 2.0**-23)
        least = np.float32(threshold) - slack
        for chunk in range(begin, end, 64):
            stop = min(chunk + 64, end)
            hits = 0
            for j in range(chunk, stop):
                hits += sums[j] >= least
            if hits == 0:
                continue
            for j in range(chunk, stop):
                if sums[j] < least:
                    continue
                partner = low_partner + j
                total = sums[j]
                for band in range(bands):
                    total -= norms[band, i] * norms[band, partner]
                p = indptr[partner]
                while p < indptr[partner + 1] and terms[p] < cut:
                    total += dense[terms[p]] * weights[p]
                    p += 1
                if total >= least:
                    if found == len(left):
                        left = np.concatenate((left, np.empty_like(left)))
                        right = np.concatenate((right, np.empty_like(right)))
                    left[found] = i
                    right[found] = partner
                    found += 1
        for p in range(indptr[i], split):
            dense[terms[p]] = 0.0
    return left[:found], right[:found]


@kernel
def _start_from_bounds(sums, norms, i, bands, low, count):  # type: ignore[no-untyped-def]
    sums[:] = 0.0
    for band in range(bands):
        norm = norms[band, i]
        if norm > 0:
            for j in range(count):
                sums[j] += norm * norms[band, low + j]
