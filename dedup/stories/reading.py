"""What the articles of one story name in their headlines and openings, as units of equal kind.

A unit is a name of one word or more ("Raja Ampat") or a word that carries matter ("tambang").  Its key is the
same wherever it stands, whatever its form: a fragment of a longer name counts for the longer name, an
inflected form for its family.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import regex

from dedup.stories.background import Background, fold, name_words
from dedup.stories.countries import territories
from dedup.stories.names import GLUED, WORD, Mention, bare, mentions, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dedup.stories.names import Lexicon

Words = tuple[str, ...]
Key = tuple[str, ...]

#: From this share of capitals within sentences on, a word counts as a name.
_NAME_SHARE = 0.6
#: Names of more words than this are cut-up headlines and lists.
_LONGEST_NAME = 4
#: A word that neither the corpus nor this share of general text knows is taken for a name.
_RARE = 1e-6
#: A rarer word before a name is a first name.
_UNCOMMON = 2e-5
#: Where nouns have capitals: words that follow an article this often are nouns, not names.
_NOUN_SHARE = 0.15
#: A fragment that stands alone this many times as often as inside the longer name is a name of its own.
_ALONE = 6
#: Arabic conjunction, preposition and article, written in one with the word.
_ARTICLE = regex.compile(r"^[وف]?(?:[بكل]?ال|لل)(?=\w{3})")


class Piece(NamedTuple):
    """A stretch of a headline: one unit, or one word that is none.

    Attributes
    ----------
    start, stop : int
        Characters in the headline.
    key : tuple of str or None
        The unit; None for function words and numbers.
    """

    start: int
    stop: int
    key: Key | None


@dataclass(slots=True)
class Unit:
    """A name or word of a story.

    Attributes
    ----------
    is_name : bool
        A name, else a word.
    spellings : Counter
        How it stands in headlines and openings.
    subjects : Counter
        The spellings that open a sentence: mostly nominatives.
    located : float
        Share of its occurrences that follow a preposition of place.
    """

    is_name: bool
    spellings: Counter[str] = field(default_factory=Counter)
    subjects: Counter[str] = field(default_factory=Counter)
    located: float = 0.0


@dataclass(slots=True)
class Reading:
    """One article: its headline in pieces, and how often its opening holds each unit."""

    title: str
    body: str
    pieces: list[Piece]
    opening: Counter[Key]


def read_words(
    titles: Sequence[str], openings: Sequence[str], lexicon: Lexicon, words: Background
) -> tuple[list[Reading], dict[Key, Unit]]:
    """Read articles of one story whose script puts spaces between words.

    Parameters
    ----------
    titles, openings : sequence of str, length n
        Headlines (may be empty) and beginnings of the bodies.
    lexicon : Lexicon
        What the corpus says of its words.
    words : Background
        What the language says of them.

    Returns
    -------
    readings : list of Reading, length n
    units : dict
        Every unit of `readings` by key.
    """
    countries = territories(words.language)
    finder = _NameFinder(lexicon, words, countries)
    bodies = [[name for found, _ in mentions(text) if (name := finder.resolve(found))] for text in openings]
    known = Counter(_folded(name.words) for names in bodies for name in names)
    bodies = [[part for name in names for part in _parts(name, known)] for names in bodies]
    known = Counter(_folded(name.words) for names in bodies for name in names)
    heads = [finder.cut(title, known) for title in titles]
    known.update(_folded(span.words) for spans in heads for span in spans if span.is_name)
    counts = [Counter(fold(bare(word)) for word in WORD.findall(text)) for text in openings]
    keys = _Keys(known, counts, finder)
    units: dict[Key, Unit] = {}
    readings = []
    matter = {fold(span.words[0]) for spans in heads for span in spans if not span.is_name}
    for title, text, spans, names, tally in zip(titles, openings, heads, bodies, counts, strict=True):
        opening: Counter[Key] = Counter()
        for found in names:
            if finder.is_outlet(found.words):
                continue
            key = keys.name(_folded(found.words))
            opening[key] += 1
            unit = units.setdefault(key, Unit(is_name=True))
            unit.spellings[" ".join(found.words)] += 1
            unit.subjects[" ".join(found.words)] += found.first
        for word, count in tally.items():
            if (word in matter or count > 1) and keys.carries_matter(word):
                key = keys.name((word,))
                opening[key] = max(opening[key], count)
                units.setdefault(key, Unit(is_name=word in countries)).spellings[word] += count
        pieces = []
        for span in spans:
            folded = _folded(span.words)
            has_key = span.is_name or keys.carries_matter(folded[0])
            place = keys.name(folded) if has_key else None
            if place:
                unit = units.setdefault(place, Unit(is_name=span.is_name))
                unit.is_name |= span.is_name
                unit.spellings[" ".join(span.words) if span.is_name else folded[0]] += 3
            pieces.append(Piece(span.start, span.stop, place))
        readings.append(Reading(title, text, pieces, opening))
    for key, unit in units.items():
        if unit.is_name:
            seen = lexicon.upper[key[0]]
            unit.located = lexicon.located[key[0]] / seen if seen else 0.0
    return readings, units


def _parts(name: Mention, known: Counter[Words]) -> list[Mention]:
    """Part two names that only happen to stand side by side ("Danantara Dony Oskaria")."""
    folded = _folded(name.words)
    for cut in range(1, len(folded)) if len(folded) > 2 else ():
        if min(known[folded[:cut]], known[folded[cut:]]) >= known[folded]:
            return [Mention(name.words[:cut], name.first), Mention(name.words[cut:], False)]
    return [name]


class _Keys:
    """Gives the forms of one unit one key."""

    def __init__(self, known: Counter[Words], counts: Iterable[Counter[str]], finder: _NameFinder) -> None:
        self._finder = finder
        every: Counter[str] = Counter()
        for tally in counts:
            every.update(tally)
        every.update(word for name in known for word in name)
        self._family = _families(every, finder.words.language)
        normal: Counter[Words] = Counter()
        for name, count in known.items():
            normal[self._normal(name)] += count
        self._alias = _aliases(normal, finder.lexicon, finder.countries)

    def _normal(self, name: Words) -> Words:
        return tuple(self._family.get(word, word) for word in name)

    def name(self, folded: Words) -> Key:
        """Give the key of a name or word (folded)."""
        normal = self._normal(folded)
        return self._alias.get(normal, normal)

    def carries_matter(self, word: str) -> bool:
        """Tell whether a word (folded) may be a unit by itself."""
        return (
            len(word) > 2
            and not word[0].isdigit()
            and not self._finder.words.is_function_word(word)
            and self._finder.may_name((word,))
        )


def _folded(words: Iterable[str]) -> Words:
    return tuple(map(fold, words))


class _Span(NamedTuple):
    start: int
    stop: int
    words: Words
    is_name: bool


@dataclass(frozen=True, slots=True)
class _NameFinder:
    """Tells names from words, by what corpus and language say."""

    lexicon: Lexicon
    words: Background
    countries: Mapping[str, str]

    def is_name(self, word: str, *, capital_tells: bool) -> bool:
        """Tell whether a capitalised `word` is a name.

        `capital_tells` says whether the writer chose the capital, and not its place or the headline's style.
        """
        folded = fold(word)
        if folded in self.countries:
            return True
        share = self.lexicon.name_share(folded)
        if share is None:
            return capital_tells or not any(
                self._is_known(folded[:stop]) for stop in range(len(folded), 3, -1)[:4]
            )
        if (
            self.words.determiners
            and self.lexicon.determined[folded] > _NOUN_SHARE * self.lexicon.upper[folded]
        ):
            return False
        return share >= (_NAME_SHARE / 2 if capital_tells else _NAME_SHARE)

    def _is_known(self, word: str) -> bool:
        return self.words.frequencies.get(word, 0.0) >= _RARE or self.lexicon.lower[word] > 0

    def resolve(self, mention: Mention) -> Mention | None:
        """Cut from a run of capitalised words what is no part of a name; None where nothing is left."""
        words = tuple(part for word in mention.words for part in self.unglue(word))
        if mention.first and not self.is_name(words[0], capital_tells=False) and not self._opens_name(words):
            words = words[1:]
        words = self.trim(words)
        if not self.may_name(words):
            return None
        if len(words) == 1 and not self.is_name(words[0], capital_tells=True):
            return None
        return Mention(words, mention.first)

    def _opens_name(self, words: Words) -> bool:
        """Tell whether an unknown word at the start of a sentence belongs to the name after it."""
        folded = fold(words[0])
        unseen = self.lexicon.name_share(folded) is None
        return len(words) > 1 and unseen and self.words.frequencies.get(folded, 0.0) < _UNCOMMON

    def unglue(self, word: str) -> list[str]:
        """Part two words that lost the space between them ("PresidenPrabowo"), if the corpus knows both."""
        parts: list[str] = GLUED.split(word)
        count = self.lexicon.documents
        if len(parts) > 1 and all(count[fold(part)] > 2 * count[fold(word)] for part in parts):
            return parts
        return [word]

    def trim(self, words: Words) -> Words:
        """Cut offices, forms of address and function words from a name ("Texas Governor Rick Perry")."""
        titles = name_words()["titles"]
        for place in range(len(words) - 2, -1, -1):
            if fold(words[place]).rstrip(".") in titles and self._stands_alone(words[place + 1 :], words):
                words = words[place + 1 :]
                break
        while len(words) > 1 and self._is_function(words[0]) and self._stands_alone(words[1:], words):
            words = words[1:]
        while len(words) > 1 and self._ends_badly(fold(words[-1]).rstrip(".")):
            words = words[:-1]
        return words

    def _ends_badly(self, word: str) -> bool:
        return self._is_function(word) or word in name_words()["titles"] or word in self.words.calendar

    def _is_function(self, word: str) -> bool:
        return self.words.is_function_word(fold(word)) and fold(word) not in self.countries

    def _stands_alone(self, rest: Words, whole: Words) -> bool:
        return 2 * self.lexicon.upper[fold(rest[0])] >= 3 * self.lexicon.runs[_folded(whole)]

    def may_name(self, words: Words) -> bool:
        """Tell whether `words` may name a story: no date, rubric, outlet, lone office or lone letter."""
        folded = _folded(words)
        if not folded or len(folded) > _LONGEST_NAME:
            return False
        ordinary = name_words()
        return not (
            all(
                word.rstrip(".") in self.words.calendar
                or word.rstrip("0123456789.,") in ordinary["rubrics"]
                or word in ordinary["numerals"]
                or word.rstrip(".") in ordinary["titles"]
                or self._is_function(word)
                or len(word.rstrip(".")) == 1
                or word[0].isdigit()
                for word in folded
            )
        )

    def is_outlet(self, words: Words) -> bool:
        """Tell whether `words` name an outlet or agency."""
        return squeeze("".join(words)) in self.lexicon.outlets

    def cut(self, title: str, known: Mapping[Words, int]) -> list[_Span]:
        """Cut a headline into names and words, names that the bodies know first."""
        tokens = list(WORD.finditer(title))
        bared = [bare(token.group()) for token in tokens]
        folded = [fold(word) for word in bared]
        gaps = [title[a.end() : b.start()] for a, b in pairwise(tokens)]
        tells = _capitals_tell(bared)
        namelike = [
            (
                any(letter.isupper() for letter in word)
                and self.is_name(word, capital_tells=tells and place > 0)
            )
            or word in self.countries
            for place, word in enumerate(bared)
        ]
        spans, place = [], 0
        while place < len(tokens):
            length = self._name_length(place, folded, gaps, namelike, known)
            stop = place + max(length, 1)
            words = tuple(bared[place:stop])
            if length:
                kept = self.trim(words)
                place += len(words) - len(kept) if words[-1] == kept[-1] else 0
                words = kept
            is_name = bool(length) and self.may_name(words)
            spans.append(
                _Span(tokens[place].start(), _end(tokens[stop - 1], bared[stop - 1]), words, is_name)
            )
            place = stop
        return spans

    def _name_length(
        self,
        place: int,
        folded: list[str],
        gaps: list[str],
        namelike: list[bool],
        known: Mapping[Words, int],
    ) -> int:
        """Count the words of the name that begins at `place`; 0 where none does."""
        for length in range(min(_LONGEST_NAME + 1, len(folded) - place), 1, -1):
            joined = all(gap in {" ", "-"} for gap in gaps[place : place + length - 1])
            if joined and known.get(tuple(folded[place : place + length])):
                return length
        if not namelike[place]:
            return 0
        if known.get((folded[place],)):
            return 1
        length = 1
        while (
            place + length < len(folded)
            and namelike[place + length]
            and gaps[place + length - 1] == " "
            and length < _LONGEST_NAME
            and not known.get((folded[place + length],))
        ):
            length += 1
        return length


def _end(token: regex.Match[str], word: str) -> int:
    """Give where `word` ends in the headline: before what an apostrophe attaches."""
    start, text = int(token.start()), str(token.group())
    return start + text.find(word) + len(word)


def _capitals_tell(words: Sequence[str]) -> bool:
    """Tell whether a headline keeps capitals for names: most of its longer words begin small."""
    longer = [word for word in words if len(word) > 3 and word[0].isalpha()]
    small = sum(word[0].islower() for word in longer)
    return bool(longer) and 2 * small >= len(longer)


def _aliases(known: Counter[Words], lexicon: Lexicon, countries: Mapping[str, str]) -> dict[Words, Words]:
    """Map each fragment of a longer name of the story to that name, others to themselves.

    A fragment that the corpus mostly knows on its own ("Jakarta" beside "Jakarta Selatan") stays.
    """
    longer = defaultdict(list)
    for name in known:
        for length in range(1, len(name)):
            longer[name[:length]].append(name)
            longer[name[-length:]].append(name)
    alias = {}
    for name in known:
        whole = sorted(set(longer.get(name, ())), key=lambda words: (-known[words], words))
        alias[name] = name
        if whole and name not in {(country,) for country in countries}:
            best, total = whole[0], sum(known[words] for words in whole)
            inside = max(lexicon.runs[best], 1)
            alone = lexicon.upper[name[0]] if len(name) == 1 else lexicon.runs[name]
            if 2 * known[best] >= total and alone < _ALONE * inside:
                alias[name] = best
    return alias


def _families(words: Counter[str], language: str) -> dict[str, str]:
    """Map each word to one of its family: the forms that differ in at most three last letters.

    Only for languages that inflect names; others map to themselves.  The shortest form stands for the family.
    """
    family = {word: word for word in words}
    if language == "ar":
        return {word: _ARTICLE.sub("", word) for word in words}
    if language not in name_words()["inflected"]:
        return family
    head = ""
    for word in sorted(words):
        stem = word[: max(len(word) - 3, min(len(word), 4))]
        if head and word.startswith(head) and len(word) - len(head) <= 3:
            family[word] = family.get(head, head)
        elif len(word) >= 4:
            head = stem
            family[word] = head
    return family
