"""A histogram of two kinds side by side, with the lines where a rule decides."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from jobs.report.charts.drawing import CHARACTER, WIDTH, Box, Drawing, Table, Tick
from jobs.report.charts.scales import Linear, Logarithmic, compact, powers_of_ten, round_ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 230, 34, 8, 8, 40
#: Height of a line of letters above the bars, one for each mark.
MARK_ROW = 14


@dataclass(frozen=True, slots=True)
class RuleMark:
    """A value at which a rule decides, and its name."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class DrawnMark:
    """A mark in its place; its name is written at `baseline`, towards the side where there is room."""

    x: float
    baseline: float
    text: str
    anchor: str
    text_x: float


@dataclass(frozen=True, kw_only=True)
class DrawnHistogram(Drawing):
    """Boxes of both kinds, ticks and marks in their places."""

    template: ClassVar[str] = "charts/histogram.svg"

    boxes: tuple[list[Box], list[Box]]
    marks: list[DrawnMark]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    x_label: str
    left: float
    right: float
    top: float
    floor: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """Definition of a histogram.

    Attributes
    ----------
    name, title : str
    x_label : str
        What is measured, with its unit.
    kinds : tuple of two str
        What is counted, such as copies and others.
    """

    name: str
    title: str
    x_label: str
    kinds: tuple[str, str]

    def draw(
        self,
        edges: Sequence[float],
        counts: tuple[Sequence[int], Sequence[int]],
        marks: Sequence[RuleMark],
        summary: str,
    ) -> DrawnHistogram:
        """Draw the counts of both kinds in the bins between `edges`; each line up is ten times as many."""
        most = max((*counts[0], *counts[1], 1))
        top, floor = TOP + MARK_ROW * len(marks), HEIGHT - BOTTOM
        x, y = Linear(edges[0], edges[-1], LEFT, WIDTH - RIGHT), Logarithmic(most, floor, top)
        return DrawnHistogram(
            name=self.name,
            title=self.title,
            summary=summary,
            table=_table(self, edges, counts),
            height=HEIGHT,
            legend=self.kinds,
            boxes=(_boxes(edges, counts[0], x, y, 0), _boxes(edges, counts[1], x, y, 1)),
            marks=[_mark(mark, place, x) for place, mark in enumerate(marks)],
            x_ticks=[Tick(x(value), f"{value:g}") for value in round_ticks(edges[0], edges[-1])],
            y_ticks=[Tick(y(value), compact(value)) for value in powers_of_ten(most)],
            x_label=self.x_label,
            left=LEFT,
            right=WIDTH - RIGHT,
            top=top,
            floor=floor,
        )


def _boxes(edges: Sequence[float], counts: Sequence[int], x: Linear, y: Logarithmic, side: int) -> list[Box]:
    """Stand the bars of one kind in the left or the right half of their bins."""
    boxes = []
    for (low, high), count in zip(pairwise(edges), counts, strict=True):
        half = (x(high) - x(low)) / 2
        if count:
            height = max(1.0, round(y.start - y(count), 1))
            boxes.append(
                Box(round(x(low) + side * half + 0.4, 1), y.start - height, round(half - 0.8, 1), height)
            )
    return boxes


def _mark(mark: RuleMark, place: int, x: Linear) -> DrawnMark:
    at, width = x(mark.value), len(mark.text) * CHARACTER
    leftwards = at + width + 4 > x.stop
    return DrawnMark(
        x=at,
        baseline=TOP + MARK_ROW * place + 8,
        text=mark.text,
        anchor="end" if leftwards else "start",
        text_x=at - 4 if leftwards else at + 4,
    )


def _table(chart: Histogram, edges: Sequence[float], counts: tuple[Sequence[int], Sequence[int]]) -> Table:
    rows: list[tuple[str | int, ...]] = [
        (f"{low:g} – {high:g}", first, second)
        for (low, high), first, second in zip(pairwise(edges), *counts, strict=True)
        if first or second
    ]
    return Table((chart.x_label, *chart.kinds), rows)
