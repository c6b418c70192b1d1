"""Average linkage by sum vectors: merge pairs of clusters that are each other's nearest, round by round.

For unit rows the mean cosine between the members of two clusters is the dot product of the clusters' sum
vectors over the product of their sizes (Manning, Raghavan and Schütze, "Introduction to Information
Retrieval", ch. 17).  The mean after a merge is a weighted mean of two means, so:

- a pair of clusters below the least similarity stays below it, whatever it merges with, unless the other
  half was kept: only pairs that were kept ever need another look, and each look is one dot product;
- nothing merges nearer to a third cluster than its nearer half was, so pairs that are each other's nearest
  may merge at once, all in one round, and give the same tree as merging the nearest pair overall one by
  one (Müllner 2011; Sumengen et al. 2021, "Scaling hierarchical agglomerative clustering").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs

from dedup.compiled import kernel
from dedup.stories.rows import pair_dots

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse

#: Dot products a round from which threads pay for their start.
PARALLEL_DOTS = 20_000


class SumVectors:
    """The sparse sum vector of each cluster, in one growing pair of arrays.

    Parameters
    ----------
    rows : csr_array of float64, shape (n, m)
        One row a cluster to begin with.
    weights : ndarray of float64, shape (n,)
        What to multiply each row by.
    """

    def __init__(self, rows: sparse.csr_array, weights: NDArray[np.float64]) -> None:
        self.columns = rows.shape[1]
        self.starts = rows.indptr[:-1].copy()
        self.stops = rows.indptr[1:].copy()
        self.indices = rows.indices
        self.data = rows.data * np.repeat(weights, np.diff(rows.indptr))
        self._used = len(self.data)

    def merge(self, kept: NDArray[np.int64], gone: NDArray[np.int64]) -> None:
        """Add the vector of each cluster of `gone` to that of its partner in `kept`."""
        lengths = self.stops - self.starts
        needed = lengths[kept] + lengths[gone]
        if self._used + needed.sum() > len(self.data):
            self._compact(int(needed.sum()))
        places = self._used + np.cumsum(needed) - needed
        self._used += int(needed.sum())
        _add_rows(self.starts, self.stops, self.indices, self.data, kept, gone, places)

    def _compact(self, needed: int) -> None:
        """Move what is in use to the front of new arrays with room for `needed` more, and half again."""
        lengths = self.stops - self.starts
        live = int(lengths.sum())
        starts = np.cumsum(lengths) - lengths
        room = live + needed + live // 2
        self.indices, self.data = _move_rows(self.starts, self.stops, self.indices, self.data, starts, room)
        self.starts, self.stops, self._used = starts, starts + lengths, live


@kernel
def _move_rows(starts, stops, indices, data, places, room):  # type: ignore[no-untyped-def]
    moved_indices = np.empty(room, indices.dtype)
    moved_data = np.empty(room, data.dtype)
    for i in range(len(starts)):
        q = places[i]
        for p in range(starts[i], stops[i]):
            moved_indices[q] = indices[p]
            moved_data[q] = data[p]
            q += 1
    return moved_indices, moved_data


@kernel
def _add_rows(starts, stops, indices, data, kept, gone, places):  # type: ignore[no-untyped-def]
    """Merge pairs of sorted rows into new places and empty the second of each pair."""
    for k in range(len(kept)):
        a, a_stop = starts[kept[k]], stops[kept[k]]
        b, b_stop = starts[gone[k]], stops[gone[k]]
        q = places[k]
        while a < a_stop or b < b_stop:
            if b == b_stop or (a < a_stop and indices[a] < indices[b]):
                indices[q], data[q] = indices[a], data[a]
                a += 1
            elif a == a_stop or indices[b] < indices[a]:
                indices[q], data[q] = indices[b], data[b]
                b += 1
            else:
                indices[q], data[q] = indices[a], data[a] + data[b]
                a += 1
                b += 1
            q += 1
        starts[kept[k]], stops[kept[k]] = places[k], q
        starts[gone[k]] = stops[gone[k]] = 0


@dataclass
class Links:
    """Kept pairs of clusters as linked lists, one a cluster.

    Pair `e` has two ends, ``2e`` and ``2e + 1``; an end belongs to the list of the cluster it stands at, and
    ``end ^ 1`` is the far end.  Lists of clusters that merge are joined in place, whatever their length.

    Attributes
    ----------
    similarity : ndarray of float64, shape (pairs,)
        Mean cosine between the two clusters' members; minus infinity for a pair that was dropped.
    at : ndarray of int64, shape (2 * pairs,)
        The cluster of each end.
    after : ndarray of int64, shape (2 * pairs,)
        The next end in the cluster's list, or -1.
    head : ndarray of int64, shape (n,)
        First end of each cluster's list, or -1.
    nearest : ndarray of int64, shape (n,)
        The end through which each cluster reaches its nearest, or -1.
    """

    similarity: NDArray[np.float64]
    at: NDArray[np.int64]
    head: NDArray[np.int64]
    after: NDArray[np.int64] = field(init=False)
    nearest: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.after = np.empty_like(self.at)
        self.nearest = np.full_like(self.head, -1)
        _thread_lists(self.at, self.after, self.head)


@kernel
def _thread_lists(at, after, head):  # type: ignore[no-untyped-def]
    for end in range(len(at) - 1, -1, -1):
        after[end] = head[at[end]]
        head[at[end]] = end


@kernel
def _prune_and_find_nearest(at, after, head, nearest, similarity, clusters):  # type: ignore[no-untyped-def]
    """Drop dead ends from the lists of `clusters`; set each one's nearest: most similar, then lowest."""
    for cluster in clusters:
        best = -1
        before = -1
        end = head[cluster]
        while end >= 0:
            following = after[end]
            value = similarity[end >> 1]
            if value == -np.inf:
                if before < 0:
                    head[cluster] = following
                else:
                    after[before] = following
            else:
                lead = value - similarity[best >> 1]
                if best < 0 or lead > 0 or (lead == 0 and at[end ^ 1] < at[best ^ 1]):
                    best = end
                before = end
            end = following
        nearest[cluster] = best


@kernel
def _reciprocal_pairs(at, nearest, changed, merging):  # type: ignore[no-untyped-def]
    """Pairs of clusters that are each other's nearest, one of them in `changed`; the lower number first."""
    kept = np.empty(len(changed), np.int64)
    gone = np.empty(len(changed), np.int64)
    count = 0
    for cluster in changed:
        end = nearest[cluster]
        if end < 0 or merging[cluster]:
            continue
        other = at[end ^ 1]
        if nearest[other] == end ^ 1:
            merging[cluster] = merging[other] = True
            kept[count] = min(cluster, other)
            gone[count] = max(cluster, other)
            count += 1
    for k in range(count):
        merging[kept[k]] = merging[gone[k]] = False
    return kept[:count], gone[:count]


@kernel
def _join_lists(at, after, head, similarity, kept, gone, stamps, stamp, grown):  # type: ignore[no-untyped-def]
    """Hand the lists of `gone` to `kept`; drop inner pairs and all but one pair to the same neighbour.

    Returns the ends, at `kept`, of the pairs whose similarity must be computed anew, cluster by cluster and
    each pair once: at its lower end where both ends grew.  `kept` ascends; `stamps` are all below `stamp`.
    """
    for k in range(len(kept)):
        end = head[gone[k]]
        last = -1
        while end >= 0:
            at[end] = kept[k]
            last = end
            end = after[end]
        if last >= 0:
            after[last] = head[kept[k]]
            head[kept[k]] = head[gone[k]]
        head[gone[k]] = -1
        grown[kept[k]] = True
    touched = np.empty(1024, at.dtype)
    count = 0
    for k in range(len(kept)):
        cluster = kept[k]
        stamps[cluster] = stamp + k
        end = head[cluster]
        while end >= 0:
            other = at[end ^ 1]
            if similarity[end >> 1] != -np.inf:
                if stamps[other] == stamp + k:
                    similarity[end >> 1] = -np.inf
                elif other > cluster or not grown[other]:
                    stamps[other] = stamp + k
                    if count == len(touched):
                        touched = np.concatenate((touched, np.empty_like(touched)))
                    touched[count] = end
                    count += 1
            end = after[end]
    for k in range(len(kept)):
        grown[kept[k]] = False
    return touched[:count]


@kernel
def _affected(at, nearest, similarity, touched, fresh, kept, marked):  # type: ignore[no-untyped-def]
    """Store the similarities `fresh` of the pairs `touched`; clusters whose nearest must be sought again."""
    clusters = np.empty(len(kept) + len(touched), np.int64)
    count = 0
    for cluster in kept:
        marked[cluster] = True
        clusters[count] = cluster
        count += 1
    for k in range(len(touched)):
        similarity[touched[k] >> 1] = fresh[k]
    for k in range(len(touched)):
        end = touched[k] ^ 1
        other = at[end]
        if marked[other]:
            continue
        now = nearest[other]
        stale = similarity[now >> 1] == -np.inf or at[now ^ 1] == at[end ^ 1]
        nearer = fresh[k] >= similarity[now >> 1]
        if stale or nearer:
            marked[other] = True
            clusters[count] = other
            count += 1
    for k in range(count):
        marked[clusters[k]] = False
    return clusters[:count]


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
    near = 1.0 - similarity < cut
    at = np.empty(2 * int(near.sum()), np.int64)
    at[0::2], at[1::2] = left[near], right[near]
    links = Links(similarity[near], at, np.full(n, -1, np.int64))
    vectors = SumVectors(rows, weights)
    sizes = weights.astype(np.float64)
    spans = None if times is None or window is None else _Spans(times, window)
    nodes = np.arange(n)
    stamps = np.full(n, -1)
    flags = np.zeros(n, np.bool_)
    children, distances = [np.empty((0, 2), np.int64)], [np.empty(0)]
    made = 0
    changed = np.arange(n)
    while True:
        _prune_and_find_nearest(links.at, links.after, links.head, links.nearest, links.similarity, changed)
        kept, gone = _reciprocal_pairs(links.at, links.nearest, changed, flags)
        if len(kept) == 0:
            break
        order = np.argsort(kept)
        kept, gone = kept[order], gone[order]
        children.append(np.column_stack((nodes[kept], nodes[gone])))
        distances.append(1.0 - links.similarity[links.nearest[kept] >> 1])
        nodes[kept] = n + made + np.arange(len(kept))
        links.similarity[links.nearest[kept] >> 1] = -np.inf
        vectors.merge(kept, gone)
        sizes[kept] += sizes[gone]
        touched = _join_lists(
            links.at, links.after, links.head, links.similarity, kept, gone, stamps, made, flags
        )
        made += len(kept)
        here, there = links.at[touched], links.at[touched ^ 1]
        fresh = _dots(vectors, here, there, n_jobs) / (sizes[here] * sizes[there])
        fresh[1.0 - fresh >= cut] = -np.inf
        if spans is not None:
            spans.merge(kept, gone)
            fresh[spans.too_long(here, there)] = -np.inf
        changed = _affected(links.at, links.nearest, links.similarity, touched, fresh, kept, flags)
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

    def too_long(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which pairs would span more than the window; unknown times span nothing."""
        first = np.fmin(self._first[a], self._first[b])
        last = np.fmax(self._last[a], self._last[b])
        return np.asarray(last - first > self._window)


def _dots(
    vectors: SumVectors, left: NDArray[np.int64], right: NDArray[np.int64], n_jobs: int | None
) -> NDArray[np.float64]:
    """Dot products of sum vectors; `left` comes grouped, and parts of it go to threads."""
    arrays = vectors.starts, vectors.stops, vectors.indices, vectors.data
    threads = effective_n_jobs(n_jobs)
    if threads == 1 or len(left) < PARALLEL_DOTS:
        return np.asarray(pair_dots(*arrays, left, right, vectors.columns))
    parts = zip(np.array_split(left, 4 * threads), np.array_split(right, 4 * threads), strict=True)
    return np.concatenate(
        Parallel(n_jobs=threads, prefer="threads")(
            delayed(pair_dots)(*arrays, a, b, vectors.columns) for a, b in parts
        )
    )


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
