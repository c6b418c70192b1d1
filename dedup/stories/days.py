"""Days as terms: reports of one event appear close together, and a vector can say so.

A dated row gets `SPAN_DAYS` further columns, one for its day and each that follows, so that two rows `d` days
apart share ``SPAN_DAYS - d`` of them.  With unit rows the cosine becomes a weighted mean of the texts' cosine
and the days' agreement, ``(1 - w)·cosine + w·max(0, 1 - d / SPAN_DAYS)``, and average linkage by sum vectors
stays exact.  An undated row has no such columns and is compared by its text alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from dedup.corpus import NO_DATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Days after which two rows have none in common.
SPAN_DAYS = 5

#: A day has its full weight where it is shared with e^-3 (a twentieth) of the dated rows or fewer.
_FULL_RARITY = 3.0

_SECONDS_A_DAY = 86_400


def with_days(matrix: sparse.csr_array, published: NDArray[np.int64], weight: float) -> sparse.csr_array:
    """Add columns for days to unit rows.

    Parameters
    ----------
    matrix : csr_array, shape (m, terms)
        Unit rows.
    published : ndarray of int64, shape (m,)
        Seconds since 1970, `NO_DATE` where unknown.
    weight : float
        What full agreement of days adds to the cosine, at most.  A day counts for less the more of the rows
        share it, and for nothing where all do: like any term, by its inverse document frequency.

    Returns
    -------
    csr_array, shape (m, terms + days)
        Unit rows.
    """
    dated = np.flatnonzero(published != NO_DATE)
    if len(dated) == 0 or weight == 0:
        return matrix
    days = published[dated] // _SECONDS_A_DAY
    covered, columns = np.unique(days[:, None] + np.arange(SPAN_DAYS), return_inverse=True)
    columns = columns.reshape(-1)
    sharing = np.bincount(columns, minlength=len(covered)).astype(np.float64)
    # The mean over all dated rows of the days' agreement with this row.
    agreement = sharing[columns].reshape(-1, SPAN_DAYS).sum(axis=1) / (SPAN_DAYS * len(dated))
    share = np.zeros(matrix.shape[0])
    share[dated] = weight * np.clip(-np.log(agreement) / _FULL_RARITY, 0, 1)
    rows = np.repeat(dated, SPAN_DAYS)
    marks = sparse.csr_array(
        (np.sqrt(share[rows] / SPAN_DAYS), (rows, columns)), shape=(matrix.shape[0], len(covered))
    )
    text = matrix.multiply(np.sqrt(1 - share)[:, None]).tocsr()
    return sparse.csr_array(sparse.hstack([text, marks], format="csr"))
