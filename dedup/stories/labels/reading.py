"""Units of stories in scripts with spaces: names by their capitals, words by their matter."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dedup.stories.background import fold
from dedup.stories.labels.countries import native_names
from dedup.stories.labels.forms import aliases, families
from dedup.stories.labels.names import WORD, Mention, is_cased
from dedup.stories.labels.units import Key, Piece, Reading, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup.stories.labels.finder import NameFinder, Span
    from dedup.stories.labels.openings import Opening

Words = tuple[str, ...]

#: In scripts without capitals a word counts as a name up to this share of general text.
_UNCOMMON = 2e-5


def read_words(
    titles: Sequence[str], openings: Sequence[str], found: Sequence[Opening], finder: NameFinder
) -> tuple[list[Reading], dict[Key, Unit]]:
    """Read articles of one story whose script puts spaces between words.

    Parameters
    ----------
    titles, openings : sequence of str, length n
        Headlines (may be empty) and beginnings of the bodies.
    found : sequence of Opening, length n
        What `openings` hold.
    finder : NameFinder
        Of the story's language.

    Returns
    -------
    readings : list of Reading, length n
    units : dict
        Every unit of `readings` by key.
    """
    story = _Story(titles, openings, found, finder)
    return [story.read(number) for number in range(len(titles))], story.located()


def _tally(text: str, finder: NameFinder) -> Counter[str]:
    """Count the words of `text`, folded."""
    return Counter(map(finder.keys.__getitem__, WORD.findall(text)))


class _Story:
    """The names and words of one story, found once for all of its articles."""

    def __init__(
        self, titles: Sequence[str], openings: Sequence[str], found: Sequence[Opening], finder: NameFinder
    ) -> None:
        self._titles, self._openings, self._finder = titles, openings, finder
        self._countries = finder.countries
        self._tallies = [each.words for each in found]
        self._family: dict[str, str] = {}
        self._country_keys = finder.country_keys
        if finder.inflects:
            every = set(self._countries).union(*self._tallies, *(_tally(title, finder) for title in titles))
            self._family = families(every, finder.words.language)
            self._country_keys = {self._normal((name,)): name for name in self._countries}
        self._known_keys: dict[Words, Key] = {}
        bodies = [[name for run in each.names if (name := finder.resolved[run])] for each in found]
        known = self._count(bodies)
        self._bodies = [[part for name in names for part in self._parts(name, known)] for names in bodies]
        known = self._count(self._bodies)
        self._heads = [finder.cut(title, lambda name: known[self._normal(name)]) for title in titles]
        for spans in self._heads:
            known.update(self._normal(self._folded(span.words)) for span in spans if span.is_name)
        self._alias = aliases(known, finder.lexicon, self._countries)
        self._matter = {
            self._stem(fold(span.words[0])) for spans in self._heads for span in spans if not span.is_name
        }
        self._cased = is_cased("".join(titles) or "".join(openings)[:1000])
        self._units: dict[Key, Unit] = {}

    def _stem(self, word: str) -> str:
        return self._family.get(word, word)

    def _normal(self, name: Words) -> Words:
        return tuple(map(self._stem, name)) if self._family else name

    def _key(self, words: Words) -> Key:
        key = self._known_keys.get(words)
        if key is None:
            normal = self._normal(self._folded(words))
            key = self._known_keys[words] = self._alias.get(normal, normal)
        return key

    def _folded(self, words: Words) -> Words:
        return self._finder.folded[words]

    def _count(self, bodies: Sequence[Sequence[Mention]]) -> Counter[Words]:
        return Counter(self._normal(self._folded(name.words)) for names in bodies for name in names)

    def _parts(self, name: Mention, known: Mapping[Words, int]) -> list[Mention]:
        """Part two names that only happen to stand side by side ("Danantara Dony Oskaria")."""
        normal = self._normal(self._folded(name.words))
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
            if not self._finder.outlets[name.words]:
                spelling = " ".join(name.words)
                key = self._key(name.words)
                opening[key] += 1
                unit = self._unit(key, spelling, 1, is_name=True)
                unit.subjects[spelling] += name.first
        stems, matter = self._family, self._finder.matter
        for word, count in self._tallies[number].items():
            if (count > 1 or stems.get(word, word) in self._matter) and matter[word]:
                key = self._key((word,))
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
        if not span.is_name and not self._finder.matter[fold(span.words[0])]:
            return Piece(span.start, span.stop, None, 1)
        key = self._key(span.words)
        is_name = span.is_name or self._is_plain_name(fold(span.words[0]))
        spelling = " ".join(span.words)
        keeps_capital = span.is_name or self._finder.words.determiners
        self._unit(key, spelling if keeps_capital else fold(spelling), 3, is_name=is_name)
        # A fragment costs as much as its name: "Revisi UU" is no cheaper than "Revisi UU KPK".
        return Piece(span.start, span.stop, key, max(len(span.words), len(key)))

    def _unit(self, key: Key, spelling: str, times: int, *, is_name: bool) -> Unit:
        unit = self._units.get(key)
        if unit is None:
            unit = self._units[key] = Unit(is_name, Counter(), Counter())
        unit.is_name |= is_name
        unit.spellings[spelling] += times
        return unit

    def located(self) -> dict[Key, Unit]:
        """Give the units that were read, with the share of each that follows a preposition of place."""
        native, lexicon = native_names(self._finder.words.language), self._finder.lexicon
        for key, unit in self._units.items():
            if key in self._country_keys and unit.is_name:
                unit.spellings[native.get(self._country_keys[key], self._country_keys[key])] += 0
            if not unit.is_name:
                continue
            first = {fold(spelling.split(" ")[0]) for spelling in unit.spellings}
            seen = sum(lexicon.upper[word] for word in first)
            unit.located = sum(lexicon.located[word] for word in first) / seen if seen else 0.0
        return self._units
