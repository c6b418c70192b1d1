"""The ledger: what is committed is there for every reader, and nothing else."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dedup.errors import CannotWriteError, DamagedStateError, NoInputError
from jobs.ledger.check import check_tables
from jobs.ledger.ledger import Ledger
from jobs.ledger.rows import ArticleRow
from jobs.ledger.seal import read_seal
from tests.jobs.ledger.factory import NOW, add, story, text_of, two_generations

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_a_generation_is_read_back_as_it_was_put(state: Path) -> None:
    with Ledger.open(state, create=True) as ledger:
        two_generations(ledger)
    with Ledger.open(state) as ledger:
        assert ledger.generation == 2
        assert sorted(ledger.stories()) == ["story-election", "story-football", "story-harbour"]
        assert ledger.article_columns(events=["event-harbour"]).ids == ["a", "b", "c"]
        assert ledger.article_columns(ids=["b", "x"], events=["event-harbour"]).ids == ["a", "b", "c"]
        assert ledger.texts(["c", "unknown"]) == {"c": text_of("c")}
        assert ledger.texts(["f", "a"], "title") == {"a": "Title of a", "f": "Title of f"}
        check_tables(ledger)


def test_changes_come_by_generation_kind_and_id_with_deletes_first(state: Path) -> None:
    with Ledger.open(state, create=True) as ledger:
        two_generations(ledger)
        with ledger.commit(started=NOW) as commit:
            rows = ledger.article_rows(["d"])
            commit.put_articles([_withdrawn(rows["d"])])
            commit.drop_stories(["story-football"])
            commit.drop_events(["event-football"])
            add(commit, {"election": ["e", "f", "g"]})
        changes = [(c.sequence, c.op, c.kind, c.id) for c in ledger.changes(2)]
        assert ledger.is_spent("story-football")
        assert not ledger.is_spent("story-chess")
        check_tables(ledger)
    assert changes == [
        (1, "delete", "story", "story-football"),
        (2, "delete", "article", "d"),
        (3, "upsert", "story", "story-election"),
        (4, "upsert", "article", "g"),
    ]


def _withdrawn(row: ArticleRow) -> ArticleRow:
    return ArticleRow(
        article_id=row.article_id,
        status="withdrawn",
        digest=row.digest,
        segment=None,
        row=None,
        placed_at=row.placed_at,
    )


def test_what_is_put_again_as_it_was_is_no_change(state: Path) -> None:
    with Ledger.open(state, create=True) as ledger:
        two_generations(ledger)
        with ledger.commit(started=NOW) as commit:
            commit.put_stories([story("election", ["e", "f"])])
            commit.put_articles(ledger.article_rows().values())
        assert list(ledger.changes(2)) == []
        assert ledger.generations(2)[0].counts["article"] == {"upsert": 0, "delete": 0}


def test_a_block_that_fails_leaves_the_generation_and_no_files(state: Path) -> None:
    with Ledger.open(state, create=True) as ledger:
        two_generations(ledger)
        files = sorted(state.rglob("*"))
        with pytest.raises(ZeroDivisionError), ledger.commit(started=NOW) as commit:
            add(commit, {"other": ["x"]})
            raise ZeroDivisionError
        assert ledger.generation == 2
        assert sorted(state.rglob("*")) == files
        check_tables(ledger)


def test_a_signal_behind_the_commit_waits_for_the_seal(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seal, before = Ledger.seal, signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    def stopped(ledger: Ledger) -> None:
        signal.raise_signal(signal.SIGTERM)
        seal(ledger)

    try:
        with Ledger.open(state, create=True) as ledger:
            monkeypatch.setattr(Ledger, "seal", stopped)
            with pytest.raises(SystemExit, match="143"):
                two_generations(ledger)
    finally:
        signal.signal(signal.SIGTERM, before)
    found = read_seal(state / "ledger.seal")
    assert found is not None
    with Ledger.open(state) as ledger:
        assert ledger.generation == found.generation == 1


def test_arrays_are_read_back_with_their_types_and_shapes(state: Path) -> None:
    arrays = {
        "counts": np.arange(6, dtype=np.uint16).reshape(2, 3),
        "none": np.zeros((0, 4), np.float32),
        "one": np.array(7, np.int64),
        "words": np.array(["a", "bcd"]),
    }
    with Ledger.open(state, create=True) as ledger:
        with ledger.commit(started=NOW) as commit:
            commit.write_arrays("memory", arrays)
        with ledger.commit(started=NOW) as commit:
            commit.write_arrays("memory", {"counts": np.zeros(1)})
        first, second = ledger.read_arrays("memory")
        assert list(first) == list(arrays)
        for name, array in arrays.items():
            assert first[name].dtype == array.dtype
            np.testing.assert_array_equal(first[name], array)
        with ledger.commit(started=NOW) as commit:
            commit.write_arrays("memory", {"counts": second["counts"]}, replace=True)
        assert len(ledger.read_arrays("memory")) == 1


def test_equal_arrays_written_twice_are_there_twice(state: Path) -> None:
    with Ledger.open(state, create=True) as ledger:
        with ledger.commit(started=NOW) as commit:
            commit.write_arrays("memory", {"a": np.arange(3)})
            commit.write_arrays("memory", {"a": np.arange(3)})
        assert [arrays["a"].tolist() for arrays in ledger.read_arrays("memory")] == [[0, 1, 2], [0, 1, 2]]
        with ledger.commit(started=NOW) as commit:
            commit.write_arrays("memory", {"a": np.arange(4)}, replace=True)
        assert [arrays["a"].tolist() for arrays in ledger.read_arrays("memory")] == [[0, 1, 2, 3]]
        check_tables(ledger)


def test_a_reader_asks_for_a_state_that_exists(state: Path) -> None:
    with pytest.raises(NoInputError, match="there is no state here"):
        Ledger.open(state)
    assert not state.exists()


def test_a_segment_that_is_not_what_was_written_is_named(state: Path) -> None:
    with Ledger.open(state, create=True) as ledger:
        two_generations(ledger)
    name = next((state / "segments").glob("*-articles-*"))
    content = bytearray(name.read_bytes())
    content[-70] ^= 4
    name.write_bytes(content)
    with Ledger.open(state) as ledger, pytest.raises(DamagedStateError, match=name.name):
        ledger.texts(ledger.article_columns().ids)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWriteError, match="cannot make the state folder"):
        Ledger.open(tmp_path / "file" / "state", create=True)
