"""Units of stories in scripts with spaces: names by their capitals, words by their matter."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dedup.stories.background import Background, fold
from dedup.stories.countries import native_names, territories
from dedup.stories.finder import NameFinder, Span, folded
from dedup.stories.forms import aliases, families
from dedup.stories.names import WORD, Mention, bare, is_cased, mentions
from dedup.stories.units import Key, Piece, Reading, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup.stories.names import Lexicon

Words = tuple[str, ...]

#: In scripts without capitals a word counts as a name up to this share of general text.
_UNCOMMON = 2e-5


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
    story = _Story(titles, openings, lexicon, words)
    return [story.read(number) for number in range(len(titles))], story.located()


class _Story:
    """The names and words of one story, found once for all of its articles."""

    def __init__(
        self, titles: Sequence[str], openings: Sequence[str], lexicon: Lexicon, words: Background
    ) -> None:
        self._titles, self._openings, self._lexicon = titles, openings, lexicon
        self._countries = territories(words.language)
        self._finder = finder = NameFinder(lexicon, words, self._countries)
        self._tallies = [Counter(fold(bare(word)) for word in WORD.findall(text)) for text in openings]
        every = set().union(*self._tallies, *(map(fold, map(bare, WORD.findall(title))) for title in titles))
        self._family = families(every | set(self._countries), words.language)
        self._country_keys = {self._normal((name,)): name for name in self._countries}
        bodies = [
            [name for found, _ in mentions(text) if (name := finder.resolve(found))] for text in openings
        ]
        known = self._count(bodies)
        self._bodies = [[part for name in names for part in self._parts(name, known)] for names in bodies]
        known = self._count(self._bodies)
        self._heads = [finder.cut(title, lambda name: known[self._normal(name)]) for title in titles]
        for spans in self._heads:
            known.update(self._normal(folded(span.words)) for span in spans if span.is_name)
        self._alias = aliases(known, lexicon, self._countries)
        self._matter = {self._key(span.words) for spans in self._heads for span in spans if not span.is_name}
        self._cased = is_cased("".join(titles) or "".join(openings)[:1000])
        self._units: dict[Key, Unit] = {}

    def _normal(self, name: Words) -> Words:
        return tuple(self._family.get(word, word) for word in name)

    def _key(self, words: Words) -> Key:
        normal = self._normal(folded(words))
        return self._alias.get(normal, normal)

    def _count(self, bodies: Sequence[Sequence[Mention]]) -> Counter[Words]:
        return Counter(self._normal(folded(name.words)) for names in bodies for name in names)

    def _parts(self, name: Mention, known: Mapping[Words, int]) -> list[Mention]:
        """Part two names that only happen to stand side by side ("Danantara Dony Oskaria")."""
        normal = self._normal(folded(name.words))
        if self._family and len(normal) > 2 and normal[:1] in self._country_keys:
            return [Mention(name.words[:1], name.first), Mention(name.words[1:], first=False)]
        for cut in range(1, len(normal)) if len(normal) > 2 else ():
            if min(known.get(normal[:cut], 0), known.get(normal[cut:], 0)) >= known[normal]:
                return [Mention(name.words[:cut], name.first), Mention(name.words[cut:], first=False)]
        return [name]

    def read(self, number: int) -> Reading:
        """Read one article."""
        opening: Counter[Key] = Counter()
        for name in self._bodies[number]:
            if not self._finder.is_outlet(name.words):
                spelling = " ".join(name.words)
                key = self._key(name.words)
                opening[key] += 1
                unit = self._unit(key, spelling, 1, is_name=True)
                unit.subjects[spelling] += name.first
        for word, count in self._tallies[number].items():
            key = self._key((word,))
            if (count > 1 or key in self._matter) and self._finder.carries_matter(word):
                opening[key] = max(opening[key], count)
                self._unit(key, word, count, is_name=self._is_plain_name(word))
        pieces = [self._piece(span) for span in self._heads[number]]
        return Reading(self._titles[number], self._openings[number], pieces, opening)

    def _is_plain_name(self, word: str) -> bool:
        """Tell whether a word names by itself: a country, or in scripts without capitals a rare word."""
        if self._normal((word,)) in self._country_keys:
            return True
        return not self._cased and self._finder.words.frequencies.get(word, 1.0) < _UNCOMMON

    def _piece(self, span: Span) -> Piece:
        if not span.is_name and not self._finder.carries_matter(fold(span.words[0])):
            return Piece(span.start, span.stop, None, 1)
        key = self._key(span.words)
        is_name = span.is_name or self._is_plain_name(fold(span.words[0]))
        spelling = " ".join(span.words)
        keeps_capital = span.is_name or self._finder.words.determiners
        self._unit(key, spelling if keeps_capital else fold(spelling), 3, is_name=is_name)
        return Piece(span.start, span.stop, key, len(span.words))

    def _unit(self, key: Key, spelling: str, times: int, *, is_name: bool) -> Unit:
        unit = self._units.setdefault(key, Unit(is_name, Counter(), Counter()))
        unit.is_name |= is_name
        unit.spellings[spelling] += times
        return unit

    def located(self) -> dict[Key, Unit]:
        """Give the units that were read, with the share of each that follows a preposition of place."""
        native = native_names(self._finder.words.language)
        for key, unit in self._units.items():
            if key in self._country_keys and unit.is_name:
                unit.spellings[native.get(self._country_keys[key], self._country_keys[key])] += 0
            first = {fold(spelling.split(" ")[0]) for spelling in unit.spellings}
            seen = sum(self._lexicon.upper[word] for word in first)
            unit.located = sum(self._lexicon.located[word] for word in first) / seen if seen else 0.0
        return self._units
