"""How labels are written: in the articles' spelling, without shouting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup.stories.background import Background, fold
from dedup.stories.labels.countries import territories
from dedup.stories.labels.names import Memo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedup.stories.labels.lexicon import Lexicon
    from dedup.stories.labels.units import Key, Unit

#: A word with a capital in this share of its places within sentences is always written with one.
_NAME_SHARE = 0.5


class Speller:
    """Writes units as the articles do."""

    def __init__(self, units: Mapping[Key, Unit], lexicon: Lexicon, words: Background) -> None:
        self._units, self._lexicon, self._words = units, lexicon, words
        self._written = Memo(self._write)

    def __call__(self, key: Key) -> str:
        """Write a unit: a country as its language does, others in the form that is used most."""
        return self._written[key]

    def _write(self, key: Key) -> str:
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

    def denies(self, word: str) -> bool:
        """Tell whether a word of a headline turns what follows into its opposite."""
        return fold(word) in self._words.negations

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
        return "-".join(map(self._part, word.split("-")))

    def _part(self, word: str) -> str:
        folded = fold(word)
        known = self._lexicon.spellings.get(folded)
        is_name = (self._lexicon.name_share(folded) or 0.0) >= _NAME_SHARE
        if word.isupper() and folded in self._lexicon.acronyms:
            return word
        if known and is_name and (word.isupper() or word.islower()):
            return known
        shouted = word.isupper() and word.isalpha() and len(word) > 5
        return word.capitalize() if shouted else word
