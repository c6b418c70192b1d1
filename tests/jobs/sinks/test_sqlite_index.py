"""The SQLite index holds the rows of the feed and finds articles without their copies."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from dedup.errors import CannotWriteError, NewsdedupError, StateLockedError
from jobs.feed import feed
from jobs.ledger.ledger import Ledger
from jobs.sinks.opening import open_sink
from jobs.sinks.sqlite_index import SqliteIndex
from tests.jobs.sinks import consumers
from tests.jobs.sinks.histories import HOSTILE, Place, Step, add_generation, export, make_state

FIRST = {id_: Place("one", HOSTILE[0], 1) for id_ in HOSTILE} | {"alone": Place("two")}
SECOND = {id_: Place("two", None, 2) for id_ in HOSTILE[1:]} | {"alone": Place("two")}


def follow(state: Path, index: Path, since: int | None = None) -> None:
    with open_sink(f"sqlite:{index}") as sink:
        feed(state, sink, since=since)


def searchable(index: Path) -> dict[str, str]:
    """Give the texts one can find, by article id."""
    with sqlite3.connect(index) as connection:
        rows = connection.execute(
            "SELECT a.article_id, s.title FROM article_search s LEFT JOIN articles a ON a.row = s.rowid"
        ).fetchall()
    connection.close()
    return dict(rows)


def test_copies_are_searched_and_texts_follow_their_articles(tmp_path: Path) -> None:
    state, index = make_state(tmp_path / "state", [FIRST]), tmp_path / "news.db"
    follow(state, index)
    assert set(searchable(index)) == set(FIRST)
    with Ledger.open(state, write=True) as ledger:
        add_generation(ledger, Step(FIRST, SECOND))
    follow(state, index)
    assert set(searchable(index)) == set(SECOND)
    assert "Title 2 of 塔\u200b利\u200b班" in searchable(index)["塔利班"]


def test_the_full_text_tables_are_sound(tmp_path: Path) -> None:
    state, index = make_state(tmp_path / "state", [FIRST, SECOND, FIRST]), tmp_path / "news.db"
    for since in (None, 1, 2, 0):
        follow(state, index, since)
        with sqlite3.connect(index) as connection:
            for table in ("article_search", "story_search"):
                connection.execute(f"INSERT INTO {table}({table}) VALUES('integrity-check')")
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
        assert consumers.in_sqlite(index) == consumers.as_columns(export(state))


def test_an_article_that_only_moved_is_not_indexed_again(tmp_path: Path) -> None:
    moved = {id_: place._replace(story="three") for id_, place in FIRST.items()}
    state, index = make_state(tmp_path / "state", [FIRST, moved]), tmp_path / "news.db"
    follow(state, index)
    said: list[str] = []
    with SqliteIndex(index) as sink:
        sink._connection.set_trace_callback(said.append)
        feed(state, sink, since=1)
    assert any(line.startswith("INSERT INTO articles(") for line in said)
    assert not any("article_search" in line for line in said)


def test_a_reader_sees_the_old_generation_until_the_new_one_is_whole(tmp_path: Path) -> None:
    state, index = make_state(tmp_path / "state", [FIRST]), tmp_path / "news.db"
    follow(state, index)
    before = consumers.in_sqlite(index)
    with Ledger.open(state, write=True) as ledger:
        add_generation(ledger, Step(FIRST, SECOND))
    seen = []
    with SqliteIndex(index) as sink:
        mark = sink._read_cursor
        sink._read_cursor = lambda: seen.append(consumers.in_sqlite(index)) or mark()
        feed(state, sink)
    assert seen == [before]
    assert consumers.in_sqlite(index) == consumers.as_columns(export(state))


def test_a_second_feed_notices_the_first(tmp_path: Path) -> None:
    state, index = make_state(tmp_path / "state", [FIRST, SECOND]), tmp_path / "news.db"
    with SqliteIndex(index) as late:
        follow(state, index)
        with pytest.raises(StateLockedError, match="another feed"):
            feed(state, late)


@pytest.mark.parametrize("table", ["feed", "stories", "article_search"])
def test_an_index_that_lost_a_table_is_said_to_be_none(table: str, tmp_path: Path) -> None:
    state, index = make_state(tmp_path / "state", [FIRST]), tmp_path / "news.db"
    follow(state, index)
    with sqlite3.connect(index) as connection:
        connection.execute(f"DROP TABLE {table}")
    connection.close()
    with pytest.raises(CannotWriteError, match="is no index of a feed any more; move it away"):
        follow(state, index)


def first_feed(state: Path, index: Path, gate: Any, codes: Any) -> None:
    gate.wait()
    try:
        follow(state, index)
        codes.put(0)
    except NewsdedupError as error:
        codes.put(error.exit_code)


def test_of_several_first_feeds_none_finds_a_half_made_file(tmp_path: Path) -> None:
    state, processes = make_state(tmp_path / "state", [FIRST]), multiprocessing.get_context("fork")
    for attempt in range(5):
        gate, codes = processes.Barrier(4), processes.Queue()
        index = tmp_path / f"{attempt}.db"
        feeds = [processes.Process(target=first_feed, args=(state, index, gate, codes)) for _ in range(4)]
        for one in feeds:
            one.start()
        ended = sorted(codes.get(timeout=60) for _ in feeds)
        for one in feeds:
            one.join()
        assert ended[0] == 0
        assert set(ended) <= {0, StateLockedError.exit_code}
        assert consumers.in_sqlite(index) == consumers.as_columns(export(state))


def test_another_kind_of_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text(
        "my notes, which are long enough to be read as a header of a database …" * 20
    )
    with pytest.raises(CannotWriteError, match="not a database"):
        SqliteIndex(tmp_path / "notes")
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE mine(a)")
    connection.close()
    with pytest.raises(CannotWriteError, match="another database"):
        SqliteIndex(tmp_path / "other.db")
    with pytest.raises(CannotWriteError, match="unable to open"):
        SqliteIndex(tmp_path / "missing" / "news.db")
