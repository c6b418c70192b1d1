"""Possible labels of a story.

A label is chosen, never generated: every part of it stands so in the articles.  Four kinds compete by the
weight of what they name, less a price per word:

* a pair of names, "Rusia–Taliban";
* a phrase, a stretch of one of the headlines: "Gempa Garut", "Harga Emas Antam";
* a name with what it is about: "Obama–trade deal";
* one name alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from dedup.stories.background import fold, name_words
from dedup.stories.labels.names import SENTENCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dedup.stories.labels.spelling import Speller
    from dedup.stories.labels.units import Key, Piece, Reading, Unit

#: Price of a word of a label, as a share of the weight of the story's strongest unit.
_WORD_PRICE = 0.15
#: Each further unit of a label counts this share of the one before: two things said are enough.
_NEXT_UNIT = 0.75
#: Worth of beginning or ending a phrase where the headline pauses, as a share of the strongest unit.
_PAUSE_WORTH = 0.1
#: Worth of a phrase that the openings or several headlines use word for word, likewise.
_ATTESTED_WORTH = 0.25
#: A phrase begins and ends with units of at least this share of the strongest.
_EDGE_SHARE = 0.25
#: The second name of a pair weighs at least this share of the first.
_PARTNER_SHARE = 0.4
#: Names of a story that are compared.
_NAMES_TRIED = 6
#: Longest phrase behind a name, in words.
_MATTER_WORDS = 3
#: A lone word behind a name says less than a phrase and costs as much as one of so many words.
_LONE_WORD_PRICE = 2
#: Phrases of a story that are compared in full.
_PHRASES_TRIED = 30
#: Longest phrase, in words.
_PHRASE_WORDS = 6
#: Pairs of names that are compared in full.
_PAIRS_TRIED = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible label, with the weight of what it names less its price."""

    text: str
    score: float
    names: tuple[str, ...]


def candidates(
    readings: Sequence[Reading], units: Mapping[Key, Unit], weights: Mapping[Key, float], speller: Speller
) -> Iterator[Candidate]:
    """Yield the possible labels of a story."""
    names = sorted((key for key in units if units[key].is_name), key=lambda key: (-weights[key], key))
    names = names[:_NAMES_TRIED]
    top = max(weights.values(), default=1.0) or 1.0
    for name in names:
        text = speller(name)
        yield Candidate(text, _score([weights[name]], len(name), top), (text,))
    yield from _pairs(names, readings, weights, top, speller)
    phrases = _phrases(readings, weights, top, speller)
    for phrase in phrases:
        score = _score([weights[key] for key in phrase.keys], phrase.words, top) + phrase.bonus * top
        yield Candidate(speller.phrase(phrase.text), score, ())
    matter = [phrase for phrase in phrases if phrase.attested] + list(
        _repeated_words(readings, units, speller)
    )
    yield from _names_with_matter(names, matter, units, weights, top, speller)


def _pairs(
    names: Sequence[Key],
    readings: Sequence[Reading],
    weights: Mapping[Key, float],
    top: float,
    speller: Speller,
) -> Iterator[Candidate]:
    """Yield two names of like weight: "Rusia–Taliban"."""
    pairs = [
        (one, other)
        for one, other in combinations(names, 2)
        if weights[other] >= _PARTNER_SHARE * weights[one] and not _akin(one, other)
    ]
    pairs.sort(key=lambda pair: (-weights[pair[0]] - _NEXT_UNIT * weights[pair[1]], pair))
    for one, other in pairs[:_PAIRS_TRIED]:
        first, second = _in_order(speller(one), speller(other), (one, other), readings)
        score = _score([weights[one], weights[other]], 2, top) + 2 * _PAUSE_WORTH * top
        yield Candidate(f"{first}–{second}", score, (first, second))


def _names_with_matter(
    names: Sequence[Key],
    phrases: Sequence[_Phrase],
    units: Mapping[Key, Unit],
    weights: Mapping[Key, float],
    top: float,
    speller: Speller,
) -> Iterator[Candidate]:
    """Yield a name with what it is about: "Obama–trade deal"."""
    for phrase in phrases:
        if phrase.words > _MATTER_WORDS or any(units[key].is_name for key in phrase.keys):
            continue
        inside = [weights[key] for key in phrase.keys]
        for name in names:
            says_more = not any(_akin(name, key) for key in phrase.keys)
            if says_more and weights[name] >= _PARTNER_SHARE * max(inside):
                score = _score([weights[name], *inside], 1 + phrase.words, top) + 2 * _PAUSE_WORTH * top
                yield Candidate(f"{speller(name)}–{speller.matter(phrase.text)}", score, ())


def _repeated_words(
    readings: Sequence[Reading], units: Mapping[Key, Unit], speller: Speller
) -> Iterator[_Phrase]:
    """Yield the words that two headlines and half of them all have: what happened, seldom how it is told."""
    times = Counter(
        key for reading in readings for key in {piece.key for piece in reading.pieces if piece.key}
    )
    for key in sorted(times):
        if times[key] > 1 and 2 * times[key] >= len(readings) and not units[key].is_name:
            yield _Phrase(speller(key), (key,), _LONE_WORD_PRICE, 0.0)


def _akin(one: Key, other: Key) -> bool:
    """Tell whether two units name the same: a word, its beginning ("Greek", "Greece") or initials in common."""
    if _is_acronym(one, other) or _is_acronym(other, one):
        return True
    return any(a == b or (len(a) > 3 and (a[:4] == b[:4] or a in b or b in a)) for a in one for b in other)


def _is_acronym(one: Key, other: Key) -> bool:
    return len(one) == 1 and len(other) > 1 and one[0] == "".join(word[:1] for word in other)


def _score(weights: Sequence[float], words: int, top: float) -> float:
    """Give the worth of a label of units of `weights` and `words` words."""
    worth = sum(weight * _NEXT_UNIT**place for place, weight in enumerate(sorted(weights, reverse=True)))
    return worth - _WORD_PRICE * top * words


def _in_order(one: str, other: str, keys: tuple[Key, Key], readings: Sequence[Reading]) -> tuple[str, str]:
    """Order two names as most headlines with both do, or else most sentences."""
    ahead = 0
    for reading in readings:
        order = [piece.key for piece in reading.pieces if piece.key in keys]
        if len(set(order)) == 2:
            ahead += 1 if order[0] == keys[0] else -1
    if not ahead:
        bodies = [reading.body for reading in readings if one in reading.body and other in reading.body]
        for sentence in (part for body in bodies for part in SENTENCE.split(body)):
            a, b = sentence.find(one), sentence.find(other)
            if min(a, b) >= 0:
                ahead += 1 if a < b else -1
    return (one, other) if ahead >= 0 else (other, one)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A stretch of a headline that begins and ends with a unit."""

    text: str
    keys: tuple[Key, ...]
    words: int
    bonus: float
    attested: bool = False


def _phrases(
    readings: Sequence[Reading], weights: Mapping[Key, float], top: float, speller: Speller
) -> list[_Phrase]:
    """List the worthiest stretches of the headlines, those that are used word for word elsewhere marked."""
    best: dict[str, tuple[float, _Phrase]] = {}
    times: Counter[str] = Counter()
    for reading in readings:
        for phrase in _stretches(reading, weights, top, speller):
            folded = fold(phrase.text)
            times[folded] += 1
            score = _score([weights[key] for key in phrase.keys], phrase.words, top) + phrase.bonus * top
            if folded not in best or score > best[folded][0]:
                best[folded] = score, phrase
    openings = [fold(reading.body) for reading in readings]
    chosen = sorted(best, key=lambda folded: (-best[folded][0], -len(folded), folded))[:_PHRASES_TRIED]
    return [
        replace(best[folded][1], bonus=best[folded][1].bonus + _ATTESTED_WORTH, attested=True)
        if times[folded] > 1 or any(folded in text for text in openings)
        else best[folded][1]
        for folded in chosen
    ]


def _stretches(
    reading: Reading, weights: Mapping[Key, float], top: float, speller: Speller
) -> Iterator[_Phrase]:
    """Yield the stretches of one headline that may be phrases; none leaves out a "not" right before it."""
    title, pieces = reading.title, reading.pieces
    bearing = [piece.key is not None and weights[piece.key] >= _EDGE_SHARE * top for piece in pieces]
    for start, first in enumerate(pieces):
        before = pieces[start - 1] if start else None
        if not bearing[start] or (before and speller.denies(title[before.start : before.stop])):
            continue
        inside: dict[Key, None] = {}
        words = 0
        for stop in range(start, len(pieces)):
            piece = pieces[stop]
            if stop > start and not _joined(title[pieces[stop - 1].stop : piece.start]):
                break
            words += piece.words
            if words > _PHRASE_WORDS:
                break
            if piece.key is None:
                continue
            inside[piece.key] = None
            if len(inside) > 1 and bearing[stop]:
                ease = _ease(title, pieces, start, stop)
                yield _Phrase(title[first.start : piece.stop], tuple(inside), words, _PAUSE_WORTH * ease)


def _ease(title: str, pieces: Sequence[Piece], start: int, stop: int) -> int:
    """Count how well a stretch of a headline ends: 1 for each end at a pause, -1 for each inside a clause."""
    return _opening_ease(title, pieces, start) + _closing_ease(title, pieces, stop)


def _opening_ease(title: str, pieces: Sequence[Piece], start: int) -> int:
    if start == 0 or not _joined(title[pieces[start - 1].stop : pieces[start].start]):
        return 1
    before = pieces[start - 1]
    if before.key is not None:
        return -1
    joins_equals = fold(title[before.start : before.stop]) in name_words()["conjunctions"]
    return 0 if joins_equals else 1


def _closing_ease(title: str, pieces: Sequence[Piece], stop: int) -> int:
    # A function word is no pause here: headlines put it behind verbs ("calls for").
    if stop == len(pieces) - 1 or not _joined(title[pieces[stop].stop : pieces[stop + 1].start]):
        return 1
    return 0 if pieces[stop + 1].key is None else -1


def _joined(gap: str) -> bool:
    return gap in {"", " ", "-", " & "}
