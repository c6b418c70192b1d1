"""How close each article stands to the middle of its story."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

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
    result = np.ones(len(pairs), np.float32)
    bounds = np.flatnonzero(np.diff(pairs[:, 0], prepend=-1, append=-1))
    for start, stop in pairwise(bounds):
        if stop - start > 1:
            result[start:stop] = _cosines_with_sum(vectors[pairs[start:stop, 1]])
    return result[article_pair.ravel()]


def _cosines_with_sum(rows: sparse.csr_array) -> NDArray[np.float64]:
    terms, place = np.unique(rows.indices, return_inverse=True)
    total = np.bincount(place, rows.data, len(terms))
    norm = float(np.sqrt(total @ total)) or 1.0
    of_row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    return np.bincount(of_row, rows.data * total[place], rows.shape[0]) / norm
