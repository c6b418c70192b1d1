"""A matrix of outlets: who took how many texts from whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jobs.report.charts.drawing import CHARACTER, Drawing, Table, shortened
from jobs.report.charts.scales import compact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CELL_WIDTH, CELL_HEIGHT = 44, 28
#: Most units that a name may take.
NAMES = 150
#: The darkest shade; on the two darkest, letters are light.
SHADES = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; `shade` runs from 0, nothing, to `SHADES`, the largest count."""

    x: float
    y: float
    text: str
    shade: int


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a row or a column, and where it is written."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, kw_only=True)
class DrawnMatrix(Drawing):
    """Cells and names in their places."""

    template: ClassVar[str] = "charts/matrix.svg"

    cells: list[Cell]
    row_names: list[Name]
    column_names: list[Name]
    row_label: str
    column_label: str
    left: float
    top: float
    cell_width: float = CELL_WIDTH
    cell_height: float = CELL_HEIGHT


@dataclass(frozen=True, slots=True)
class Matrix:
    """Definition of a matrix.

    Attributes
    ----------
    name, title : str
    row_label, column_label : str
        What a row and a column stand for.
    """

    name: str
    title: str
    row_label: str
    column_label: str

    def draw(self, names: Sequence[str], counts: Mapping[tuple[str, str], int], summary: str) -> DrawnMatrix:
        """Draw the counts of ``(row name, column name)``; the diagonal is left empty where it has none."""
        room = min(NAMES, max((len(name) for name in names), default=0) * CHARACTER + 8)
        slant = room * 0.72  # names of columns lean at 45 degrees
        left, top = room + 26, slant + 22
        return DrawnMatrix(
            name=self.name,
            title=self.title,
            summary=summary,
            table=self._table(names, counts),
            width=round(left + CELL_WIDTH * len(names) + slant * 0.8, 1),
            height=round(top + CELL_HEIGHT * len(names) + 4, 1),
            cells=_cells(names, counts, left, top),
            row_names=[
                Name(left - 6, round(top + (row + 0.62) * CELL_HEIGHT, 1), shortened(name, room))
                for row, name in enumerate(names)
            ],
            column_names=[
                Name(round(left + (column + 0.4) * CELL_WIDTH, 1), round(top - 6, 1), shortened(name, room))
                for column, name in enumerate(names)
            ],
            row_label=self.row_label,
            column_label=self.column_label,
            left=left,
            top=top,
        )

    def _table(self, names: Sequence[str], counts: Mapping[tuple[str, str], int]) -> Table:
        rows: list[tuple[str | int, ...]] = [
            (row, *(counts.get((row, column), 0) for column in names)) for row in names
        ]
        return Table((f"{self.row_label} ↓ · {self.column_label} →", *names), rows)


def _cells(
    names: Sequence[str], counts: Mapping[tuple[str, str], int], left: float, top: float
) -> list[Cell]:
    most = max(counts.values(), default=0)
    cells = []
    for row, one in enumerate(names):
        for column, other in enumerate(names):
            count = counts.get((one, other), 0)
            x, y = round(left + column * CELL_WIDTH, 1), round(top + row * CELL_HEIGHT, 1)
            cells.append(Cell(x, y, compact(count) if count else "", shade(count, most)))
    return cells


def shade(count: int, most: int) -> int:
    """Give the shade of a count; its square root tells small counts apart that the largest would drown.

    Examples
    --------
    >>> [shade(count, 100) for count in (0, 1, 10, 50, 100)]
    [0, 1, 2, 4, 5]
    """
    return 0 if not count else min(SHADES, 1 + int((SHADES - 1) * (count / most) ** 0.5 + 1e-9))
