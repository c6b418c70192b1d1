"""Openings of a corpus, read once: their words and their runs of capitalised words.

Word statistics, stories and events all look at the same openings.  Words and runs repeat, so they are kept as
numbers, 4 bytes an occurrence: 51,000 openings take some 30 megabytes.
"""

from __future__ import annotations

from array import array
from collections import Counter
from typing import NamedTuple

from dedup.stories.background import fold
from dedup.stories.labels.names import WORD, Memo, Mention, bare, mentions


class Opening(NamedTuple):
    """What an opening holds.

    Attributes
    ----------
    words : Counter
        Its words, folded.
    names : list of Mention
        Its runs of capitalised words.
    """

    words: Counter[str]
    names: list[Mention]


class _Numbers(dict[object, int]):
    """Numbers things from 0 as they come."""

    def __missing__(self, thing: object) -> int:
        number = self[thing] = len(self)
        return number


class Openings:
    """The openings of a corpus in the order of its rows; those that are passed over hold nothing."""

    def __init__(self) -> None:
        self._word_numbers, self._name_numbers = _Numbers(), _Numbers()
        self._words, self._names = array("i"), array("i")
        self._word_bounds, self._name_bounds = array("q", [0]), array("q", [0])
        self._folded: list[str] = []
        self._mentions: list[Mention] = []

    def add(self, words: list[str], names: list[Mention]) -> None:
        """Append the opening of the next row: its words as they stand, and its runs."""
        self._words.extend(map(self._word_numbers.__getitem__, words))
        self._names.extend(map(self._name_numbers.__getitem__, names))
        self._word_bounds.append(len(self._words))
        self._name_bounds.append(len(self._names))

    def close(self) -> Counter[str]:
        """Give the occurrences of every word as it stands, and make ready for reading."""
        spellings = list(self._word_numbers)
        self._folded = [fold(bare(str(word))) for word in spellings]
        self._mentions = list(self._name_numbers)  # type: ignore[arg-type]
        counts = Counter(self._words)
        self._word_numbers.clear()
        self._name_numbers.clear()
        return Counter({str(spellings[number]): count for number, count in counts.items()})

    def __getitem__(self, row: int) -> Opening:
        words = self._words[self._word_bounds[row] : self._word_bounds[row + 1]]
        names = self._names[self._name_bounds[row] : self._name_bounds[row + 1]]
        return Opening(
            Counter(map(self._folded.__getitem__, words)), list(map(self._mentions.__getitem__, names))
        )


def read_opening(text: str, folded: Memo[str, str]) -> Opening:
    """Read an opening that a corpus did not keep."""
    return Opening(Counter(map(folded.__getitem__, WORD.findall(text))), [name for name, _ in mentions(text)])
