"""What the true pairs are: 5-word shingles of ``\\w+`` in lower case, compared exactly, none missed.

Words come from Python's own `re`, not from the tokeniser under test.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from dedup.duplicates.compare import _count_shared
from dedup.duplicates.join import join_sets
from dedup.duplicates.shingles import ShingleSets

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

WORDS = re.compile(r"\w+")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


def _spread(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ values >> np.uint64(33)) * np.uint64(0xFF51AFD7ED558CCD)
    return values ^ values >> np.uint64(33)


def shingle_sets(corpus: Path, length: int = 5) -> ShingleSets:
    """Give the set of 64-bit shingle hashes of every article."""
    numbers: dict[str, int] = {}
    sets = []
    decode = msgspec.json.Decoder().decode
    with corpus.open("rb") as lines:
        for line in lines:
            words = WORDS.findall(decode(line)["text"].lower())
            codes = np.array([numbers.setdefault(word, len(numbers) + 1) for word in words], np.uint64)
            codes = _spread(codes * _MULTIPLIER)
            rolled = np.zeros(max(1, len(codes) - length + 1), np.uint64)
            for k in range(min(length, len(codes))):
                rolled = rolled * _MULTIPLIER + codes[k : k + len(rolled)]
            sets.append(np.unique(_spread(rolled)))
    offsets = np.zeros(len(sets) + 1, np.int64)
    np.cumsum([len(one) for one in sets], out=offsets[1:])
    return ShingleSets(np.concatenate(sets), offsets)


def true_pairs(corpus: Path, threshold: float) -> dict[str, NDArray[np.int64]]:
    """Give all pairs with a Jaccard of `threshold` and the number of articles."""
    sets = shingle_sets(corpus)
    pairs = join_sets(sets, 2 * threshold / (1 + threshold), n_jobs=2)
    a, b = (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
    shared, size_a, size_b = (np.empty(len(a), np.int32) for _ in range(3))
    _count_shared(sets.values, sets.offsets, a, b, shared, size_a, size_b)
    alike = shared / (size_a + size_b - shared) >= threshold
    return {"i": a[alike], "j": b[alike], "n": np.array(len(sets.offsets) - 1)}


def blocks_of(truth: dict[str, NDArray[np.int64]], block: int, count: int) -> dict[str, NDArray[np.int64]]:
    """Repeat the pairs of the first `block` articles for all `count`; blocks share no words, so no pairs."""
    firsts = np.arange(0, count, block)[:, None]
    i, j = ((truth[name] + firsts).ravel() for name in "ij")
    return {"i": i[j < count], "j": j[j < count], "n": np.array(count)}


def score(found: dict[str, NDArray[np.int64]], truth: dict[str, NDArray[np.int64]]) -> dict[str, float]:
    """Compare pairs, or where a library gives none the number of articles it removes, with the truth."""
    n = int(truth["n"])
    wanted = truth["i"] * n + truth["j"]
    if "removed" in found:
        graph = sparse.coo_array((np.ones(len(wanted)), (truth["i"], truth["j"])), shape=(n, n))
        groups, _ = connected_components(graph, directed=False)
        return {"removed": int(found["removed"]), "removed_by_truth": n - groups}
    claimed = np.unique(found["i"] * n + found["j"])
    right = len(np.intersect1d(claimed, wanted))
    return {
        "precision": right / max(1, len(claimed)),
        "recall": right / max(1, len(wanted)),
        "pairs": len(claimed),
    }
