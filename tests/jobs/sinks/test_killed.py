"""A feed that is killed anywhere leaves whole generations; the next one goes on without gap or double."""

from __future__ import annotations

import itertools
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jobs.feed import feed
from jobs.sinks.opening import open_sink
from tests.conftest import REPOSITORY
from tests.jobs.sinks import consumers
from tests.jobs.sinks.histories import Place, World, export, make_state

SMALL = {f"a{number}": Place("one") for number in range(40)}
LARGE = SMALL | {f"b{number}": Place(f"s{number % 50}") for number in range(1500)}
LAST: World = {id_: Place("moved", None, 1) for id_ in list(LARGE)[:700]}
#: Story, then articles of the first generation, and its end.
FIRST_CHANGES = 1 + len(SMALL) + 1

READ: dict[str, Callable[[Path], consumers.Held]] = {
    "jsonl": consumers.in_json_lines,
    "parquet": consumers.in_parquet,
    "es-bulk": consumers.in_cluster,
    "sqlite": consumers.in_sqlite,
}
#: Of many calls of one kind, one in so many is tried.
EVERY = {"sqlite": 7, "parquet": 2}
#: System calls at which a feed is killed, those that change a file or talk to a server; of many calls of one
#: kind, one in so many is tried.
CALLS = {
    "write": 1,
    "pwrite64": 11,
    "fsync": 1,
    "fdatasync": 1,
    "rename": 2,
    "ftruncate": 1,
    "unlink": 3,
    "sendto": 7,
}


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The same history after one, two and three generations."""
    folder = tmp_path_factory.mktemp("states")
    return [make_state(folder / str(n), [SMALL, LARGE, LAST][:n]) for n in (1, 2, 3)]


@pytest.fixture(scope="module")
def exports(states: list[Path]) -> list[consumers.Held]:
    """What there is to hold after each generation, and before the first."""
    return [consumers.nothing(), *(consumers.as_columns(export(state)) for state in states)]


def kill_at(state: Path, to: str, change: int) -> None:
    command = [sys.executable, "-m", "tests.jobs.sinks.killed", str(state), to, str(change)]
    assert subprocess.run(command, check=False, cwd=REPOSITORY, timeout=120).returncode == -signal.SIGKILL


def files_in(place: Path) -> dict[str, bytes]:
    if place.is_file():
        return {"": place.read_bytes()}
    return {str(file.relative_to(place)): file.read_bytes() for file in place.rglob("*") if file.is_file()}


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize(("change", "held"), [(FIRST_CHANGES, 0), (FIRST_CHANGES + 1400, 1)])
def test_a_killed_feed_goes_on_where_the_sink_stands(
    kind: str, change: int, held: int, states: list[Path], exports: list[consumers.Held], tmp_path: Path
) -> None:
    place, whole = tmp_path / "killed", tmp_path / "whole"
    kill_at(states[2], f"{kind}:{place}", change)
    assert READ[kind](place) == exports[held]
    with open_sink(f"{kind}:{place}") as sink:
        assert (sink.cursor().generation if sink.cursor() else 0) == held
        feed(states[2], sink)
    assert READ[kind](place) == exports[3]
    if kind != "sqlite":
        with open_sink(f"{kind}:{whole}") as sink:
            feed(states[2], sink)
        assert files_in(place) == files_in(whole)


@pytest.mark.parametrize(("change", "held"), [(FIRST_CHANGES, 0), (FIRST_CHANGES + 1400, 1)])
def test_a_killed_feed_into_postgres_goes_on(
    change: int, held: int, postgres: str, states: list[Path], exports: list[consumers.Held]
) -> None:
    clear(postgres)
    kill_at(states[2], postgres, change)
    assert consumers.in_postgres(postgres) == exports[held]
    with open_sink(postgres) as sink:
        assert (sink.cursor().generation if sink.cursor() else 0) == held
        feed(states[2], sink)
    assert consumers.in_postgres(postgres) == exports[3]


def clear(postgres: str) -> None:
    with consumers.psycopg.connect(postgres) as connection:
        connection.execute("SET client_min_messages = error")
        connection.execute("DROP SCHEMA IF EXISTS newsdedup CASCADE")


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*READ, "postgres"])
def test_a_feed_can_be_killed_at_any_system_call(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if shutil.which("strace") is None:
        pytest.skip("no strace is installed (apt-get install strace)")
    worlds = [{id_: Place("one") for id_ in "abc"}, {id_: Place("two") for id_ in "bcd"}]
    all_exports = [consumers.nothing()]
    for n in (1, 2):
        state = make_state(tmp_path / f"state{n}", worlds[:n])
        all_exports.append(consumers.as_columns(export(state)))
    place = tmp_path / "sink"
    to = request.getfixturevalue("postgres") if kind == "postgres" else f"{kind}:{place}"
    read = (lambda: consumers.in_postgres(to)) if kind == "postgres" else (lambda: READ[kind](place))
    kills = 0
    for call, every in CALLS.items():
        for when in itertools.count(1, every):
            clear(to) if kind == "postgres" else remove(place)
            if fed_until(call, when, state, to):
                break
            kills += 1
            assert read() in all_exports, f"killed at {call} {when}"
            with open_sink(to) as sink:
                feed(state, sink)
            assert read() == all_exports[2], f"killed at {call} {when}"
    assert kills >= 4


def fed_until(call: str, when: int, state: Path, to: str) -> bool:
    """Feed, killed at the n-th system call of a kind; tell whether it came through for want of so many."""
    injected = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={call}:signal=KILL:when={when}"]
    command = [sys.executable, "-m", "jobs.cli", "feed", "--quiet", "--state", str(state), "--to", to]
    ended = subprocess.run(
        [*injected, *command], check=False, cwd=REPOSITORY, timeout=120, capture_output=True
    )
    assert ended.returncode in {0, -signal.SIGKILL, 128 + signal.SIGKILL}, ended.stderr
    return ended.returncode == 0


def remove(place: Path) -> None:
    for file in place.parent.glob(f"{place.name}*"):
        shutil.rmtree(file) if file.is_dir() else file.unlink()
