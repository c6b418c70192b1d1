"""Average linkage by sum vectors: merge pairs of clusters that are each other's nearest, round by round.

For unit rows the mean cosine between the members of two clusters is the dot product of the clusters' sum
vectors over the product of their sizes (Manning, Raghavan and Schütze, "Introduction to Information
Retrieval", ch. 17).  The mean after a merge is a weighted mean of two means, so:

- two clusters below the least similarity to a third are below it together, so their pairs are dropped for
  good; only where one of the two pairs was kept must the new mean be known, and it is one dot product;
- nothing merges nearer to a third cluster than its nearer half was, so pairs that are each other's nearest
  may merge at once, all in one round, and give the same tree as merging the nearest pair overall one by
  one (Müllner 2011; Sumengen et al. 2021, "Scaling hierarchical agglomerative clustering").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup.compiled import kernel
from dedup.stories.links import DROPPED, Links
from dedup.stories.sums import SumVectors

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse


@dataclass(frozen=True)
class Merges:
    """The merges in the order of their distance.

    Attributes
    ----------
    children : ndarray of int64, shape (merges, 2)
        The two clusters merged, ascending; cluster ``n + k`` is the result of merge `k`.
    distances : ndarray of float64, shape (merges,)
        One minus the mean cosine between the members of the two, ascending.
    """

    children: NDArray[np.int64]
    distances: NDArray[np.float64]


def average_linkage(
    rows: sparse.csr_array,
    weights: NDArray[np.float64],
    pairs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
    cut: float,
    *,
    times: NDArray[np.float64] | None = None,
    window: float | None = None,
    n_jobs: int | None = None,
) -> Merges:
    """Merge the nearest clusters until none are nearer than `cut`.

    Parameters
    ----------
    rows : csr_array of float64, shape (n, m)
        Unit rows.
    weights : ndarray of float64, shape (n,)
        How many equal rows each stands for; positive.
    pairs : (left, right, similarity)
        All pairs of rows with ``1 - similarity < cut``, each once; others do no harm.
    cut : float
        Mean cosine distance from which clusters stay apart.
    times, window : ndarray of float64, shape (n,); float; optional
        Clusters stay apart where their times (NaN: unknown) would then span more than the window.
    n_jobs : int, optional
        Threads for large rounds.

    Returns
    -------
    Merges
        Of equal distances the pair of clusters with the lowest row merges first.
    """
    n = rows.shape[0]
    left, right, similarity = pairs
    spans = _Spans(np.full(n, np.nan) if times is None else times, np.inf if window is None else window)
    near = (1.0 - similarity < cut) & spans.fit_together(left, right)
    links = Links(n, left[near], right[near], similarity[near])
    vectors = SumVectors(rows, weights)
    sizes = weights.astype(np.float64)
    nodes = np.arange(n)
    children, distances = [np.empty((0, 2), np.int64)], [np.empty(0)]
    kept, gone, similarity = links.reciprocal_pairs(nodes)
    made = n
    while len(kept):
        children.append(np.column_stack((nodes[kept], nodes[gone])))
        distances.append(1.0 - similarity)
        nodes[kept] = np.arange(made, made + len(kept))
        made += len(kept)
        vectors.merge(kept, gone)
        sizes[kept] += sizes[gone]
        spans.merge(kept, gone)
        touched = links.join(kept, gone)
        left, right = links.clusters_of(touched)
        similarity = vectors.dots(left, right, n_jobs=n_jobs) / (sizes[left] * sizes[right])
        similarity[(1.0 - similarity >= cut) | ~spans.fit_together(left, right)] = DROPPED
        kept, gone, similarity = links.reciprocal_pairs(links.store(touched, similarity, kept))
    return _in_order(n, np.concatenate(children), np.concatenate(distances))


class _Spans:
    """First and last time of each cluster."""

    def __init__(self, times: NDArray[np.float64], window: float) -> None:
        self._first = times.astype(np.float64)
        self._last = self._first.copy()
        self._window = window

    def merge(self, kept: NDArray[np.int64], gone: NDArray[np.int64]) -> None:
        """Stretch each cluster of `kept` over its partner in `gone`."""
        self._first[kept] = np.fmin(self._first[kept], self._first[gone])
        self._last[kept] = np.fmax(self._last[kept], self._last[gone])

    def fit_together(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which pairs would span no more than the window; unknown times span nothing."""
        first = np.fmin(self._first[a], self._first[b])
        last = np.fmax(self._last[a], self._last[b])
        return np.asarray(~(last - first > self._window))


def _in_order(n: int, children: NDArray[np.int64], distances: NDArray[np.float64]) -> Merges:
    """Sort the merges by distance, none before the merges of its own parts."""
    raised = _raise_over_parts(n, children, distances)
    order = np.argsort(raised, kind="stable")
    number = np.arange(n + len(order))
    number[n + order] = n + np.arange(len(order))
    return Merges(np.sort(number[children[order]], axis=1), raised[order])


@kernel
def _raise_over_parts(n, children, distances):  # type: ignore[no-untyped-def]
    """Lift a distance that rounding left below that of one of its parts."""
    raised = distances.copy()
    for k in range(len(raised)):
        for part in children[k]:
            if part >= n:
                raised[k] = max(raised[k], raised[part - n])
    return raised
