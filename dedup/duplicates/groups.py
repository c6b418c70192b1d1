"""Groups that do not chain: every member is a copy of its group's original, not of a copy of a copy.

Articles are gone through from the earliest to the latest.  One that is a copy of no original before it is an
original itself; any other joins the original it resembles most.  These are the stars of Aslam, Pelekhov and
Rus (2004), "The star clustering algorithm", with the order of publication in place of the degree.  A drifting
chain falls apart into stars, no two originals are copies of each other, and one pass over the pairs does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.compiled import kernel
from dedup.corpus import NO_DATE

if TYPE_CHECKING:
    from numpy.typing import NDArray


def precedence(published: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the rank of each row: earliest published first, then by row, articles without a date last.

    A missing date is no evidence of having been first, so an undated article never becomes the original of
    a dated one.

    Parameters
    ----------
    published : ndarray of int64, shape (n,)
        Seconds since 1970, `NO_DATE` where unknown; rows ascend by article id.

    Returns
    -------
    ndarray of int64, shape (n,)
        A permutation of ``0 … n - 1``.
    """
    order = np.lexsort((np.arange(len(published)), published, published == NO_DATE))
    ranks = np.empty(len(published), np.int64)
    ranks[order] = np.arange(len(published))
    return ranks


@kernel
def _stars(offsets, earlier, strength, original):  # type: ignore[no-untyped-def]
    """Fill `original` by rank: the strongest original among the earlier copies, or the row itself."""
    for rank in range(len(original)):
        best = -1
        for k in range(offsets[rank], offsets[rank + 1]):
            other = earlier[k]
            if original[other] != other:
                continue
            if best < 0 or strength[k] > strength[best]:
                best = k
        original[rank] = rank if best < 0 else earlier[best]


def stars(
    ranks: NDArray[np.int64], a: NDArray[np.int64], b: NDArray[np.int64], strength: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Give every row the original of its group.

    Parameters
    ----------
    ranks : ndarray of int64, shape (n,)
        As `precedence` gives them.
    a, b : ndarray of int64, shape (pairs,)
        Rows that are copies of each other, each pair once.
    strength : ndarray of float64, shape (pairs,)
        How much alike; between equals the earlier original wins.

    Returns
    -------
    ndarray of int64, shape (n,)
        The row of the original; originals and rows without copies name themselves.
    """
    first, second = np.minimum(ranks[a], ranks[b]), np.maximum(ranks[a], ranks[b])
    order = np.lexsort((first, second))
    offsets = np.searchsorted(second[order], np.arange(len(ranks) + 1))
    by_rank = np.empty(len(ranks), np.int64)
    _stars(offsets, first[order], strength[order], by_rank)
    row_of = np.empty(len(ranks), np.int64)
    row_of[ranks] = np.arange(len(ranks))
    return row_of[by_rank[ranks]]
