"""The full lists."""

from __future__ import annotations

import csv

import pyarrow.parquet as pq
import pytest

from jobs.audit import Audit
from jobs.report.tables import MEANINGS


@pytest.mark.parametrize("name", MEANINGS)
def test_both_files_hold_the_table(name: str, sample_audit: Audit) -> None:
    table = sample_audit.tables[name]
    assert pq.read_table(sample_audit.folder / f"{name}.parquet").equals(table)
    with (sample_audit.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == table.column_names
    assert len(rows) - 1 == table.num_rows


def test_no_article_is_missing_and_one_text_a_group_is_kept(sample_audit: Audit) -> None:
    table = sample_audit.tables["articles"]
    assert table["article_id"].to_pylist() == [line.article_id for line in sample_audit.found.assignments]
    assert table["kept"].to_pylist() == [
        line.relation in {None, "original"} for line in sample_audit.found.assignments
    ]


def test_copies_name_both_articles(sample_audit: Audit) -> None:
    by_id = {row["article_id"]: row for row in sample_audit.tables["articles"].to_pylist()}
    copies = sample_audit.tables["copies"].to_pylist()
    assert len(copies) == sample_audit.report.overview.copies > 0
    for row in copies:
        copy, original = by_id[row["copy_id"]], by_id[row["original_id"]]
        assert row["copy_headline"] == copy["headline"]
        assert row["original_outlet"] == original["outlet"]
        assert row["original_published"] == original["published"]
        assert copy["original_id"] == row["original_id"]
        assert row["reason"]
        if row["delay_seconds"] is not None:
            assert row["delay_seconds"] > 0


def test_stories_and_events_fit_together(sample_audit: Audit) -> None:
    stories = {row["story_id"]: row for row in sample_audit.tables["stories"].to_pylist()}
    events = sample_audit.tables["events"].to_pylist()
    for story in stories.values():
        own = [event for event in events if event["story_id"] == story["story_id"]]
        assert len(own) == story["events"]
        assert sum(event["articles"] for event in own) == story["articles"]
    assert {event["story_id"] for event in events} == set(stories)


def test_data_frames_come_of_them_where_pandas_is_installed(sample_audit: Audit) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    assert len(sample_audit.tables["outlets"].to_pandas()) == sample_audit.tables["outlets"].num_rows
