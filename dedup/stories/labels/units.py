"""What labels are made of: the names and words of a story, and where its headlines hold them.

A unit is a name of one word or more ("Raja Ampat") or a word that carries matter ("tambang").  Its key is the
same wherever it stands, whatever its form: a fragment of a longer name counts for the longer name, an
inflected form for its family.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections import Counter

Key = tuple[str, ...]


class Piece(NamedTuple):
    """A stretch of a headline: one unit, or one word that is none.

    Attributes
    ----------
    start, stop : int
        Characters in the headline.
    key : tuple of str or None
        The unit; None for function words and numbers.
    words : int
        How many words it counts for.
    """

    start: int
    stop: int
    key: Key | None
    words: int


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
    spellings: Counter[str]
    subjects: Counter[str]
    located: float = 0.0


@dataclass(slots=True)
class Reading:
    """One article: its headline in pieces, its opening, and how often that holds each unit."""

    title: str
    body: str
    pieces: list[Piece]
    opening: Counter[Key]
