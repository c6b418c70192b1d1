"""The exact join: every pair of articles of which the shorter shares enough with the longer, none missed.

Shingles are put in one order for all articles, rare ones first.  When an article shares ``ceil(t * n)`` of
its `n` shingles with another, one of its ``n - ceil(t * n) + 1`` rarest must be among them, so only those are
indexed (prefix filter: Chaudhuri et al. 2006; Bayardo et al. 2007).  A longer article looks up all of its
own, and each pair that meets is compared on the whole sets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed

from dedup.arrays import with_room
from dedup.compiled import kernel
from dedup.duplicates.shingles import shingle_sets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import TextColumn
    from dedup.duplicates.shingles import ShingleSets
    from dedup.settings import DuplicateSettings

#: Classes of rarity, by how many articles (about) have a shingle; order within a class is that of the hash.
RARITIES = np.array([[2, 4], [5, 64], [65, 255]])

CHUNK_ARTICLES = 4096

_U = np.uint64
_SPREAD = _U(0x9E3779B97F4A7C15)


@kernel
def _counts(values, mask):  # type: ignore[no-untyped-def]
    """Count each hash in a table that mixes some up; a count of 1 is certain, 255 means that or more."""
    counts = np.zeros(mask + _U(1), np.uint8)
    for value in values:
        if counts[value & mask] < 255:
            counts[value & mask] += 1
    return counts


@kernel
def _index(values, offsets, share, counts, mask):  # type: ignore[no-untyped-def]
    """List the shingles of every article that must be indexed, those of one article only left out."""
    posted = np.empty(len(values), np.uint64)
    ends = np.zeros(len(offsets), np.int64)
    used = 0
    for article in range(len(offsets) - 1):
        begin, end = offsets[article], offsets[article + 1]
        left = end - begin - np.int64(np.ceil(share * (end - begin) - 1e-9)) + 1
        for i in range(begin, end):
            left -= counts[values[i] & mask] == 1
        for rarity in range(len(RARITIES)):
            i = begin
            while i < end and left > 0:
                count = counts[values[i] & mask]
                if RARITIES[rarity, 0] <= count <= RARITIES[rarity, 1]:
                    posted[used] = values[i]
                    used += 1
                    left -= 1
                i += 1
        ends[article + 1] = used
    return posted[:used].copy(), ends


@kernel
def _chains(posted, ends):  # type: ignore[no-untyped-def]
    """Hash each shingle to the chain of articles it is posted for: (keys, heads, following, owners)."""
    size = 2
    while size < 2 * len(posted) + 2:
        size *= 2
    keys = np.zeros(size, np.uint64)
    heads = np.full(size, -1, np.int64)
    following = np.empty(len(posted), np.int64)
    owners = np.empty(len(posted), np.int64)
    for article in range(len(ends) - 1):
        for place in range(ends[article], ends[article + 1]):
            slot = _slot(keys, heads, posted[place])
            keys[slot] = posted[place]
            following[place] = heads[slot]
            heads[slot] = place
            owners[place] = article
    return keys, heads, following, owners


@kernel(inner=True)
def _slot(keys, heads, value):  # type: ignore[no-untyped-def]
    mask = _U(len(keys) - 1)
    slot = value * _SPREAD >> _U(20) & mask
    while heads[slot] >= 0 and keys[slot] != value:
        slot = slot + _U(1) & mask
    return slot


@kernel
def _shared(values, i, i_end, j, j_end):  # type: ignore[no-untyped-def]
    both = 0
    while i < i_end and j < j_end:
        one, other = values[i], values[j]
        both += one == other
        i += one <= other
        j += other <= one
    return both


@kernel
def _look_up(values, offsets, first, last, share, counts, mask, chains):  # type: ignore[no-untyped-def]
    """Find the shorter articles that have enough in common with each of ``first:last``."""
    keys, heads, following, owners = chains
    seen = np.full(len(offsets), -1, np.int64)
    pairs = np.empty(1 << 12, np.uint64)
    used = 0
    for long in range(first, last):
        begin, end = offsets[long], offsets[long + 1]
        for i in range(begin, end):
            if counts[values[i] & mask] == 1:
                continue
            place = heads[_slot(keys, heads, values[i])]
            while place >= 0:
                short = owners[place]
                place = following[place]
                size = offsets[short + 1] - offsets[short]
                if seen[short] == long or size > end - begin or (size == end - begin and short >= long):
                    continue
                seen[short] = long
                shared = _shared(values, begin, end, offsets[short], offsets[short + 1])
                if shared < share * size - 1e-9:
                    continue
                pairs = with_room(pairs, used, 1)
                pairs[used] = _U(min(short, long)) << _U(32) | _U(max(short, long))
                used += 1
    return pairs[:used].copy()


def join_sets(sets: ShingleSets, share: float, *, n_jobs: int = 1) -> NDArray[np.uint64]:
    """Find all pairs of sets that share at least `share` of the smaller one.

    Parameters
    ----------
    sets : ShingleSets
    share : float
        Above 0, up to 1.
    n_jobs : int, default 1
        Threads.

    Returns
    -------
    ndarray of uint64
        Each pair once, ascending: the lower index above the higher index's 32 bits.
    """
    size = 1 << max(10, int(len(sets.values) * 1.5).bit_length())
    mask = _U(size - 1)
    counts = _counts(sets.values, mask)
    chains = _chains(*_index(sets.values, sets.offsets, share, counts, mask))
    n = len(sets.offsets) - 1
    found = Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(_look_up)(
            sets.values, sets.offsets, first, min(first + CHUNK_ARTICLES, n), share, counts, mask, chains
        )
        for first in range(0, n, CHUNK_ARTICLES)
    )
    return np.sort(np.concatenate([np.empty(0, np.uint64), *found]))


def pairs_by_join(
    texts: TextColumn, rows: NDArray[np.int64], settings: DuplicateSettings, *, n_jobs: int = 1
) -> NDArray[np.uint64]:
    """Find all pairs of `rows` with a Jaccard of `settings.candidate_jaccard`, or as large a containment.

    Two sets of Jaccard `j` share at least ``2 j / (1 + j)`` of the smaller one.

    Returns
    -------
    ndarray of uint64
        As `dedup.duplicates.bands.pairs_by_bands` gives them.
    """
    share = 2 * settings.candidate_jaccard / (1 + settings.candidate_jaccard)
    pairs = join_sets(shingle_sets(texts, rows, settings, n_jobs=n_jobs), share, n_jobs=n_jobs)
    low, high = (rows[(pairs >> _U(shift)).astype(np.int64) & 0xFFFFFFFF] for shift in (32, 0))
    return np.asarray(low.astype(np.uint64) << _U(32) | high.astype(np.uint64))
