"""What every drawn chart has in common: a name, words for those who do not see it, and its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

#: Width of a chart in its own units, which are pixels on a phone and a little more elsewhere.
WIDTH = 360

#: Width of a character of the size charts are lettered in, in the same units; wide enough for any script.
CHARACTER = 6.4


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers behind a chart; the first column names the rows."""

    columns: tuple[str, ...]
    rows: list[tuple[str | int, ...]]


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A chart with every place computed; `template` turns it into markup.

    Attributes
    ----------
    name : str
        Identifier on the page, ASCII.
    title : str
        What the chart shows.
    summary : str
        What is seen on it, in a sentence.
    table : Table
    width, height : float
        Of the view box.
    legend : tuple of str
        What the first and the second colour stand for; empty where there is one colour.
    """

    template: ClassVar[str]

    name: str
    title: str
    summary: str
    table: Table
    width: float = WIDTH
    height: float
    legend: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tick:
    """A value written beside an axis: its place and its text."""

    place: float
    text: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


def shortened(text: str, width: float) -> str:
    """Cut a text to what fits into `width` units."""
    characters = max(2, int(width / CHARACTER + 1e-6))
    return text if len(text) <= characters else f"{text[: characters - 1].rstrip()}…"
