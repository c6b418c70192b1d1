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

from dedup.arrays import with_room
from dedup.compiled import kernel
from dedup.stories.postings import BLOCK_ROWS, Postings, RankedRows, invert, ranked_rows
from dedup.stories.rows import pair_dots, take_rows, unit_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from scipy import sparse

#: New rows whose sums fit a first-level cache beside the row they are multiplied with.
ACROSS_ROWS = 2048

#: New rows leave so many frequent terms to their bound that their mean square norm there is this share of the
#: threshold.  Measured with 1,000 new among 100,000: flat from .25 to .5, and 2.5 times quicker than none left.
ACROSS_BOUND = 0.4


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
        return in_row_order(n, *_join_ordered(rows, np.zeros(n, np.int64), threshold, n_jobs))
    moments = check_times(times, n)
    order = np.argsort(moments, kind="stable")
    first = _first_within(moments[order], window)
    later, earlier, similarity = _join_ordered(take_rows(rows, order), first, threshold, n_jobs)
    later, earlier = order[later], order[earlier]
    within = ~(moments[later] - moments[earlier] > window)
    return in_row_order(n, later[within], earlier[within], similarity[within])


def join_across(
    rows: sparse.csr_array,
    old: NDArray[np.int64],
    new: NDArray[np.int64],
    threshold: float,
    *,
    n_jobs: int | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Find the pairs of `join_unit_rows` of one of the rows `old` and one of the rows `new`.

    Every old row is multiplied with all new ones through an inverted index of these, a block of them at a time
    whose sums fit a first-level cache.  Terms that many new rows hold are left to the bound of their norms, and
    only pairs that can still reach the threshold are compared in full.

    Returns
    -------
    i, j, similarity
        In no order, of an old and a new row each; the cosines are those of `join_unit_rows` to the last bit,
        because here too they are summed over ascending columns.
    """
    new = new[np.diff(rows.indptr)[new] > 0]
    found = []
    for low in range(0, len(new), ACROSS_ROWS):
        block = take_rows(rows, new[low : low + ACROSS_ROWS])
        index = _index(block, threshold)
        entries = block.indptr.astype(np.int64), block.indices.astype(np.int32), block.data
        parts = Parallel(n_jobs=n_jobs, prefer="threads")(
            delayed(_multiply)(
                rows.indptr, rows.indices, rows.data, old[k : k + BLOCK_ROWS], *entries, *index, threshold
            )
            for k in range(0, len(old), BLOCK_ROWS)
        )
        found += [(left, new[low + right], similarity) for left, right, similarity in parts]
    found.append((np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)))
    left, right, similarity = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return left, right, similarity


def _index(
    block: sparse.csr_array, threshold: float
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32], NDArray[np.bool_], NDArray[np.float32]]:
    """List the rows that hold each term, and choose the frequent terms that are left to their bound.

    Returns
    -------
    starts, holders, weights
        Term `t` is held by ``holders[starts[t]:starts[t + 1]]``, and likewise in `weights`.
    frequent : ndarray of bool, shape (terms,)
    norms : ndarray of float32, shape (rows,)
        Of each row within the frequent terms.
    """
    index = block.tocsc()
    held = np.diff(index.indptr)
    order = np.argsort(-held, kind="stable")
    squares = np.bincount(block.indices, block.data**2, block.shape[1]) / max(block.shape[0], 1)
    few = int(np.searchsorted(np.cumsum(squares[order]), ACROSS_BOUND * threshold))
    frequent = np.zeros(block.shape[1], np.bool_)
    frequent[order[:few]] = True
    rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
    norms = np.sqrt(np.bincount(rows, block.data**2 * frequent[block.indices], block.shape[0]))
    return (
        index.indptr.astype(np.int64),
        index.indices.astype(np.int32),
        index.data.astype(np.float32),
        frequent,
        norms.astype(np.float32),
    )


@kernel
def _multiply(  # type: ignore[no-untyped-def]
    indptr, indices, data, old, new_indptr, new_indices, new_data, starts, holders, weights, frequent, norms,
    threshold,
):  # fmt: skip
    """Find the indexed rows that reach `threshold` with each of the rows `old`."""
    left, right, similarity = np.empty(256, np.int64), np.empty(256, np.int64), np.empty(256)
    found = 0
    sums = np.empty(len(norms), np.float32)
    for i in old:
        if indptr[i] == indptr[i + 1]:
            continue
        sums[:] = 0.0
        square = 0.0
        for p in range(indptr[i], indptr[i + 1]):
            term, weight = indices[p], np.float32(data[p])
            if frequent[term]:
                square += data[p] * data[p]
            else:
                for q in range(starts[term], starts[term + 1]):
                    sums[holders[q]] += weight * weights[q]
        norm = np.float32(np.sqrt(square))
        # What float32 may have lost: half a unit for each product, weight and sum, none of which exceeds 1.
        least = np.float32(threshold) - np.float32((indptr[i + 1] - indptr[i] + 16) * 2.0**-23)
        for j in range(len(norms)):
            if sums[j] + norm * norms[j] < least:
                continue
            row, partner = slice(indptr[i], indptr[i + 1]), slice(new_indptr[j], new_indptr[j + 1])
            dot = _dot(indices[row], data[row], new_indices[partner], new_data[partner])
            if dot >= threshold:
                left, right = with_room(left, found, 1), with_room(right, found, 1)
                similarity = with_room(similarity, found, 1)
                left[found], right[found], similarity[found] = i, j, min(dot, 1.0)
                found += 1
    return left[:found], right[:found], similarity[:found]


@kernel(inner=True)
def _dot(columns, data, other_columns, other_data):  # type: ignore[no-untyped-def]
    """Multiply two rows, over ascending columns."""
    total = 0.0
    a = b = 0
    while a < len(columns) and b < len(other_columns):
        if columns[a] == other_columns[b]:
            total += data[a] * other_data[b]
            a += 1
            b += 1
        elif columns[a] < other_columns[b]:
            a += 1
        else:
            b += 1
    return total


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


def in_row_order(
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
    ranked = ranked_rows(rows, threshold, n_jobs)
    postings = invert(ranked, rows.shape[1], n_jobs)
    found = Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(_join_blocks)(
            rows, ranked, postings[low_partner // BLOCK_ROWS], low, low_partner, first, threshold
        )
        for low in range(0, rows.shape[0], BLOCK_ROWS)
        for low_partner in range(0, low + 1, BLOCK_ROWS)
        if first[low : low + BLOCK_ROWS].min() < low_partner + BLOCK_ROWS
    )
    found.append((np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)))
    left, right, similarity = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return left, right, similarity


def _join_blocks(
    rows: sparse.csr_array,
    ranked: RankedRows,
    postings: Postings,
    low: int,
    low_partner: int,
    first: NDArray[np.int64],
    threshold: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Find pairs of the rows of the block from `low` with earlier rows of the block from `low_partner`."""
    n, columns = rows.shape
    ends = min(low + BLOCK_ROWS, n), min(low_partner + BLOCK_ROWS, n)
    left, right = _candidates(ranked, postings, low, ends[0], low_partner, ends[1], first, threshold)
    starts, stops = rows.indptr[:-1], rows.indptr[1:]
    similarity = np.clip(pair_dots(starts, stops, rows.indices, rows.data, left, right, columns), -1, 1)
    filled = starts < stops
    kept = (similarity >= threshold) & filled[left] & filled[right]
    return left[kept], right[kept], similarity[kept]


@kernel
def _candidates(x, postings, low, high, low_partner, high_partner, first, threshold):  # type: ignore[no-untyped-def]
    """Find pairs that may reach `threshold`: all that do, and few others."""
    partner_norms = x.norms[:, low_partner:high_partner].copy()
    sums = np.empty(high_partner - low_partner, np.float32)
    frequent = np.zeros(x.ends[-1], np.float32)
    left, right = np.empty(4096, np.int64), np.empty(4096, np.int64)
    found = 0
    for i in range(low, high):
        begin, end = max(first[i], low_partner) - low_partner, min(i, high_partner) - low_partner
        if begin >= end:
            continue
        norms = x.norms[: x.bounded[i], i]
        cut = x.ends[len(norms) - 1] if len(norms) > 0 else 0
        split = _spread(x, i, cut, frequent)
        _start_from_bounds(sums, norms, partner_norms)
        _add_rare_terms(sums, x, i, split, postings)
        # What float32 may have lost: half a unit for each product, weight and sum, none of which exceeds 1.
        least = np.float32(threshold) - np.float32((x.indptr[i + 1] - x.indptr[i] + 16) * 2.0**-23)
        for chunk in range(begin, end, 64):
            stop = min(chunk + 64, end)
            # Counting first, without a branch, lets the compiler compare sixteen sums at once.
            hits = 0
            for j in range(chunk, stop):
                hits += sums[j] >= least
            if hits == 0:
                continue
            for j in range(chunk, stop):
                if sums[j] < least:
                    continue
                surplus = _bound_surplus(x, low_partner + j, cut, frequent, norms, partner_norms[:, j])
                if sums[j] - surplus < least:
                    continue
                left, right = with_room(left, found, 1), with_room(right, found, 1)
                left[found], right[found] = i, low_partner + j
                found += 1
        for p in range(x.indptr[i], split):
            frequent[x.terms[p]] = 0.0
    return left[:found], right[:found]


@kernel
def _spread(x, i, cut, frequent):  # type: ignore[no-untyped-def]
    """Spread the weights of row `i` below the term `cut`; give where in the row it lies."""
    p = x.indptr[i]
    while p < x.indptr[i + 1] and x.terms[p] < cut:
        frequent[x.terms[p]] = x.weights[p]
        p += 1
    return p


@kernel(inner=True)
def _start_from_bounds(sums, norms, partner_norms):  # type: ignore[no-untyped-def]
    """Set each sum to what the bands left out can add at most."""
    sums[:] = 0.0
    for band in range(len(norms)):
        norm = norms[band]
        if norm > 0:
            for j in range(len(sums)):
                sums[j] += norm * partner_norms[band, j]


@kernel(inner=True)
def _add_rare_terms(sums, x, i, split, postings):  # type: ignore[no-untyped-def]
    for p in range(split, x.indptr[i + 1]):
        weight, term = x.weights[p], x.terms[p]
        for q in range(postings.starts[term], postings.starts[term + 1]):
            sums[postings.rows[q]] += weight * postings.weights[q]


@kernel(inner=True)
def _bound_surplus(x, partner, cut, frequent, norms, partner_norms):  # type: ignore[no-untyped-def]
    """By how much the bounds exceed what the bands left out do add."""
    surplus = np.float32(0.0)
    for band in range(len(norms)):
        surplus += norms[band] * partner_norms[band]
    p = x.indptr[partner]
    while p < x.indptr[partner + 1] and x.terms[p] < cut:
        surplus -= frequent[x.terms[p]] * x.weights[p]
        p += 1
    return surplus
