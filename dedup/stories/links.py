"""Links between clusters that are near enough to merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.arrays import with_room
from dedup.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    #: Ends of links, or clusters: int32 where that is enough, for the sake of the caches.
    Ends = NDArray[np.signedinteger]

#: Similarity of a link that was dropped.
DROPPED = -np.inf


class Links:
    """Pairs of clusters, as one linked list a cluster, and each cluster's nearest.

    Link `e` has two ends, ``2e`` and ``2e + 1``; an end is in the list of the cluster it stands at, and
    ``end ^ 1`` is the far end.  The lists of clusters that merge are joined in place, and a dropped link
    leaves a list when that list is next walked.

    Parameters
    ----------
    clusters : int
        How many, numbered from 0.
    left, right : ndarray of int64, shape (links,)
        The two clusters of each link; each pair once.
    similarity : ndarray of float64, shape (links,)

    Attributes
    ----------
    similarity : ndarray of float64, shape (links,)
        As it is now; `DROPPED` for a link that is no more.
    """

    def __init__(
        self,
        clusters: int,
        left: NDArray[np.int64],
        right: NDArray[np.int64],
        similarity: NDArray[np.float64],
    ) -> None:
        kind: type[np.signedinteger] = np.int32 if 2 * len(left) <= np.iinfo(np.int32).max else np.int64
        self.similarity = similarity.copy()
        self._at: Ends = np.empty(2 * len(left), kind)
        self._at[0::2], self._at[1::2] = left, right
        self._head: Ends = np.full(clusters, -1, kind)
        self._after: Ends = np.empty_like(self._at)
        self._nearest: Ends = np.full_like(self._head, -1)
        self._stamps = np.full(clusters, -1)
        self._joined = 0
        self._flags = np.zeros(clusters, np.bool_)
        _thread_lists(self._at, self._after, self._head)
        self.seek_nearest(np.arange(clusters))

    def seek_nearest(self, clusters: NDArray[np.int64]) -> None:
        """Find the nearest of each of `clusters` anew: the most similar, then the lowest number."""
        _seek_nearest(self._at, self._after, self._head, self._nearest, self.similarity, clusters)

    def reciprocal_pairs(
        self, changed: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Find pairs of clusters that are each other's nearest, at least one of them in `changed`.

        Returns
        -------
        lower, higher : ndarray of int64, shape (pairs,)
            `lower` ascends.
        similarity : ndarray of float64, shape (pairs,)
        """
        lower, higher = _reciprocal_pairs(self._at, self._nearest, changed, self._flags)
        order = np.argsort(lower)
        lower, higher = lower[order], higher[order]
        return lower, higher, self.similarity[self._nearest[lower] >> 1]

    def join(self, kept: NDArray[np.int64], gone: NDArray[np.int64]) -> Ends:
        """Hand the links of each cluster of `gone` to its reciprocal partner in `kept`, which ascends.

        Returns
        -------
        ndarray of int
            The links of the joined clusters, cluster by cluster and each link once, as ends that stand at
            one of `kept`.  Their similarities are those from before; `store` takes the new ones.
        """
        self.similarity[self._nearest[kept] >> 1] = DROPPED
        stamp = self._joined
        self._joined += len(kept)
        lists = self._at, self._after, self._head, self.similarity
        return np.asarray(_join(*lists, kept, gone, self._stamps, stamp, self._flags))

    def clusters_of(self, ends: Ends) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the clusters where `ends` and their far ends stand."""
        return self._at[ends].astype(np.int64), self._at[ends ^ 1].astype(np.int64)

    def store(
        self, ends: Ends, similarity: NDArray[np.float64], kept: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Store new similarities of what `join` gave for `kept`; give the clusters whose nearest may differ."""
        changed = _store(self._at, self._nearest, self.similarity, ends, similarity, kept, self._flags)
        self.seek_nearest(changed)
        return np.asarray(changed)


@kernel
def _thread_lists(at, after, head):  # type: ignore[no-untyped-def]
    for end in range(len(at) - 1, -1, -1):
        after[end] = head[at[end]]
        head[at[end]] = end


@kernel
def _seek_nearest(at, after, head, nearest, similarity, clusters):  # type: ignore[no-untyped-def]
    """Walk the lists of `clusters`, unhook dropped links and note the nearest."""
    for cluster in clusters:
        best = -1
        before = -1
        end = head[cluster]
        while end >= 0:
            following = after[end]
            value = similarity[end >> 1]
            if value == DROPPED:
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
def _reciprocal_pairs(at, nearest, changed, taken):  # type: ignore[no-untyped-def]
    """Find the pairs; `taken` is False throughout, before and after."""
    lower = np.empty(len(changed), np.int64)
    higher = np.empty(len(changed), np.int64)
    count = 0
    for cluster in changed:
        end = nearest[cluster]
        if end < 0 or taken[cluster]:
            continue
        other = at[end ^ 1]
        if nearest[other] == end ^ 1:
            taken[cluster] = taken[other] = True
            lower[count] = min(cluster, other)
            higher[count] = max(cluster, other)
            count += 1
    for k in range(count):
        taken[lower[k]] = taken[higher[k]] = False
    return lower[:count], higher[:count]


@kernel
def _join(at, after, head, similarity, kept, gone, stamps, stamp, grown):  # type: ignore[no-untyped-def]
    """Join the lists, then walk them: drop all but one link to the same neighbour, collect what remains.

    A neighbour is stamped when it is first met; all `stamps` are below `stamp` before.  A link between two
    clusters that both grew is collected at the lower one.  `grown` is False throughout, before and after.
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
            if similarity[end >> 1] != DROPPED:
                if stamps[other] == stamp + k:
                    similarity[end >> 1] = DROPPED
                elif other > cluster or not grown[other]:
                    stamps[other] = stamp + k
                    touched = with_room(touched, count, 1)
                    touched[count] = end
                    count += 1
            end = after[end]
    for k in range(len(kept)):
        grown[kept[k]] = False
    return touched[:count]


@kernel
def _store(at, nearest, similarity, touched, fresh, kept, marked):  # type: ignore[no-untyped-def]
    """Store `fresh`; collect `kept` and the neighbours whose nearest was touched, or lies no nearer than `kept`.

    `marked` is False throughout, before and after.
    """
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
        stale = similarity[now >> 1] == DROPPED or at[now ^ 1] == at[end ^ 1]
        nearer = fresh[k] >= similarity[now >> 1]
        if stale or nearer:
            marked[other] = True
            clusters[count] = other
            count += 1
    for k in range(count):
        marked[clusters[k]] = False
    return clusters[:count]
