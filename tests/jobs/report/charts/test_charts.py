"""Every chart: nothing leaves its view box, and its numbers stand beside it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jobs.report.charts import Bars, Columns, Histogram, Line, Matrix, RuleMark, Strip
from jobs.report.charts.drawing import Box, Drawing, shortened
from jobs.report.charts.matrix import shade

COUNTS = st.integers(0, 10**7)


def inside(drawing: Drawing, boxes: list[Box]) -> bool:
    """Say whether all boxes lie in the view box and have a height that is not negative."""
    return all(
        box.x >= -0.5
        and box.y >= -0.5
        and box.width >= 0
        and box.height >= 0
        and box.x + box.width <= drawing.width + 0.5
        and box.y + box.height <= drawing.height + 0.5
        for box in boxes
    )


@given(st.lists(st.tuples(st.text(max_size=60), COUNTS), max_size=12))
def test_bars_stay_inside_and_keep_their_order(values: list[tuple[str, int]]) -> None:
    drawing = Bars("bars", "Bars", "row", "things").draw([(name, n, f"{n:,}") for name, n in values], "")
    assert inside(drawing, [bar.box for bar in drawing.bars])
    widths = dict(zip([n for _, n in values], [bar.box.width for bar in drawing.bars], strict=True))
    assert [widths[n] for n in sorted(widths)] == sorted(widths.values())
    assert [row[0] for row in drawing.table.rows] == [name for name, _ in values]


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=2, max_size=40), st.lists(st.floats(0, 1), max_size=2))
def test_a_histogram_stays_inside_whatever_is_counted(
    counts: list[tuple[int, int]], marks: list[float]
) -> None:
    edges = [step / len(counts) for step in range(len(counts) + 1)]
    first, second = ([pair[side] for pair in counts] for side in (0, 1))
    drawing = Histogram("h", "Histogram", "likeness", ("copies", "others")).draw(
        edges, (first, second), [RuleMark(mark, "from here") for mark in marks], ""
    )
    assert inside(drawing, [*drawing.boxes[0], *drawing.boxes[1]])
    assert len(drawing.boxes[0]) == sum(n > 0 for n in first)
    assert all(drawing.left <= mark.x <= drawing.right for mark in drawing.marks)
    assert sum(row[1] for row in drawing.table.rows) == sum(first)


def test_a_mark_near_the_right_edge_is_named_towards_the_left() -> None:
    drawing = Histogram("h", "Histogram", "likeness", ("copies", "others")).draw(
        [0, 0.5, 1],
        ([1, 2], [3, 4]),
        [RuleMark(0.2, "a copy from here"), RuleMark(0.95, "a copy from here")],
        "",
    )
    assert [mark.anchor for mark in drawing.marks] == ["start", "end"]


@given(st.lists(COUNTS, min_size=1, max_size=400))
def test_columns_stay_inside_and_the_part_at_the_foot_of_the_whole(counts: list[int]) -> None:
    drawing = Columns("days", "Days", "day", ("articles", "new"), ("new", "copies")).draw(
        [(str(place), n, n // 2) for place, n in enumerate(counts)], ""
    )
    assert inside(drawing, [*drawing.boxes, *drawing.part_boxes])
    assert all(
        abs(box.y + box.height - drawing.floor) < 0.11 for box in [*drawing.boxes, *drawing.part_boxes]
    )
    assert 1 <= len(drawing.x_ticks) <= 3


@given(st.lists(COUNTS, min_size=2, max_size=12))
def test_a_line_runs_from_left_to_right_through_every_cut(counts: list[int]) -> None:
    cuts = [0.7 + step / 100 for step in range(len(counts))]
    drawing = Line("line", "Line", "cut", "stories").draw(list(zip(cuts, counts, strict=True)), cuts[1], "")
    assert [point.chosen for point in drawing.points] == [cut == cuts[1] for cut in cuts]
    assert all(one.x < other.x for one, other in pairwise(drawing.points))
    assert all(drawing.top - 0.1 <= point.y <= drawing.floor for point in drawing.points)


def test_a_matrix_has_a_cell_for_every_two_outlets_and_is_shaded_by_count() -> None:
    drawing = Matrix("m", "Matrix", "original at", "copy at").draw(
        ["a", "b", "a very long name of an outlet indeed"], {("a", "b"): 1200, ("b", "a"): 3}, ""
    )
    assert [cell.text for cell in drawing.cells] == ["", "1.2k", "", "3", "", "", "", "", ""]
    assert [cell.shade for cell in drawing.cells][:4] == [0, 5, 0, 1]
    assert drawing.row_names[2].text.endswith("…")
    assert drawing.table.rows[0] == ("a", 0, 1200, 0)


@given(COUNTS, COUNTS)
def test_a_larger_count_is_never_lighter(one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert shade(small, max(large, 1)) <= shade(large, max(large, 1)) <= 5


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=600))
def test_a_strip_stays_inside_however_many_days_there_are(counts: list[int]) -> None:
    drawing = Strip("s", "Over time", "day").draw([(str(day), n, n) for day, n in enumerate(counts)], "")
    assert inside(drawing, [*drawing.boxes, *drawing.distinct_boxes])
    assert (drawing.first, drawing.last) == ("0", str(len(counts) - 1))


def test_a_name_that_fits_is_kept() -> None:
    assert shortened("harbour.example", 200) == "harbour.example"
    assert shortened("harbour.example", 64) == "harbour.e…"
