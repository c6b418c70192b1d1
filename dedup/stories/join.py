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

from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed

from dedup.compiled import kernel
from dedup.stories.postings import BAND_ENDS, BLOCK_ROWS, Index, build_index
from dedup.stories.rows import pair_dots, unit_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from scipy import sparse


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
    if (times is None) != (window is None):
        raise ValueError("times and window belong together; give both or neither")
    n = rows.shape[0]
    if times is None or window is None:
        return _in_row_order(n, *_join_ordered(rows, np.zeros(n, np.int64), threshold, n_jobs))
    moments = check_times(times, n)
    order = np.argsort(moments, kind="stable")
    first = _first_within(moments[order], window)
    later, earlier, similarity = _join_ordered(rows[order], first, threshold, n_jobs)
    later, earlier = order[later], order[earlier]
    within = ~(moments[later] - moments[earlier] > window)
    return _in_row_order(n, later[within], earlier[within], similarity[within])


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


def _first_within(moments: NDArray[np.float64], window: float) -> NDArray[np.int64]:
    """Give for each row, ordered by time, the first one that the window may reach back to; the unknown reach all.

    Rounding may let in a row too many, never one too few.
    """
    rounding = 4 * np.spacing(np.minimum(np.abs(moments) + window, np.finfo(np.float64).max))
    first = np.searchsorted(moments, moments - window - rounding)
    first[np.isnan(moments)] = 0
    return np.asarray(first)


def _in_row_order(
    n: int, a: NDArray[np.int64], b: NDArray[np.int64], similarity: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Turn and sort pairs of `n` rows by their lower, then their higher row."""
    i, j = np.minimum(a, b), np.maximum(a, b)
    order = np.argsort(i * n + j)
    return i[order], j[order], similarity[order]


def _join_ordered(
    rows: sparse.csr_array, first: NDArray[np.int64], threshold: float, n_jobs: int | None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Find the pairs of each row `i` with the rows from ``first[i]`` to ``i - 1``, block by block."""
    index = build_index(rows, threshold, n_jobs)
    found = Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(_join_blocks)(rows, index, first, low, low_partner, threshold)
        for low in range(0, rows.shape[0], BLOCK_ROWS)
        for low_partner in range(0, low + 1, BLOCK_ROWS)
        if first[low : low + BLOCK_ROWS].min() < low_partner + BLOCK_ROWS
    )
    found.append((np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)))
    left, right, similarity = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return left, right, similarity


def _join_blocks(
    rows: sparse.csr_array,
    index: Index,
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
    filled = rows.indptr[:-1] < rows.indptr[1:]
    kept = (similarity >= threshold) & filled[left] & filled[right]
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
    partner_norms = norms[:, low_partner:high_partner].copy()
    sums = np.empty(high_partner - low_partner, np.float32)
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
        _start_from_bounds(sums, norms[:bands, i], partner_norms)
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
def _start_from_bounds(sums, norms, partner_norms):  # type: ignore[no-untyped-def]
    """Set each sum to what the bands left out can add at most."""
    sums[:] = 0.0
    for band in range(len(norms)):
        norm = norms[band]
        if norm > 0:
            for j in range(len(sums)):
                sums[j] += norm * partner_norms[band, j]
