"""Unit rows: sparse rows divided by their length, in one form that kernels can rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from dedup.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def unit_rows(X: sparse.sparray | sparse.spmatrix | ArrayLike) -> sparse.csr_array:
    """Divide each row by its Euclidean norm.

    Parameters
    ----------
    X : sparse matrix or array-like, shape (n, m)
        Unsorted indices, entries that are stored twice (they add up) and explicit zeros are fine.

    Returns
    -------
    csr_array of float64, shape (n, m)
        A new matrix: indices ascending within a row, each once, no stored zeros; `indptr` int64 and
        `indices` int32.  A row of zeros stays empty.

    Raises
    ------
    ValueError
        Where `X` is not two-dimensional or holds NaN or infinity.
    """
    from sklearn.utils import check_array  # noqa: PLC0415  (a second, and the stages do without)

    checked = check_array(
        X, accept_sparse="csr", dtype=np.float64, copy=True, ensure_min_samples=0, ensure_min_features=0
    )
    rows = sparse.csr_array(checked)
    rows.sum_duplicates()
    rows.eliminate_zeros()
    rows.indptr = rows.indptr.astype(np.int64)
    rows.indices = rows.indices.astype(np.int32)
    scale_to_unit(rows)
    return rows


def csr_rows(
    data: NDArray[Any], indices: NDArray[np.int32], indptr: NDArray[Any], columns: int
) -> sparse.csr_array:
    """Put rows together in the one form that kernels are compiled for: `indptr` int64 and `indices` int32."""
    rows = sparse.csr_array((len(indptr) - 1, columns), dtype=data.dtype)
    # Given to the constructor they would be looked through, and copied where narrower numbers would do.
    rows.data, rows.indices, rows.indptr = data, indices, indptr
    return rows


def take_rows(rows: sparse.csr_array, chosen: NDArray[np.int64]) -> sparse.csr_array:
    """Give some rows, in the order asked for.

    What ``rows[chosen]`` gives, without the copy of all indices that scipy makes to have them as wide as `indptr`.
    """
    indptr = np.zeros(len(chosen) + 1, np.int64)
    np.cumsum(np.diff(rows.indptr)[chosen], out=indptr[1:])
    entries = int(indptr[-1])
    indices, data = np.empty(entries, rows.indices.dtype), np.empty(entries, rows.data.dtype)
    _copy_rows(rows.indptr, rows.indices, rows.data, chosen, indptr, indices, data)
    return csr_rows(data, indices, indptr, rows.shape[1])


@kernel
def _copy_rows(indptr, indices, data, chosen, starts, to_indices, to_data):  # type: ignore[no-untyped-def]
    for k in range(len(chosen)):
        q = starts[k]
        for p in range(indptr[chosen[k]], indptr[chosen[k] + 1]):
            to_indices[q], to_data[q] = indices[p], data[p]
            q += 1


def scale_to_unit(rows: sparse.csr_array) -> None:
    """Divide each row by its Euclidean norm, in place."""
    _divide_by_norms(rows.indptr, rows.data)


@kernel
def _divide_by_norms(indptr, data):  # type: ignore[no-untyped-def]
    """Divide by the largest magnitude first, so that no square overflows or vanishes."""
    for i in range(len(indptr) - 1):
        largest = 0.0
        for p in range(indptr[i], indptr[i + 1]):
            largest = max(largest, abs(data[p]))
        square = 0.0
        for p in range(indptr[i], indptr[i + 1]):
            data[p] /= largest
            square += data[p] * data[p]
        norm = np.sqrt(square)
        for p in range(indptr[i], indptr[i + 1]):
            data[p] /= norm


@kernel
def pair_dots(starts, stops, indices, data, left, right, columns):  # type: ignore[no-untyped-def]
    """Dot products of the rows `left` with the rows `right`, pair by pair, summed over ascending columns.

    Row `i` lies in ``indices[starts[i]:stops[i]]`` and likewise in `data`.  Quick where equal entries of
    `left` stand together: that row is spread out over all columns once.
    """
    dots = np.empty(len(left))
    dense = np.zeros(columns)
    spread = -1
    for k in range(len(left)):
        if left[k] != spread:
            if spread >= 0:
                for p in range(starts[spread], stops[spread]):
                    dense[indices[p]] = 0.0
            spread = left[k]
            for p in range(starts[spread], stops[spread]):
                dense[indices[p]] = data[p]
        total = 0.0
        for p in range(starts[right[k]], stops[right[k]]):
            total += dense[indices[p]] * data[p]
        dots[k] = total
    return dots


def content_digests(rows: sparse.csr_array, names: NDArray[np.uint64] | None = None) -> NDArray[np.uint64]:
    """Digest what each row holds; sorting by it gives one order to the same rows in any order.

    Parameters
    ----------
    rows : csr_array of float64, shape (n, m)
        As `unit_rows` gives them.
    names : ndarray of uint64, shape (m,), optional
        What each column stands for, where rows shall be known again among other columns; its number otherwise.

    Returns
    -------
    ndarray of uint64, shape (n,)
        Equal for equal rows; by chance, 2^-64 a pair, for two others.
    """
    if names is None:
        names = np.arange(rows.shape[1], dtype=np.uint64)
    return np.asarray(_digests(rows.indptr, rows.indices, rows.data.view(np.uint64), names))


@kernel
def _digests(indptr, indices, bits, names):  # type: ignore[no-untyped-def]
    """Fold each entry in with the multiply and shift steps of the SplitMix64 generator."""
    digests = np.zeros(len(indptr) - 1, np.uint64)
    for i in range(len(indptr) - 1):
        state = np.uint64(0)
        for p in range(indptr[i], indptr[i + 1]):
            state = (state ^ bits[p]) * np.uint64(0xBF58476D1CE4E5B9)
            state ^= state >> np.uint64(31)
            state = (state + names[indices[p]]) * np.uint64(0x94D049BB133111EB)
            state ^= state >> np.uint64(29)
        digests[i] = state
    return digests
