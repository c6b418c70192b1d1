"""A line through points, with the chosen one marked: how something moves with a cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jobs.report.charts.drawing import WIDTH, Drawing, Table, Tick
from jobs.report.charts.scales import Linear, compact, count_ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 190, 42, 22, 22, 40


@dataclass(frozen=True, slots=True)
class Point:
    """A drawn point; the chosen one is larger."""

    x: float
    y: float
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class DrawnLine(Drawing):
    """The line and its ticks; `chosen` is the place of the mark, None where nothing is chosen."""

    template: ClassVar[str] = "charts/line.svg"

    points: list[Point]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    chosen: float | None
    x_label: str
    left: float
    right: float
    top: float
    floor: float


@dataclass(frozen=True, slots=True)
class Line:
    """Definition of a line.

    Attributes
    ----------
    name, title : str
    x_label, counted : str
        What moves, and what is counted.
    """

    name: str
    title: str
    x_label: str
    counted: str

    def draw(self, values: Sequence[tuple[float, int]], chosen: float, summary: str) -> DrawnLine:
        """Draw counts over values in rising order; the vertical axis begins at nothing."""
        floor, most = HEIGHT - BOTTOM, max((count for _, count in values), default=1)
        first, last = (values[0][0], values[-1][0]) if values else (0.0, 1.0)
        x, y = Linear(first, last, LEFT, WIDTH - RIGHT), Linear(0, max(1, most), floor, TOP)
        shown = [value for value, _ in values][:: max(1, len(values) // 5)]
        return DrawnLine(
            name=self.name,
            title=self.title,
            summary=summary,
            table=Table((self.x_label, self.counted), [(f"{value:g}", count) for value, count in values]),
            height=HEIGHT,
            points=[Point(x(value), y(count), abs(value - chosen) < 1e-9) for value, count in values],
            x_ticks=[Tick(x(value), f"{value:g}") for value in shown],
            y_ticks=[Tick(y(value), compact(value)) for value in count_ticks(most)],
            chosen=x(chosen) if first <= chosen <= last else None,
            x_label=self.x_label,
            left=LEFT,
            right=WIDTH - RIGHT,
            top=TOP,
            floor=floor,
        )
