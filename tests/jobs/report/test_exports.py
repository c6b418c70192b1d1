"""Parquet and CSV."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jobs.report.exports import write_csv, write_parquet

DANGEROUS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    " =1",
    "＝1",
    "＋1",
    "－1",
    "＠A1",
)


def csv_rows(table: pa.Table) -> list[list[str]]:
    out = io.BytesIO()
    write_csv(table, out)
    return list(csv.reader(io.StringIO(out.getvalue().decode(), newline="")))


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert csv_rows(pa.table({"headline": [text]}))[1] == ["'" + text]


def test_numbers_stay_numbers() -> None:
    table = pa.table(
        {"margin": [-0.25], "delay": pa.array([-3]), "told": [True], "none": pa.array([None], pa.int64())}
    )
    assert csv_rows(table)[1] == ["-0.25", "-3", "true", ""]


@example(["\x85=1", "\u200b=1"])
@given(st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")), min_size=1))
def test_cells_come_back_as_they_were_but_for_the_quote(texts: list[str]) -> None:
    rows = csv_rows(pa.table({"id": list(range(len(texts))), "text": texts}))[1:]
    for text, (_, cell) in zip(texts, rows, strict=True):
        assert cell in {text, "'" + text}
        assert not cell.lstrip().startswith(("=", "+", "-", "@"))


def test_parquet_keeps_types_and_texts(tmp_path) -> None:
    moment = datetime(2021, 5, 1, 8, tzinfo=UTC)
    table = pa.table({"headline": ["=1+1"], "at": pa.array([moment], pa.timestamp("s", "UTC")), "n": [1]})
    with (tmp_path / "x.parquet").open("wb") as file:
        write_parquet(table, file)
    assert pq.read_table(tmp_path / "x.parquet").to_pylist() == [{"headline": "=1+1", "at": moment, "n": 1}]


def test_instants_read_as_in_the_result_files() -> None:
    table = pa.table(
        {"at": pa.array([datetime(2021, 5, 1, 8, tzinfo=UTC), None], pa.timestamp("s", "UTC")), "n": [1, 2]}
    )
    assert [row[0] for row in csv_rows(table)] == ["at", "2021-05-01T08:00:00Z", ""]
