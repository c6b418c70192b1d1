"""Horizontal bars: one a row, its name before it and its value behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jobs.report.charts.drawing import CHARACTER, WIDTH, Box, Drawing, Table, shortened
from jobs.report.charts.scales import Linear

if TYPE_CHECKING:
    from collections.abc import Sequence

ROW, THICKNESS, LETTERS = 22, 14, 16
#: Share of the width that names may take.
NAMES = 0.45


@dataclass(frozen=True, slots=True)
class Bar:
    """A drawn bar; `baseline` is that of its name and its value."""

    box: Box
    name: str
    value: str
    baseline: float


@dataclass(frozen=True, kw_only=True)
class DrawnBars(Drawing):
    """Bars in their places; names end at `names_end`."""

    template: ClassVar[str] = "charts/bars.svg"

    bars: list[Bar]
    names_end: float


@dataclass(frozen=True, slots=True)
class Bars:
    """Definition of a chart of bars.

    Attributes
    ----------
    name, title : str
    rows, counted : str
        What a row is, and what is counted: headings of the table.
    """

    name: str
    title: str
    rows: str
    counted: str

    def draw(self, values: Sequence[tuple[str, float, str]], summary: str) -> DrawnBars:
        """Draw ``(name, value, value in words)`` from top to bottom."""
        room = min(NAMES * WIDTH, max((len(name) for name, *_ in values), default=0) * CHARACTER + 8)
        words = max((len(text) for *_, text in values), default=0) * CHARACTER + 8
        scale = Linear(0, max((value for _, value, _ in values), default=0), 0, WIDTH - room - words)
        bars = [
            Bar(
                Box(room, place * ROW + 4, max(1.0, scale(value)), THICKNESS),
                shortened(name, room - 8),
                text,
                place * ROW + LETTERS,
            )
            for place, (name, value, text) in enumerate(values)
        ]
        return DrawnBars(
            name=self.name,
            title=self.title,
            summary=summary,
            table=Table((self.rows, self.counted), [(name, text) for name, _, text in values]),
            height=len(values) * ROW + 4,
            bars=bars,
            names_end=room - 6,
        )
