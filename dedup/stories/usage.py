"""How often terms stand in text at large, so that ten articles are weighted like ten thousand.

Word lists are those of `wordfreq` (Speer 2022); their words go through the same kernel as the articles', so
that they are folded, cut and paired alike.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup.corpus import TextColumn
from dedup.stories.background import background
from dedup.stories.terms import count_terms
from dedup.text.tokens import find_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: Languages with blanks between syllables.
SYLLABIC = frozenset({"vi"})

#: Share of running text of a word that is in no list: the lists of `wordfreq` end at 1e-6.
UNLISTED = 3e-7

#: Where terms are pairs, pairs of this many of the commonest words are taken to meet by chance.
_PAIRED_WORDS = 300


class Usage(NamedTuple):
    """Shares of running text.

    Attributes
    ----------
    hashes : ndarray of uint64
        Terms, ascending.
    shares : ndarray of float64
        Expected occurrences per word of text.
    """

    hashes: NDArray[np.uint64]
    shares: NDArray[np.float64]

    def of(self, terms: NDArray[np.uint64]) -> NDArray[np.float64]:
        """Give the share of each of `terms`, `UNLISTED` where no list has it."""
        if len(self.hashes) == 0:
            return np.full(len(terms), UNLISTED)
        places = np.minimum(np.searchsorted(self.hashes, terms), len(self.hashes) - 1)
        known = self.hashes[places] == terms
        return np.where(known, np.maximum(self.shares[places], UNLISTED), UNLISTED)


@lru_cache(maxsize=64)
def usage(language: str, stem_characters: int) -> Usage | None:
    """Give the usage of terms in `language`, None where there is no list of its words."""
    frequencies = background(language).frequencies
    if not frequencies:
        return None
    words = sorted(frequencies, key=lambda word: (-frequencies[word], word))
    texts, shares = list(words), [frequencies[word] for word in words]
    commonest = words[:_PAIRED_WORDS]
    syllabic = language in SYLLABIC
    if syllabic or _is_unspaced(commonest):
        blank = " " if syllabic else ""
        for first, second in product(commonest, repeat=2):
            texts.append(f"{first}{blank}{second}")
            shares.append(frequencies[first] * frequencies[second])
    column = TextColumn.from_strings(texts)
    counts = count_terms(
        TextColumn.from_strings([""] * len(texts)),
        column,
        title_weight=1,
        stem_characters=stem_characters,
        in_pairs=np.full(len(texts), syllabic),
    )
    weights = np.repeat(np.array(shares), np.diff(counts.indptr)) * counts.counts
    hashes, terms = np.unique(counts.hashes, return_inverse=True)
    return Usage(hashes, np.bincount(terms, weights, len(hashes)).astype(np.float64))


def _is_unspaced(words: Sequence[str]) -> bool:
    return bool(np.mean(find_tokens(TextColumn.from_strings(words)).alone) > 0.5)
