"""How close each article stands to the middle of its story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse


def closeness(
    vectors: sparse.csr_array, vector_of: NDArray[np.int64], groups: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Give the cosine of each article with the sum of its story's texts.

    The highest of a story is its medoid: the sum of the cosines to the other texts is highest there too.

    Parameters
    ----------
    vectors : csr_array, shape (n_texts, n_terms)
        Unit rows; empty rows are allowed.
    vector_of : ndarray of int64, shape (n,)
        Each article's row in `vectors`; copies share one.
    groups : ndarray of int64, shape (n,)
        Story of each article, numbered from 0.

    Returns
    -------
    ndarray of float32, shape (n,)
        Between 0 and 1; 1 in stories of one text.
    """
    pairs, article_pair = np.unique(np.column_stack((groups, vector_of)), axis=0, return_inverse=True)
    bounds = np.flatnonzero(np.diff(pairs[:, 0], prepend=-1, append=-1))
    result = _cosines_with_sums(
        vectors.indptr.astype(np.int64), vectors.indices, vectors.data, vectors.shape[1], pairs[:, 1], bounds
    )
    return np.asarray(result[article_pair.ravel()], np.float32)


@kernel
def _cosines_with_sums(indptr, indices, data, columns, rows, bounds):  # type: ignore[no-untyped-def]
    """Give the cosines of the rows of each group, ``rows[bounds[g]:bounds[g + 1]]``, with their sum."""
    cosines = np.ones(len(rows), np.float32)
    total = np.zeros(columns)
    met = np.full(columns, -1)
    for group in range(len(bounds) - 1):
        members = rows[bounds[group] : bounds[group + 1]]
        if len(members) < 2:
            continue
        for row in members:
            for p in range(indptr[row], indptr[row + 1]):
                total[indices[p]] += data[p]
        square = 0.0
        for row in members:
            for p in range(indptr[row], indptr[row + 1]):
                if met[indices[p]] != group:
                    met[indices[p]] = group
                    square += total[indices[p]] * total[indices[p]]
        norm = np.sqrt(square) if square > 0 else 1.0
        for k in range(len(members)):
            dot = 0.0
            for p in range(indptr[members[k]], indptr[members[k] + 1]):
                dot += data[p] * total[indices[p]]
            cosines[bounds[group] + k] = dot / norm
        for row in members:
            for p in range(indptr[row], indptr[row + 1]):
                total[indices[p]] = 0.0
    return cosines
