"""Columns over a calendar: how much there was on each day, week or month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jobs.report.charts.drawing import WIDTH, Box, Drawing, Table, Tick
from jobs.report.charts.scales import Linear, compact, count_ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 200, 38, 8, 10, 26
TICKS = 3


@dataclass(frozen=True, kw_only=True)
class DrawnColumns(Drawing):
    """Columns and ticks in their places."""

    template: ClassVar[str] = "charts/columns.svg"

    boxes: list[Box]
    part_boxes: list[Box]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    left: float
    right: float
    floor: float


@dataclass(frozen=True, slots=True)
class Columns:
    """Definition of a chart of columns.

    Attributes
    ----------
    name, title : str
    rows : str
        What a column is, such as a day.
    kinds : tuple of two str
        What is counted, and the part of it that is drawn darker at the foot of a column.
    legend : tuple of two str
        The part at the foot, and the rest above it.
    """

    name: str
    title: str
    rows: str
    kinds: tuple[str, str]
    legend: tuple[str, str]

    def draw(self, values: Sequence[tuple[str, int, int]], summary: str) -> DrawnColumns:
        """Draw ``(name, count, part of it)`` from left to right."""
        floor, most = HEIGHT - BOTTOM, max((count for _, count, _ in values), default=0)
        x, y = Linear(0, max(1, len(values)), LEFT, WIDTH - RIGHT), Linear(0, max(1, most), floor, TOP)
        return DrawnColumns(
            name=self.name,
            title=self.title,
            summary=summary,
            table=Table((self.rows, *self.kinds), list(values)),
            height=HEIGHT,
            boxes=_boxes([count for _, count, _ in values], x, y),
            part_boxes=_boxes([part for _, _, part in values], x, y),
            legend=self.legend,
            x_ticks=[Tick(x(place + 0.5), values[place][0]) for place in _spread(len(values))],
            y_ticks=[Tick(y(value), compact(value)) for value in count_ticks(most)],
            left=LEFT,
            right=WIDTH - RIGHT,
            floor=floor,
        )


def _boxes(counts: Sequence[int], x: Linear, y: Linear) -> list[Box]:
    width = x(1) - x(0)
    gap = 1 if width > 4 else 0.2
    return [
        Box(x(place), y(count), round(max(0.4, width - gap), 1), round(y.start - y(count), 1))
        for place, count in enumerate(counts)
        if count
    ]


def _spread(number: int) -> list[int]:
    """Choose a few places out of `number`, the first and the last among them."""
    if number <= 1:
        return list(range(number))
    return sorted({round(step * (number - 1) / (TICKS - 1)) for step in range(TICKS)})
