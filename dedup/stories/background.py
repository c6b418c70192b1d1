"""What is known of words before a single article is read: frequencies, calendars, titles."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import wordfreq
from babel import Locale, UnknownLocaleError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Codes under which `wordfreq` keeps a language that others name differently.
_WORDFREQ_CODES = {"no": "nb", "nn": "nb", "hr": "sh", "sr": "sh", "bs": "sh", "tl": "fil"}

#: Words as likely as this in running text (per word) carry no matter of their own: the 100 or so commonest.
_FUNCTION_PROBABILITY = 1.2e-3

#: Words in the opening of an article: turns a probability per word into one per article.
_WORDS_AN_ARTICLE = 200


def fold(word: str) -> str:
    """Give the form under which a word is counted: small letters, no dots between initials ("U.S.")."""
    if word[1:2] == "." and word[3:4] in {"", "."}:
        word = word.replace(".", "")
    return word.replace("İ", "i").lower()


@dataclass(frozen=True, slots=True)
class Background:
    """Words of one language as they are outside the corpus.

    Attributes
    ----------
    language : str
        ISO 639-1 code; may be unknown to every table.
    frequencies : mapping of str to float
        Share of running text, by word in small letters (`wordfreq`, Speer 2022); empty where unknown.
    calendar : frozenset of str
        Names of months and days, long and short (CLDR), in this language and English.
    places, determiners, negations : frozenset of str
        Prepositions before places; words before common nouns; words that deny what follows.
    """

    language: str
    frequencies: Mapping[str, float]
    calendar: frozenset[str]
    places: frozenset[str]
    determiners: frozenset[str]
    negations: frozenset[str]

    def probability(self, word: str) -> float:
        """Probability that the opening of an article holds `word` (folded), 0 where unknown."""
        return 1.0 - math.exp(-_WORDS_AN_ARTICLE * self.frequencies.get(word, 0.0))

    def is_function_word(self, word: str) -> bool:
        """Tell words that hold a sentence together from those that say what it is about."""
        return self.frequencies.get(word, 0.0) >= _FUNCTION_PROBABILITY


@cache
def name_words() -> dict[str, Any]:
    """Read the package's list of words that are no names of stories."""
    text = resources.files("dedup.stories").joinpath("name_words.toml").read_text("utf-8")
    words: dict[str, Any] = tomllib.loads(text)
    words = {
        name: frozenset(words_) if isinstance(words_, list) else words_ for name, words_ in words.items()
    }
    words["title_endings"] = tuple(sorted(words["title_endings"]))
    return words


@cache
def background(language: str) -> Background:
    """Gather what is known of `language`; an unknown one has an English calendar and nothing else."""
    words = name_words()
    return Background(
        language=language,
        frequencies=_frequencies(language),
        calendar=frozenset(_calendar("en") | _calendar(language)),
        places=frozenset(words["places"].get(language, ())),
        determiners=frozenset(words["determiners"].get(language, ())),
        negations=frozenset(words["negations"].get(language, ())),
    )


def _frequencies(language: str) -> Mapping[str, float]:
    code = _WORDFREQ_CODES.get(language, language)
    if code not in wordfreq.available_languages("small"):
        return {}
    table: Mapping[str, float] = wordfreq.get_frequency_dict(code, "small")
    return table


def _calendar(language: str) -> set[str]:
    try:
        locale = Locale(language)
    except (UnknownLocaleError, ValueError, TypeError):
        return set()
    tables = [locale.months, locale.days]
    return {
        fold(name).rstrip(".")
        for table in tables
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for name in table[context][width].values()
        if not name.isdigit()
    }
