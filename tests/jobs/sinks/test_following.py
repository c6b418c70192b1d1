"""Whoever follows the feed, in whatever steps, holds what the state holds."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from jobs.feed import feed
from jobs.ledger.ledger import Ledger
from jobs.ledger.rows import Change
from jobs.sinks.opening import open_sink
from jobs.sinks.sink import Generation
from tests.jobs.sinks import consumers
from tests.jobs.sinks.histories import Step, World, add_generation, export, make_state
from tests.jobs.sinks.worlds import worlds

#: Histories of the long proof; a thousand take a quarter of an hour.
HISTORIES = int(os.environ.get("NEWSDEDUP_HISTORIES", "150"))


class Broken(Exception):
    """Stands for whatever stops a feed."""


def broken_off(generation: Generation, after: int) -> Generation:
    """Let a generation break off after some of its changes."""

    def changes() -> Iterator[Change]:
        for number, change in enumerate(generation.changes):
            if number == after:
                raise Broken
            yield change
        raise Broken

    return Generation(generation.commit, changes())


class Following(RuleBasedStateMachine):
    """A state that moves on, and a consumer for each sink that needs no server."""

    READ: ClassVar[dict[str, Callable[[Path], consumers.Held]]] = {
        "jsonl": consumers.in_json_lines,
        "parquet": consumers.in_parquet,
        "es-bulk": consumers.in_cluster,
        "sqlite": consumers.in_sqlite,
    }

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="nd-feed-"))
        self.state = self.folder / "state"
        self.world: World = {}
        self.generation = 0
        self.exports = {0: consumers.nothing()}

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @initialize(world=worlds())
    def first_run(self, world: World) -> None:
        self.run(world)

    @rule(world=worlds())
    def run(self, world: World) -> None:
        with Ledger.open(self.state, create=True) as ledger:
            add_generation(ledger, Step(self.world, world))
        self.world = world
        self.generation += 1
        self.exports[self.generation] = consumers.as_columns(export(self.state))

    def place(self, kind: str) -> Path:
        return self.folder / kind

    @rule(kind=st.sampled_from(sorted(READ)))
    def follow(self, kind: str) -> None:
        with open_sink(f"{kind}:{self.place(kind)}") as sink:
            feed(self.state, sink)
            assert sink.wants_text == (kind == "sqlite")
        assert self.READ[kind](self.place(kind)) == self.exports[self.generation]

    @rule(kind=st.sampled_from(sorted(READ)), back=st.integers(0, 3))
    def replay(self, kind: str, back: int) -> None:
        """Any suffix, twice."""
        for _ in range(2):
            with open_sink(f"{kind}:{self.place(kind)}") as sink:
                held = sink.cursor()
                feed(self.state, sink, since=max(0, held.generation - back) if held else 0)
        assert self.READ[kind](self.place(kind)) == self.exports[self.generation]

    @rule(kind=st.sampled_from(sorted(READ)), back=st.integers(0, 2), after=st.integers(0, 12))
    def break_off(self, kind: str, back: int, after: int) -> None:
        """What a broken feed leaves is some generation, whole; the others follow at the next feed."""
        with open_sink(f"{kind}:{self.place(kind)}") as sink:
            held = sink.cursor()
            write = sink.write
            sink.write = lambda generation: write(broken_off(generation, after))
            with contextlib.suppress(Broken):
                feed(self.state, sink, since=max(0, held.generation - back) if held else None)
        assert self.READ[kind](self.place(kind)) in self.exports.values()


Following.TestCase.settings = settings(
    max_examples=10, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
)
TestFollowing = Following.TestCase


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=st.lists(worlds(), min_size=1, max_size=5), data=st.data())
def test_postgres_follows_too(postgres: str, history: list[World], data: st.DataObject) -> None:
    check_in_postgres(postgres, history, data)


def check_in_postgres(postgres: str, history: list[World], data: st.DataObject) -> None:
    """Feed a history in two steps, then replay a suffix twice, each sometimes broken off."""
    with tempfile.TemporaryDirectory(prefix="nd-feed-") as folder:
        state = make_state(Path(folder) / "state", history[:1])
        schema = f"s{Path(folder).name.lower()}".replace("-", "_")
        with open_sink(postgres, name=schema) as sink:
            feed(state, sink)
        with Ledger.open(state, write=True) as ledger:
            for before, after in pairwise(history):
                add_generation(ledger, Step(before, after))
        suffix = data.draw(st.integers(0, len(history)))
        for since in (None, suffix, suffix):
            with open_sink(postgres, name=schema) as sink:
                feed(state, sink, since=since)
            assert consumers.in_postgres(postgres, schema) == consumers.as_columns(export(state))


@pytest.mark.slow
@settings(max_examples=HISTORIES // 4, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=st.lists(worlds(), min_size=1, max_size=6), data=st.data())
def test_postgres_follows_many_histories(postgres: str, history: list[World], data: st.DataObject) -> None:
    check_in_postgres(postgres, history, data)


class FollowingLong(Following):
    """The same, over many histories."""


FollowingLong.TestCase.settings = settings(
    max_examples=HISTORIES, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestFollowingLong = pytest.mark.slow(FollowingLong.TestCase)
