"""Names of stories: the pair, name or headline phrase that a person would use.

A label is chosen, never generated: every part of it stands so in the articles.  Three kinds compete by the
weight of what they name, less a price per word:

* a pair of names, "Rusia–Taliban";
* a phrase, a stretch of one of the headlines: "Gempa Garut", "Harga Emas Antam";
* one name alone.

The weight of a unit (name or word) is its relevance, how many of the story's articles have it in the headline
and how often in the opening, times its informativeness, the logarithm of how rare it is in the rest of the
corpus blended with general usage, so that small batches are safe.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from dedup.stories.background import Background, background, fold, name_words
from dedup.stories.characters import is_spaceless, read_characters
from dedup.stories.countries import english_label, territories
from dedup.stories.identity import chronological
from dedup.stories.names import SENTENCE, Lexicon, clean_title, opening
from dedup.stories.reading import read_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from dedup.corpus import Corpus
    from dedup.settings import LabelSettings
    from dedup.stories.units import Key, Piece, Reading, Unit

#: Weight of the general usage of a word against the corpus's own, in articles.
_PRIOR_ARTICLES = 200
#: Share of a unit's relevance that the headlines decide.
_HEADLINE_SHARE = 0.6
#: Mentions in an opening at which it counts half.
_HALF_TOLD = 2.5
#: A name says more than a word that is as rare.
_NAME_BONUS = 1.4
#: A word with a capital in this share of its places within sentences is always written with one.
_NAME_SHARE = 0.5
#: Rarity counts less among names, "Russia" names a story as well as a rarer name: its power, and the typical
#: rarity that keeps its worth.
_NAME_DAMPING = 0.6
_NAME_RARITY = 7.0
#: What a place loses at most: it says where, seldom what.
_PLACE_LOSS = 0.5
#: A name that follows a preposition of place this often is a place and nothing else.
_PLACE_SHARE = 0.35
#: Times the opening that is read of a story without any headline.
_UNTITLED_READING = 4
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
#: Phrases of a story that are compared in full.
_PHRASES_TRIED = 30
#: Longest phrase, in words.
_PHRASE_WORDS = 6


@dataclass(frozen=True, slots=True)
class StoryLabel:
    """The name of one story.

    Attributes
    ----------
    label : str
        Distinct among the stories that were labelled together.
    label_en : str or None
        The label with every part in English; None where a part has no sure English form.
    keywords : tuple of str
        Names and words of the story, weightiest first.
    representative : int
        Row of the article that stands for the story.
    """

    label: str
    label_en: str | None
    keywords: tuple[str, ...]
    representative: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A possible label, with the weight of what it names less its price."""

    text: str
    score: float
    names: tuple[str, ...]


def label_stories(
    corpus: Corpus,
    groups: NDArray[np.int64],
    originals: NDArray[np.int64],
    settings: LabelSettings,
    *,
    lexicon: Lexicon | None = None,
    closeness: NDArray[np.float32] | None = None,
) -> list[StoryLabel]:
    """Name every story or event of a corpus.

    Parameters
    ----------
    corpus : Corpus
        Articles without boilerplate.
    groups : ndarray of int64, shape (n,)
        Story or event of each article, numbered from 0 without gaps.
    originals : ndarray of int64, shape (n,)
        Row of the original of each article; its own row where it is no copy.
    settings : LabelSettings
        Lengths and counts.
    lexicon : Lexicon, optional
        Word statistics of `corpus`; built here where absent.  One serves stories and events.
    closeness : ndarray of float32, shape (n,), optional
        Similarity of each article to the centre of its story; decides the representative beside the headline.

    Returns
    -------
    list of StoryLabel
        One per story, in the order of their numbers.
    """
    lexicon = lexicon or Lexicon.from_corpus(corpus, settings)
    members = _members(groups)
    drafts = [_draft(corpus, rows, originals, settings, lexicon, closeness) for rows in members]
    return _distinct(drafts, [len(rows) for rows in members])


def _members(groups: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """List the rows of each group, ascending."""
    order = np.argsort(groups, kind="stable").astype(np.int64)
    bounds = np.flatnonzero(np.diff(groups[order])) + 1
    return np.split(order, bounds) if len(groups) else []


@dataclass(frozen=True, slots=True)
class _Draft:
    candidates: list[_Candidate]
    keywords: tuple[str, ...]
    representative: int
    language: str
    headline: str


def _draft(
    corpus: Corpus,
    rows: NDArray[np.int64],
    originals: NDArray[np.int64],
    settings: LabelSettings,
    lexicon: Lexicon,
    closeness: NDArray[np.float32] | None,
) -> _Draft:
    """Collect the possible labels of one story, best first."""
    read = _texts_to_read(corpus, rows, originals, settings, closeness)
    language = Counter(corpus.languages[row] for row in read).most_common(1)[0][0]
    words = background(language)
    titles = [clean_title(corpus.titles[row], lexicon.outlets) for row in read]
    length = settings.opening_characters * (1 if any(titles) else _UNTITLED_READING)
    openings = [opening(corpus.texts[row], length) for row in read]
    if is_spaceless("".join(titles) or openings[0]):
        readings, units = read_characters(titles, openings, words)
    else:
        readings, units = read_words(titles, openings, lexicon, words)
    weights = _weights(readings, units, lexicon, words)
    speller = _Speller(units, lexicon, words)
    candidates = sorted(_candidates(readings, units, weights, speller), key=lambda c: (-c.score, c.text))
    shares = [
        sum(weights[key] for key in {piece.key for piece in reading.pieces if piece.key})
        for reading in readings
    ]
    close = [float(closeness[row]) if closeness is not None else 0.0 for row in read]
    top = max(shares, default=0.0) or 1.0
    best = max(range(len(read)), key=lambda i: (close[i] + shares[i] / top, -i))
    keywords = _keywords(_well_attested(weights, readings), speller, settings.keywords)
    return _Draft(candidates, keywords, int(read[best]), language, titles[best])


def _texts_to_read(
    corpus: Corpus,
    rows: NDArray[np.int64],
    originals: NDArray[np.int64],
    settings: LabelSettings,
    closeness: NDArray[np.float32] | None,
) -> list[int]:
    """Choose the articles that name a story: originals before copies, the closest, else spread over time."""
    own = rows[originals[rows] == rows]
    rows = own if len(own) else rows
    limit = settings.articles_read
    if len(rows) > limit:
        if closeness is not None:
            rows = np.sort(rows[np.argsort(-closeness[rows], kind="stable")[:limit]])
        else:
            rows = chronological(corpus, rows)
            rows = rows[np.linspace(0, len(rows) - 1, limit).round().astype(np.int64)]
    return [int(row) for row in chronological(corpus, rows)]


def _weights(
    readings: Sequence[Reading], units: Mapping[Key, Unit], lexicon: Lexicon, words: Background
) -> dict[Key, float]:
    """Weigh every unit: relevance in the story times informativeness."""
    relevance: defaultdict[Key, float] = defaultdict(float)
    holding: Counter[str] = Counter()
    for reading in readings:
        head = {piece.key for piece in reading.pieces if piece.key}
        share = _HEADLINE_SHARE if head else 0.0
        for key in head:
            relevance[key] += share
        for key, count in reading.opening.items():
            relevance[key] += (1.0 - share) * count / (count + _HALF_TOLD)
        holding.update({word for key in head | set(reading.opening) for word in key})
    weights = {}
    for key, unit in units.items():
        rarity = max(_rarity(word, holding[word], len(readings), lexicon, words) for word in key)
        factor = 1.0
        if unit.is_name:
            factor, rarity = _NAME_BONUS, _NAME_RARITY * (rarity / _NAME_RARITY) ** _NAME_DAMPING
            factor *= 1.0 - _PLACE_LOSS * min(unit.located / _PLACE_SHARE, 1.0)
        weights[key] = factor * rarity * relevance[key] / len(readings)
    return weights


def _rarity(word: str, holding: int, articles: int, lexicon: Lexicon, words: Background) -> float:
    """Give the negative logarithm of the probability that an article outside the story holds `word`."""
    others = max(lexicon.articles - articles, 0) + _PRIOR_ARTICLES
    expected = max(lexicon.documents[word] - holding, 0) + _PRIOR_ARTICLES * words.probability(word)
    return math.log(others / min(expected + 0.5, others))


class _Speller:
    """Writes units as the articles do."""

    def __init__(self, units: Mapping[Key, Unit], lexicon: Lexicon, words: Background) -> None:
        self._units, self._lexicon, self._words = units, lexicon, words

    def __call__(self, key: Key) -> str:
        unit = self._units[key]
        best = max(unit.spellings, key=lambda text: self._preference(key, unit, text))
        return " ".join(map(self.word, best.split(" ")))

    def _preference(self, key: Key, unit: Unit, text: str) -> tuple[bool, bool, int, int, str]:
        folded = fold(text)
        return (
            folded in territories(self._words.language),
            len(folded.split(" ")) == len(key),
            unit.spellings[text] + 2 * unit.subjects[text],
            -len(text),
            text,
        )

    def phrase(self, text: str) -> str:
        """Write a stretch of a headline: without shouting, a capital in front."""
        if text.isupper():
            text = " ".join(map(self.word, text.lower().split(" ")))
        return text[0].upper() + text[1:] if text.partition(" ")[0].islower() else text

    def matter(self, text: str) -> str:
        """Write a phrase behind a name: words that are no names in small letters."""
        return " ".join(map(self._small, text.split(" ")))

    def _small(self, word: str) -> str:
        share = self._lexicon.name_share(fold(word))
        return word.lower() if share is not None and share < _NAME_SHARE else word

    def word(self, word: str) -> str:
        """Write one word with the capitals that it has within sentences."""
        folded = fold(word)
        known = self._lexicon.spellings.get(folded)
        is_name = (self._lexicon.name_share(folded) or 0.0) >= _NAME_SHARE
        if known and is_name and (word.isupper() or word.islower() or self._lexicon.upper[folded] > 2):
            return known
        shouted = word.isupper() and word.isalpha() and len(word) > 5
        return word.capitalize() if shouted else word


def _candidates(
    readings: Sequence[Reading], units: Mapping[Key, Unit], weights: Mapping[Key, float], speller: _Speller
) -> Iterator[_Candidate]:
    """Yield the possible labels of a story."""
    names = sorted((key for key in units if units[key].is_name), key=lambda key: (-weights[key], key))
    names = names[:_NAMES_TRIED]
    top = max(weights.values(), default=1.0) or 1.0
    for name in names:
        text = speller(name)
        yield _Candidate(text, _score([weights[name]], len(name), top), (text,))
    yield from _pairs(names, readings, weights, top, speller)
    phrases = _phrases(readings, weights, top)
    for phrase in phrases:
        score = _score([weights[key] for key in phrase.keys], phrase.words, top) + phrase.bonus * top
        yield _Candidate(speller.phrase(phrase.text), score, ())
    yield from _names_with_matter(names, phrases, units, weights, top, speller)


def _pairs(
    names: Sequence[Key],
    readings: Sequence[Reading],
    weights: Mapping[Key, float],
    top: float,
    speller: _Speller,
) -> Iterator[_Candidate]:
    """Yield two names of like weight: "Rusia–Taliban"."""
    for one, other in combinations(names, 2):
        if weights[other] >= _PARTNER_SHARE * weights[one] and not _akin(one, other):
            first, second = (speller(key) for key in _in_order(one, other, readings, speller))
            score = _score([weights[one], weights[other]], 2, top) + 2 * _PAUSE_WORTH * top
            yield _Candidate(f"{first}–{second}", score, (first, second))


def _names_with_matter(
    names: Sequence[Key],
    phrases: Sequence[_Phrase],
    units: Mapping[Key, Unit],
    weights: Mapping[Key, float],
    top: float,
    speller: _Speller,
) -> Iterator[_Candidate]:
    """Yield a name with what it is about: "Obama–trade deal"."""
    for phrase in phrases:
        if (
            not phrase.attested
            or phrase.words > _MATTER_WORDS
            or any(units[key].is_name for key in phrase.keys)
        ):
            continue
        inside = [weights[key] for key in phrase.keys]
        for name in names:
            if weights[name] >= _PARTNER_SHARE * max(inside):
                score = _score([weights[name], *inside], 1 + phrase.words, top) + 2 * _PAUSE_WORTH * top
                yield _Candidate(f"{speller(name)}–{speller.matter(phrase.text)}", score, ())


def _akin(one: Key, other: Key) -> bool:
    """Tell whether two names share a word or the beginning of one ("Greek", "Greece")."""
    return any(a == b or (len(a) > 3 and a[:4] == b[:4]) for a in one for b in other)


def _score(weights: Sequence[float], words: int, top: float) -> float:
    """Give the worth of a label of units of `weights` and `words` words."""
    worth = sum(weight * _NEXT_UNIT**place for place, weight in enumerate(sorted(weights, reverse=True)))
    return worth - _WORD_PRICE * top * words


def _in_order(one: Key, other: Key, readings: Sequence[Reading], speller: _Speller) -> tuple[Key, Key]:
    """Order two names as most headlines with both do, or else most sentences."""
    ahead = 0
    for reading in readings:
        order = [piece.key for piece in reading.pieces if piece.key in {one, other}]
        if len(set(order)) == 2:
            ahead += 1 if order[0] == one else -1
    if not ahead:
        first, second = speller(one), speller(other)
        for sentence in (part for reading in readings for part in SENTENCE.split(reading.body)):
            a, b = sentence.find(first), sentence.find(second)
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


def _phrases(readings: Sequence[Reading], weights: Mapping[Key, float], top: float) -> list[_Phrase]:
    """List the worthiest stretches of the headlines, those that are used word for word elsewhere marked."""
    best: dict[str, tuple[float, _Phrase]] = {}
    times: Counter[str] = Counter()
    for reading in readings:
        for phrase in _stretches(reading, weights, top):
            folded = fold(phrase.text)
            times[folded] += 1
            score = _score([weights[key] for key in phrase.keys], phrase.words, top) + phrase.bonus * top
            if folded not in best or score > best[folded][0]:
                best[folded] = score, phrase
    openings = [fold(reading.body) for reading in readings]
    chosen = sorted(best, key=lambda folded: (-best[folded][0], folded))[:_PHRASES_TRIED]
    return [
        replace(best[folded][1], bonus=best[folded][1].bonus + _ATTESTED_WORTH, attested=True)
        if times[folded] > 1 or any(folded in text for text in openings)
        else best[folded][1]
        for folded in chosen
    ]


def _stretches(reading: Reading, weights: Mapping[Key, float], top: float) -> Iterator[_Phrase]:
    """Yield the stretches of one headline that may be phrases."""
    title, pieces = reading.title, reading.pieces
    bearing = [piece.key is not None and weights[piece.key] >= _EDGE_SHARE * top for piece in pieces]
    for start, first in enumerate(pieces):
        if not bearing[start]:
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
                pauses = _opens_phrase(title, pieces, start) + _closes_phrase(title, pieces, stop)
                yield _Phrase(title[first.start : piece.stop], tuple(inside), words, _PAUSE_WORTH * pauses)


def _opens_phrase(title: str, pieces: Sequence[Piece], start: int) -> bool:
    """Tell whether a headline pauses before a piece: its beginning, punctuation or a function word."""
    if start == 0:
        return True
    before = pieces[start - 1]
    if fold(title[before.start : before.stop]) in name_words()["conjunctions"]:
        return False
    return before.key is None or not _joined(title[before.stop : pieces[start].start])


def _closes_phrase(title: str, pieces: Sequence[Piece], stop: int) -> bool:
    """Tell whether a headline pauses after a piece: it ends, or there is punctuation.

    A function word is no pause here: headlines put it behind verbs ("calls for").
    """
    return stop == len(pieces) - 1 or not _joined(title[pieces[stop].stop : pieces[stop + 1].start])


def _joined(gap: str) -> bool:
    return gap in {"", " ", "-", " & "}


def _well_attested(weights: Mapping[Key, float], readings: Sequence[Reading]) -> dict[Key, float]:
    """Keep the units that stand in a headline, in two openings or twice in one."""
    seen: Counter[Key] = Counter()
    for reading in readings:
        seen.update({piece.key: 2 for piece in reading.pieces if piece.key})
        seen.update(reading.opening)
    return {key: weight for key, weight in weights.items() if seen[key] > 1}


def _keywords(weights: Mapping[Key, float], speller: _Speller, limit: int) -> tuple[str, ...]:
    """Write the weightiest units that are no part of each other."""
    chosen: list[str] = []
    taken: set[str] = set()
    for key in sorted(weights, key=lambda key: (-weights[key], key)):
        if len(chosen) == limit:
            break
        if not taken & set(key):
            chosen.append(speller(key))
            taken.update(key)
    return tuple(chosen)


def _distinct(drafts: Sequence[_Draft], sizes: Sequence[int]) -> list[StoryLabel]:
    """Give each story the best of its labels that no larger story has taken."""
    taken: set[str] = set()
    labels: list[StoryLabel | None] = [None] * len(drafts)
    for number in sorted(range(len(drafts)), key=lambda number: (-sizes[number], number)):
        draft = drafts[number]
        for candidate in _with_fallbacks(draft):
            if fold(candidate.text) not in taken:
                break
        taken.add(fold(candidate.text))
        english = english_label(candidate.names, draft.language) if candidate.names else None
        if draft.language == "en":
            english = candidate.text
        labels[number] = StoryLabel(candidate.text, english, draft.keywords, draft.representative)
    return [label for label in labels if label is not None]


def _with_fallbacks(draft: _Draft) -> Iterator[_Candidate]:
    """Yield the labels of a story, then the best of them with a keyword, the headline, and a number."""
    yield from draft.candidates[:3]
    best = draft.candidates[0].text if draft.candidates else ""
    if best:
        for word in draft.keywords:
            if fold(word) not in fold(best):
                yield _Candidate(f"{best}: {word}", 0.0, ())
    base = draft.headline or best or "?"
    yield _Candidate(base, 0.0, ())
    number = 2
    while True:
        yield _Candidate(f"{base} ({number})", 0.0, ())
        number += 1
