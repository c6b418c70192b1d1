"""No commit rests on anything that a power cut could take away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jobs.ledger.folder import StateFolder
from tests.faults.scenario import first_run, first_runs, next_run
from tests.faults.sync_order import misorders
from tests.faults.tracing import Call, needs_strace, traced

pytestmark = needs_strace

SYNCS = {"fsync", "fdatasync"}


@pytest.fixture
def state(quick_folder: Path) -> Path:
    return quick_folder / "state"


@pytest.fixture
def log(quick_folder: Path) -> Path:
    return quick_folder / "log"


def test_a_later_run_syncs_before_it_relies_on_anything(state: Path, log: Path) -> None:
    first_runs(state)
    assert list(misorders(traced(lambda: next_run(state), log, state))) == []


def test_a_first_run_syncs_before_it_relies_on_anything(state: Path, log: Path) -> None:
    assert list(misorders(traced(lambda: first_run(state), log, state))) == []


def test_leaving_out_the_syncs_of_any_file_or_folder_is_found(state: Path, log: Path) -> None:
    first_runs(state)
    calls = traced(lambda: next_run(state), log, state)
    for synced in {call.paths[0] for call in calls if call.name in SYNCS}:
        careless = [call for call in calls if call.name not in SYNCS or call.paths[0] != synced]
        assert list(misorders(careless)), synced


def test_leaving_out_the_sync_after_the_commit_is_found(state: Path, log: Path) -> None:
    first_runs(state)
    calls = traced(lambda: next_run(state), log, state)
    commit = next(
        place
        for place, call in enumerate(calls)
        if call.paths[0].endswith("-journal") and call.name == "unlink"
    )
    assert calls[commit + 1].name in SYNCS
    assert list(misorders(calls[: commit + 1] + calls[commit + 2 :]))


@pytest.mark.parametrize("careless", ["content", "name"])
def test_a_file_published_without_a_sync_is_found(
    state: Path, log: Path, careless: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_runs(state)
    if careless == "content":
        sync = os.fsync
        is_folder = os.path.isdir
        monkeypatch.setattr(
            os, "fsync", lambda number: sync(number) if is_folder(f"/proc/self/fd/{number}") else None
        )
    else:
        monkeypatch.setattr(StateFolder, "sync", staticmethod(lambda _folder: None))
    assert list(misorders(traced(lambda: next_run(state), log, state)))


def test_a_ledger_changed_in_place_without_a_journal_is_found() -> None:
    write = Call("pwrite64", ("/s/ledger.sqlite",), 1)
    unlink = Call("unlink", ("/s/ledger.sqlite-journal",), 1)
    assert list(misorders([write, unlink]))
