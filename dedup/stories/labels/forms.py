"""Forms of one name: inflected words of a family, and fragments of a longer name."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import regex

from dedup.stories.background import name_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dedup.stories.labels.lexicon import Lexicon

Words = tuple[str, ...]

#: Forms of one word differ in at most so many last letters and share this much of the longer one.
_ENDING_LETTERS = 3
_STEM_SHARE = 0.6
#: A fragment that stands alone this many times as often as inside the longer name is a name of its own.
_ALONE = 6
#: Arabic conjunction, preposition and article, written in one with the word.
_ARTICLE = regex.compile(r"^[وف]?(?:[بكل]?ال|لل)(?=\w{3})")


def families(words: Iterable[str], language: str) -> dict[str, str]:
    """Map each word to one of its family of inflected forms, the first in the alphabet.

    Only languages that inflect names have families; elsewhere words stand for themselves.
    """
    if language == "ar":
        return {word: _ARTICLE.sub("", word) for word in words}
    if language not in name_words()["inflected"]:
        return {}
    family: dict[str, str] = {}
    before = ""
    for word in sorted(words):
        family[word] = family[before] if before and _same_family(before, word) else word
        before = word
    return family


def _same_family(one: str, other: str) -> bool:
    stem = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    stem = stem or min(len(one), len(other)) * (one[:1] == other[:1])
    longer = max(len(one), len(other))
    return stem >= 3 and longer - stem <= _ENDING_LETTERS and stem >= _STEM_SHARE * longer


def aliases(known: Counter[Words], lexicon: Lexicon, countries: Mapping[str, str]) -> dict[Words, Words]:
    """Map each fragment of a longer name of the story to that name, others to themselves.

    Parameters
    ----------
    known : Counter
        Occurrences of each name of the story, folded.
    lexicon : Lexicon
        Tells a fragment that the corpus knows on its own, "Jakarta" beside "Jakarta Selatan": it stays.
    countries : mapping
        Names that never are fragments.
    """
    longer = defaultdict(set)
    for name in known:
        for length in range(1, len(name)):
            longer[name[-length:]].add(name)
            if known[name[:length]] <= known[name]:
                longer[name[:length]].add(name)
    alias = {name: name for name in known}
    for name, wholes in longer.items():
        if name in known and name[0] not in countries:
            best = min(wholes, key=lambda words: (-known[words], words))
            alone = lexicon.upper[name[0]] if len(name) == 1 else lexicon.runs[name]
            is_clear = 2 * known[best] >= sum(known[words] for words in wholes)
            if is_clear and alone < _ALONE * max(lexicon.runs[best], 1):
                alias[name] = best
    return {name: _follow(alias, name) for name in alias}


def _follow(alias: Mapping[Words, Words], name: Words) -> Words:
    while alias[name] != name:
        name = alias[name]
    return name
