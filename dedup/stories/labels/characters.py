"""Units of stories in scripts without spaces: Chinese, Japanese, Thai, Lao, Khmer, Burmese.

A stretch of characters counts as a word where a word list or the names of countries have it, or where it
holds together: it comes at least twice in the story and hardly ever in part (compare the cohesion of Luo &
Sun 2003, *Two-Character Chinese Word Extraction*).  Japanese tells most words by a change of script.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import regex

from dedup.stories.labels.countries import territories
from dedup.stories.labels.units import Key, Piece, Reading, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dedup.stories.background import Background

_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_HAN = regex.compile(r"\p{Han}+")
_JAPANESE = regex.compile(r"[\p{Katakana}ー]{2,}|\p{Han}{2,6}")
_ALPHABETIC = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
#: Vowels and marks that never begin a syllable, and vowels that never end one.
_NEVER_FIRST = regex.compile(r"[\p{M}ะาำๅๆฯະາຳໆ]")
_NEVER_LAST = regex.compile(r"[เแโใไເແໂໃໄ]")

#: Shortest and longest word, in characters: of Han, and of alphabets.
_HAN_LENGTHS = range(2, 7)
_ALPHABETIC_LENGTHS = range(4, 17)
#: A stretch holds together if it makes up this share of the occurrences of each of its parts.
_COHESION = 0.6
#: A listed word that is commoner than this share of text is no name.
_COMMON = 1e-5
#: Characters of an opening that stand in for a missing headline.
_HEAD = 60


def is_spaceless(text: str) -> bool:
    """Tell whether most letters of `text` belong to a script without spaces."""
    if text.isascii():
        return False
    return 2 * len(_SPACELESS.findall(text)) > sum(letter.isalpha() for letter in text) > 0


def grams(text: str) -> set[str]:
    """Give the stretches by whose rarity longer ones are judged: two characters of Han, four of others."""
    found: set[str] = set()
    for run in regex.findall(r"[\p{Han}\p{Katakana}ー]+", text):
        found.update(run[i : i + 2] for i in range(len(run) - 1))
    for run in _ALPHABETIC.findall(text):
        found.update(run[i : i + 4] for i in range(len(run) - 3))
    return found


def read_characters(
    titles: Sequence[str], openings: Sequence[str], words: Background
) -> tuple[list[Reading], dict[Key, Unit]]:
    """Read articles of one story; the counterpart of `dedup.stories.labels.reading.read_words`."""
    countries = territories(words.language)
    heads = [title or text[:_HEAD] for title, text in zip(titles, openings, strict=True)]
    texts = [f"{title}\n{text}" for title, text in zip(titles, openings, strict=True)]
    counts = _words(heads, texts, words, countries)
    units: dict[Key, Unit] = {}
    readings = []
    for title, text in zip(titles, openings, strict=True):
        pieces = list(_cut(title, counts))
        opening = Counter({_key(word): times for word in counts if (times := text.count(word))})
        for word in counts:
            if word in title or word in text:
                is_name = word in countries or words.frequencies.get(word, 0.0) < _COMMON
                units.setdefault(_key(word), Unit(is_name, Counter({word: 1}), Counter()))
        readings.append(Reading(title, text, pieces, opening))
    return readings, units


def _key(word: str) -> Key:
    return tuple(sorted(grams(word))) or (word,)


def _words(
    heads: Sequence[str], texts: Sequence[str], words: Background, countries: Mapping[str, str]
) -> dict[str, int]:
    """Give the words that the headlines hold, with their occurrences in all texts."""
    whole = "\n".join(texts)
    counts = Counter({stretch: whole.count(stretch) for head in heads for stretch in _stretches(head)})
    listed = {stretch for stretch in counts if stretch in words.frequencies or stretch in countries}
    together = listed | {
        stretch
        for stretch in counts
        if _holds_together(stretch, counts, whole) and not _cuts_a_word(stretch, listed, counts, whole)
    }
    kept = sorted(stretch for stretch in together if not _is_part(stretch, together, counts))
    return {stretch: counts[stretch] for stretch in kept}


def _stretches(head: str) -> Iterator[str]:
    if _KANA.search(head):
        yield from _JAPANESE.findall(head)
        return
    for runs, lengths in ((_HAN, _HAN_LENGTHS), (_ALPHABETIC, _ALPHABETIC_LENGTHS)):
        for run in runs.findall(head):
            for start in range(len(run)):
                for stop in range(start + lengths.start, min(start + lengths.stop, len(run) + 1)):
                    if _is_whole(run[start:stop], run[stop : stop + 1]):
                        yield run[start:stop]


def _is_whole(stretch: str, after: str) -> bool:
    """Tell whether a stretch begins and ends between syllables."""
    return not (_NEVER_FIRST.match(stretch) or _NEVER_FIRST.match(after) or _NEVER_LAST.match(stretch[-1]))


def _holds_together(stretch: str, counts: Mapping[str, int], whole: str) -> bool:
    """Tell whether a stretch comes twice and its parts seldom without it."""
    if _KANA.search(stretch):
        return True
    if counts[stretch] < 2:
        return False
    parts = {part for cut in range(1, len(stretch)) for part in (stretch[:cut], stretch[cut:])}
    return all(counts[stretch] >= _COHESION * whole.count(part) for part in parts if len(part) > 1)


def _cuts_a_word(stretch: str, listed: set[str], counts: Mapping[str, int], whole: str) -> bool:
    """Tell whether a stretch ends or begins inside a listed word."""
    least = _COHESION * counts[stretch]
    return any(
        (stretch.endswith(word[:cut]) and whole.count(stretch + word[cut:]) >= least)
        or (stretch.startswith(word[cut:]) and whole.count(word[:cut] + stretch) >= least)
        for word in listed
        if word not in stretch
        for cut in range(1, len(word))
    )


def _is_part(stretch: str, together: set[str], counts: Mapping[str, int]) -> bool:
    """Tell whether a stretch mostly comes as a part of a longer word."""
    return any(
        len(other) > len(stretch) and stretch in other and counts[other] >= _COHESION * counts[stretch]
        for other in together
    )


def _cut(title: str, counts: Mapping[str, int]) -> Iterator[Piece]:
    """Cut a headline into words, the longest first, and what is left between them."""
    start = 0
    rest = 0
    while start < len(title):
        fitting = [word for word in counts if title.startswith(word, start)]
        if not fitting:
            start += 1
            continue
        word = max(fitting, key=len)
        if rest < start:
            yield Piece(rest, start, None, (start - rest + 1) // 2)
        yield Piece(start, start + len(word), _key(word), 1)
        start = rest = start + len(word)
    if rest < len(title):
        yield Piece(rest, len(title), None, (len(title) - rest + 1) // 2)
