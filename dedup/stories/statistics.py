"""How often terms stand in the articles of a run: what their weights are made of, kept between runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.stories.usage import usage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

#: Length, in words, that is taken for the median where there are no articles.
REFERENCE_WORDS = 250.0

#: A word list is judged on this many articles of this median length or more.
_JUDGED_ARTICLES, _JUDGED_TOKENS = 10, 50

#: Imagined articles are no shorter than this, else common words of short texts would pass for rare ones.
_IMAGINED_TOKENS = 150

#: A list that foresees less than this share of what the articles hold is not of their language.
_FORESEEN_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class LanguageTerms:
    """Terms of the articles in one language.

    Attributes
    ----------
    articles : int
    tokens : float
        Median length of the articles.
    plausible : bool
        The articles look as if written in the language of its word list.
    hashes : ndarray of uint64, shape (terms,)
        Ascending.
    held : ndarray of int32, shape (terms,)
        Articles that hold each term.
    """

    articles: int
    tokens: float
    plausible: bool
    hashes: NDArray[np.uint64]
    held: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TermStatistics:
    """Terms by language, of the run they were counted in or of an earlier one.

    Attributes
    ----------
    words : float
        Median length of all articles, in words.
    languages : mapping of str to LanguageTerms
    """

    words: float
    languages: Mapping[str, LanguageTerms]

    def rarity(
        self, language: str, hashes: NDArray[np.uint64], *, stem_characters: int, background_articles: float
    ) -> NDArray[np.float32]:
        """Weigh terms by how few articles in `language` hold them.

        Parameters
        ----------
        language : str
            One without articles is weighed by its word list alone.
        hashes : ndarray of uint64, shape (terms,)
        stem_characters : int
        background_articles : float
            Imagined articles of general language beside those that were counted.

        Returns
        -------
        ndarray of float32, shape (terms,)
            Robertson and Spärck Jones's inverse document frequency, 0 where it would be negative.
        """
        known = self.languages.get(language)
        held, total, tokens = np.zeros(len(hashes)), 0.0, self.words
        if known is not None:
            held = held_of(known, hashes)
            total, tokens = float(known.articles), known.tokens
        typical = usage(language, stem_characters)
        if typical is not None and (known is None or known.plausible):
            shares = typical.of(hashes)
            held += background_articles * -np.expm1(-max(tokens, _IMAGINED_TOKENS) * shares)
            total += background_articles
        return np.maximum(np.log((total + 1) / (held + 0.5)), 0).astype(np.float32)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give the statistics as arrays of numbers, names as the bytes of a JSON list."""
        every = list(self.languages.values())
        return {
            "languages": np.frombuffer(json.dumps(list(self.languages)).encode(), np.uint8),
            "words": np.array([self.words]),
            "articles": np.array([each.articles for each in every], np.int64),
            "tokens": np.array([each.tokens for each in every], np.float64),
            "plausible": np.array([each.plausible for each in every], np.bool_),
            "terms": np.array([len(each.hashes) for each in every], np.int64),
            "hashes": np.concatenate([np.zeros(0, np.uint64), *(each.hashes for each in every)]),
            "held": np.concatenate([np.zeros(0, np.int32), *(each.held for each in every)]),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> TermStatistics:
        """Take what `to_arrays` gave."""
        bounds = np.cumsum(arrays["terms"])[:-1].tolist()
        columns = zip(
            json.loads(arrays["languages"].tobytes()),
            arrays["articles"].tolist(),
            arrays["tokens"].tolist(),
            arrays["plausible"].tolist(),
            np.split(arrays["hashes"], bounds),
            np.split(arrays["held"], bounds),
            strict=False,  # without languages, splitting still gives one empty part
        )
        return cls(float(arrays["words"][0]), {name: LanguageTerms(*rest) for name, *rest in columns})


def held_of(known: LanguageTerms, hashes: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Give the articles that hold each of `hashes`, 0 for a term that none of those counted held."""
    if len(known.hashes) == 0:
        return np.zeros(len(hashes))
    places = np.minimum(np.searchsorted(known.hashes, hashes), len(known.hashes) - 1)
    return np.where(known.hashes[places] == hashes, known.held[places], 0).astype(np.float64)


def language_terms(
    language: str,
    lengths: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    held: NDArray[np.int64],
    stem_characters: int,
) -> LanguageTerms:
    """Sum up the articles of one language.

    Parameters
    ----------
    language : str
    lengths : ndarray of int64, shape (articles,)
        In tokens.
    hashes : ndarray of uint64, shape (terms,)
        Ascending.
    held : ndarray of int64, shape (terms,)
        Articles that hold each term; 0 for terms of other languages.
    stem_characters : int
    """
    articles, tokens = len(lengths), float(np.median(lengths))
    typical, plausible = usage(language, stem_characters), True
    if typical is not None and articles >= _JUDGED_ARTICLES and tokens >= _JUDGED_TOKENS:
        expected = -np.expm1(-tokens * typical.of(hashes))
        plausible = _is_plausible(held / articles, expected)
    some = held > 0
    return LanguageTerms(articles, tokens, plausible, hashes[some], held[some].astype(np.int32))


def _is_plausible(held: NDArray[np.float64], expected: NDArray[np.float64]) -> bool:
    """Tell whether articles look as if written in the language of a word list.

    Of the terms that articles hold, the share that the list foresees is a third and more with the right
    list (ten articles or two hundred, Indonesian or English) and a tenth and less with a wrong one.  Wrong
    lists come from pages that declare a language which is not theirs, and hold function words to be rare.
    """
    return bool(np.minimum(held, expected).sum() >= _FORESEEN_SHARE * held.sum())
