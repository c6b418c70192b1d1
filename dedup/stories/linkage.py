"""Average linkage of sparse rows whose similar pairs are known: exact, without the n × n matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.compiled import kernel
from dedup.stories.merges import average_linkage
from dedup.stories.rows import take_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse


def least_similarity(cut: float) -> float:
    """Give the least cosine of the pairs that `link` needs for clusters nearer than `cut`.

    A hair below the cut: the test itself is made on distances, as scikit-learn makes it.
    """
    return 1.0 - cut - 1e-12


def link(
    rows: sparse.csr_array,
    pairs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
    cut: float,
    *,
    order: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
    times: NDArray[np.float64] | None = None,
    window: float | None = None,
    n_jobs: int | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Merge rows whose similar pairs are known, as `dedup.stories.estimator` does.

    Parameters
    ----------
    rows : csr_array of float64, shape (n, m)
        Unit rows.
    pairs : (i, j, similarity)
        All pairs of rows that reach ``least_similarity(cut)``.
    cut : float
        Mean cosine distance from which clusters stay apart.
    order : ndarray of int64, shape (n,)
        The rows in an order that their contents decide: of equal distances the first in it merges first.
    weights : ndarray of float64, shape (n,), optional
        How many equal rows each stands for; a row of weight 0 merges with none.
    times, window, n_jobs
        As for `dedup.stories.merges.average_linkage`.

    Returns
    -------
    children, distances
        As `dedup.stories.estimator.SparseAgglomerativeClustering` has them.
    """
    n = rows.shape[0]
    weights = np.ones(n) if weights is None else weights
    left, right, similarity = pairs
    counted = (weights[left] > 0) & (weights[right] > 0)
    left, right, similarity = left[counted], right[counted], similarity[counted]
    linked = np.zeros(n, np.bool_)
    linked[left] = linked[right] = True
    # The rest, often most, would only be carried along.
    order = order[linked[order]]
    place = np.empty(n, np.int64)
    place[order] = np.arange(len(order))
    merges = average_linkage(
        take_rows(rows, order),
        weights[order],
        (place[left], place[right], similarity),
        cut,
        times=None if times is None else times[order],
        window=window,
        n_jobs=n_jobs,
    )
    node = np.concatenate((order, n + np.arange(len(merges.children))))
    return np.sort(node[merges.children], axis=1), merges.distances


def clusters(n: int, children: NDArray[np.int64]) -> NDArray[np.int64]:
    """Label `n` rows by the clusters that merges made of them, numbered in the order of their first rows."""
    return np.asarray(_labels(n, children))


@kernel
def _labels(n, children):  # type: ignore[no-untyped-def]
    """Label the trees of a forest by the first row of each."""
    root = np.arange(n + len(children))
    for k in range(len(children) - 1, -1, -1):
        for part in children[k]:
            root[part] = root[n + k]
    number = np.full(len(root), -1)
    labels = np.empty(n, np.int64)
    count = 0
    for i in range(n):
        if number[root[i]] < 0:
            number[root[i]] = count
            count += 1
        labels[i] = number[root[i]]
    return labels
