"""Names of countries in the articles' language and in English (CLDR, through `babel`)."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import regex
from babel import Locale, UnknownLocaleError

from dedup.stories.background import background, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LATIN = regex.compile(r"[\p{Latin}\p{M}\p{N}.'’-]+")

#: A word is the same in English where English uses it at least this often, compared with the other language.
_SHARE_OF_USE = 0.01


@cache
def territories(language: str) -> Mapping[str, str]:
    """English name of every country by its name in `language` (in small letters); empty where unknown."""
    try:
        local, english = Locale(language).territories, Locale("en").territories
    except (UnknownLocaleError, ValueError, TypeError):
        return {}
    codes = [code for code in sorted(english) if len(code) == 2 and code in local]
    plain = {fold(_without_brackets(local[code])): _without_brackets(english[code]) for code in codes}
    return plain | {fold(local[code]): english[code] for code in codes}


@cache
def native_names(language: str) -> Mapping[str, str]:
    """Spelling of every country in `language` by its name in small letters."""
    try:
        names = Locale(language).territories
    except (UnknownLocaleError, ValueError, TypeError):
        return {}
    plain = [_without_brackets(names[code]) for code in sorted(names) if len(code) == 2]
    return {fold(name): name for name in plain}


def _without_brackets(name: str) -> str:
    return name.partition(" (")[0]


@lru_cache(maxsize=1 << 16)
def english_name(name: str, language: str) -> str | None:
    """Give the English form of `name`, or None where it is not known.

    A country goes through CLDR.  Any other name stays as it is where English writes it the same way: in Latin
    letters, every word of it in the list of English words and not far rarer there than in `language`.  Short
    abbreviations differ between languages and stay unknown.

    Examples
    --------
    >>> english_name("Rusia", "id"), english_name("Taliban", "id"), english_name("Mahkamah Agung", "id")
    ('Russia', 'Taliban', None)
    """
    if language == "en":
        return name
    country = territories(language).get(fold(name))
    if country is not None:
        return country
    here, there = background(language).frequencies, background("en").frequencies
    same = all(
        _LATIN.fullmatch(word) and there.get(word, 0.0) > _SHARE_OF_USE * here.get(word, 0.0)
        for word in map(fold, name.split())
    )
    is_abbreviation = len(name) < 4 and name.isupper()
    return name if same and not is_abbreviation else None


def english_label(names: Sequence[str], language: str) -> str | None:
    """Join the English forms of `names` with an en dash; None where one of them has none."""
    translated = [english_name(name, language) for name in names]
    return "–".join(name for name in translated if name) if translated and all(translated) else None
