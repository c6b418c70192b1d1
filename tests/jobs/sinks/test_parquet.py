"""Parquet files have typed columns and come whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dedup.errors import DamagedStateError, StateLockedError
from jobs.feed import feed
from jobs.sinks.opening import open_sink
from tests.jobs.sinks import consumers
from tests.jobs.sinks.histories import HOSTILE, Place, export, make_state, text_of

FIRST = {id_: Place("one", HOSTILE[0], 1) for id_ in HOSTILE}
SECOND = {id_: Place("two", None, 2) for id_ in HOSTILE[1:]}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_state(tmp_path_factory.mktemp("state") / "state", [FIRST, SECOND, SECOND])


@pytest.fixture
def folder(state: Path, tmp_path: Path) -> Path:
    with open_sink(f"parquet:{tmp_path / 'out'}", with_text=True) as sink:
        feed(state, sink)
    return tmp_path / "out"


def test_a_generation_is_a_file_for_each_kind_that_changed(folder: Path) -> None:
    names = sorted(str(file.relative_to(folder)) for file in folder.rglob("*.*"))
    kinds = ("articles", "duplicate_groups", "stories")
    assert names == sorted(["commit.json", *(f"{kind}/0000000{n}.parquet" for kind in kinds for n in (1, 2))])


def test_columns_have_types(folder: Path) -> None:
    rows = {row["article_id"]: row for row in pq.read_table(folder / "articles/00000002.parquet").to_pylist()}
    changed, gone = rows[HOSTILE[3]], rows[HOSTILE[0]]
    assert changed["published_at"] == datetime(2020, 9, 13, 12, 26, 43, tzinfo=UTC)
    assert changed["text"] == text_of(HOSTILE[3], SECOND[HOSTILE[3]])
    assert (changed["generation"], changed["op"]) == (2, "upsert")
    assert {name for name, value in gone.items() if value is not None} == {"generation", "op", "article_id"}
    (story,) = (row for row in pq.read_table(folder / "stories/00000002.parquet").to_pylist() if row["label"])
    assert story["events"][0]["article_ids"] == sorted(SECOND)
    assert story["timeline"][0]["articles"] == len(SECOND)


def test_starting_over_removes_what_another_state_left(folder: Path, tmp_path: Path) -> None:
    other = make_state(tmp_path / "other", [{"a": Place("one")}])
    (folder / "articles" / "README.txt").write_text("mine")
    with open_sink(f"parquet:{folder}") as sink:
        feed(other, sink, since=0)
    assert consumers.in_parquet(folder) == consumers.as_columns(export(other))
    assert sorted(file.name for file in (folder / "articles").iterdir()) == ["00000001.parquet", "README.txt"]


def test_what_a_killed_feed_left_is_swept(folder: Path) -> None:
    left = folder / "articles" / ".00000004.parquet.tmp"
    left.write_bytes(b"PAR1")
    with open_sink(f"parquet:{folder}"):
        assert not left.exists()


def test_every_file_of_a_kind_has_the_same_columns(state: Path, folder: Path, tmp_path: Path) -> None:
    with open_sink(f"parquet:{tmp_path / 'plain'}") as sink:
        feed(state, sink)
    name = "articles/00000002.parquet"
    assert pq.read_schema(tmp_path / "plain" / name) == pq.read_schema(folder / name)
    assert pq.read_table(tmp_path / "plain" / name)["text"].null_count == len(FIRST)


def test_two_feeds_do_not_write_into_one_folder(folder: Path) -> None:
    with open_sink(f"parquet:{folder}"), pytest.raises(StateLockedError):
        open_sink(f"parquet:{folder}")


def test_a_damaged_commit_is_named(folder: Path) -> None:
    (folder / "commit.json").write_text("{")
    with pytest.raises(DamagedStateError, match=r"commit\.json"):
        open_sink(f"parquet:{folder}")
