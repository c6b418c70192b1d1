"""Exact similarity of pairs of articles, on the shingle sets of those articles that have candidates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed

from dedup.compiled import kernel
from dedup.duplicates.shingles import shingle_sets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import TextColumn
    from dedup.settings import DuplicateSettings

#: Pairs whose shingle sets are held in memory together.
CHUNK_PAIRS = 1 << 15


@dataclass(frozen=True, slots=True)
class Comparison:
    """Sizes of the shingle sets of `m` pairs and of what they share.

    Attributes
    ----------
    shared, size_a, size_b : ndarray of int32, shape (m,)
        Distinct shingles in both, in the first and in the second article.
    """

    shared: NDArray[np.int32]
    size_a: NDArray[np.int32]
    size_b: NDArray[np.int32]

    @property
    def jaccard(self) -> NDArray[np.float64]:
        """Shared shingles over all shingles of both; 0 for two empty texts."""
        union = np.int64(self.size_a) + self.size_b - self.shared
        return np.asarray(self.shared / np.maximum(union, 1))

    @property
    def containment_a(self) -> NDArray[np.float64]:
        """Share of the first article's shingles that the second one has."""
        return self.shared / np.maximum(self.size_a, 1)

    @property
    def containment_b(self) -> NDArray[np.float64]:
        """Share of the second article's shingles that the first one has."""
        return self.shared / np.maximum(self.size_b, 1)


@kernel
def _count_shared(values, offsets, a, b, shared, size_a, size_b):  # type: ignore[no-untyped-def]
    """Merge the two sorted sets of each pair; no step depends on a comparison that could be mispredicted."""
    for pair in range(len(a)):
        i, i_end = offsets[a[pair]], offsets[a[pair] + 1]
        j, j_end = offsets[b[pair]], offsets[b[pair] + 1]
        size_a[pair] = i_end - i
        size_b[pair] = j_end - j
        both = 0
        while i < i_end and j < j_end:
            one, other = values[i], values[j]
            both += one == other
            i += one <= other
            j += other <= one
        shared[pair] = both


def compare_pairs(
    texts: TextColumn,
    a: NDArray[np.integer],
    b: NDArray[np.integer],
    settings: DuplicateSettings,
    *,
    n_jobs: int = 1,
) -> Comparison:
    """Count the shingles that the articles of each pair share.

    Parameters
    ----------
    texts : TextColumn
    a, b : ndarray of int, shape (m,)
        Rows of the pairs; cheapest when sorted by `a`.
    settings : DuplicateSettings
        `shingle_words`, `seed` and `max_text_bytes` matter; the seed does not change the counts.
    n_jobs : int, default 1
        Threads; each holds the sets of `CHUNK_PAIRS` pairs.

    Returns
    -------
    Comparison
    """
    shared, size_a, size_b = (np.empty(len(a), np.int32) for _ in range(3))

    def compare(start: int) -> None:
        part = slice(start, start + CHUNK_PAIRS)
        rows, places = np.unique(np.concatenate([a[part], b[part]]), return_inverse=True)
        sets = shingle_sets(texts, rows.astype(np.int64), settings)
        one, other = np.split(places, 2)
        _count_shared(sets.values, sets.offsets, one, other, shared[part], size_a[part], size_b[part])

    Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(compare)(start) for start in range(0, len(a), CHUNK_PAIRS)
    )
    return Comparison(shared, size_a, size_b)
