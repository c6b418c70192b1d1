"""Readers beside a run: never half a generation, never a false alarm, and nobody waits long."""

from __future__ import annotations

import multiprocessing
import sqlite3
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from dedup.errors import StateLockedError
from jobs.ledger import database
from jobs.ledger.ledger import Ledger
from tests.jobs.ledger.factory import NOW, add, call_when_held_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_processes = multiprocessing.get_context("spawn")

RUNS = 12

#: Seconds after which a test has failed that waits for another thread.
LONG = 60


def _write(state: Path) -> None:
    """Make `RUNS` generations; generation g holds one story of g articles."""
    for number in range(1, RUNS + 1):
        with (
            Ledger.open(state, create=True) as ledger,
            ledger.commit(started=NOW + timedelta(hours=number)) as commit,
        ):
            add(commit, {"one": [f"a{k}" for k in range(number)]}, version=number)


def test_a_reader_sees_whole_generations_while_runs_go_on(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with Ledger.open(state, create=True) as ledger, ledger.commit(started=NOW) as commit:
        add(commit, {"one": ["a0"]})
    writer = _processes.Process(target=_write, args=(state,))
    writer.start()
    seen = set()
    while writer.is_alive():
        with Ledger.open(state) as ledger, ledger.reading():
            generation = ledger.generation
            articles = ledger.article_columns().ids
            story = ledger.stories()["story-one"]
        assert story.article_count == len(articles) == max(1, generation - 1)
        seen.add(generation)
    writer.join()
    assert writer.exitcode == 0
    assert len(seen) > 1
    with Ledger.open(state) as ledger:
        assert ledger.generation == RUNS + 1


def test_a_slow_consumer_of_the_log_keeps_no_run_waiting(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with Ledger.open(state, create=True) as ledger, ledger.commit(started=NOW) as commit:
        add(commit, {f"s{k}": [f"a{k}"] for k in range(50)})
    with Ledger.open(state) as reader:
        changes = reader.changes(0)
        first = next(changes)
        begun = time.monotonic()
        with Ledger.open(state, write=True) as ledger, ledger.commit(started=NOW) as commit:
            add(commit, {"more": ["b"]})
        assert time.monotonic() - begun < 30  # a reader in its way would cost a minute
        told = [first, *changes]
        assert {change.generation for change in told} == {1}
        assert len(told) == 100


@contextmanager
def _held(state: Path) -> Iterator[Callable[[], None]]:
    """Let a reader hold the state until what is given is called, or the block ends."""
    begun, enough = threading.Event(), threading.Event()

    def hold() -> None:
        with Ledger.open(state) as reader, reader.reading():
            assert reader.generation == 1
            begun.set()
            enough.wait(LONG)

    reader = threading.Thread(target=hold)
    reader.start()
    try:
        assert begun.wait(LONG)
        yield enough.set
    finally:
        enough.set()
        reader.join()


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a state of one generation, over which SQLite itself waits for nobody."""
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.05)
    with Ledger.open(tmp_path / "state", create=True) as ledger, ledger.commit(started=NOW) as commit:
        add(commit, {"one": ["a"]})
    return tmp_path / "state"


def test_a_commit_outlasts_a_reader_that_is_in_its_way(state: Path) -> None:
    with _held(state) as let_go, Ledger.open(state, write=True) as ledger:
        held_up = threading.Event()
        call_when_held_up(ledger, lambda: (held_up.set(), let_go()))
        with ledger.commit(started=NOW) as commit:
            add(commit, {"two": ["b"]})
        assert held_up.is_set()
        assert ledger.generation == 2


def test_a_commit_is_given_up_where_a_reader_stays_in_its_way(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "COMMIT_SECONDS", 0.0)
    with _held(state) as let_go, Ledger.open(state, write=True) as ledger:
        with pytest.raises(StateLockedError), ledger.commit(started=NOW) as commit:
            add(commit, {"two": ["b"]})
        let_go()
        assert ledger.generation == 1


def test_closing_one_reader_leaves_the_locks_of_another(tmp_path: Path) -> None:
    """POSIX would drop them all; two handles in one process share what must not be closed early."""
    state = tmp_path / "state"
    with Ledger.open(state, create=True) as ledger, ledger.commit(started=NOW) as commit:
        add(commit, {"one": ["a"]})
    with Ledger.open(state) as reader, reader.reading():
        assert reader.generation == 1
        Ledger.open(state).close()
        tried = _processes.Process(target=_try_to_write, args=(state,))
        tried.start()
        tried.join()
        assert tried.exitcode == 3  # the read lock held


def _try_to_write(state: Path) -> None:
    connection = sqlite3.connect(state / "ledger.sqlite", timeout=0.1, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        sys.exit(3)
