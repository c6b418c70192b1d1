"""A strip of time: when a story was written about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jobs.report.charts.drawing import Box, Drawing, Table
from jobs.report.charts.scales import Linear

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 600, 36
#: Thinnest column, so that one day of a year is still seen.
THINNEST = 2.0


@dataclass(frozen=True, kw_only=True)
class DrawnStrip(Drawing):
    """Columns of steps of time; the darker part at the foot is what was no copy."""

    template: ClassVar[str] = "charts/strip.svg"

    boxes: list[Box]
    distinct_boxes: list[Box]
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Definition of a strip, one for each story; `unit` is the length of a step."""

    name: str
    title: str
    unit: str

    def draw(self, steps: Sequence[tuple[str, int, int]], summary: str) -> DrawnStrip:
        """Draw ``(start, articles, distinct texts)`` of steps of equal length, the empty ones included."""
        most = max((count for _, count, _ in steps), default=0)
        x, y = Linear(0, max(1, len(steps)), 0, WIDTH), Linear(0, max(1, most), HEIGHT - 1, 2)
        width = max(THINNEST, round(x(1) - x(0) - 0.6, 1))

        def box(place: int, count: int) -> Box:
            return Box(min(x(place), WIDTH - width), y(count), width, round(y.start - y(count), 1))

        return DrawnStrip(
            name=self.name,
            title=self.title,
            summary=summary,
            table=Table((self.unit, "articles", "distinct texts"), [step for step in steps if step[1]]),
            width=WIDTH,
            height=HEIGHT,
            boxes=[box(place, articles) for place, (_, articles, _) in enumerate(steps) if articles],
            distinct_boxes=[box(place, distinct) for place, (_, _, distinct) in enumerate(steps) if distinct],
            first=steps[0][0],
            last=steps[-1][0],
        )
