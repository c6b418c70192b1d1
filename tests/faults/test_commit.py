"""A commit under faults: after each, the old or the new generation stands, and the next run makes the new one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from dedup.errors import NoInputError
from jobs.check import check
from jobs.ledger import compaction
from tests.faults.scenario import assert_tidy, content, first_run, first_runs, next_run
from tests.faults.tracing import needs_strace, traced, with_fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.tracing import Call, Fault

pytestmark = needs_strace

FAULTS: tuple[Fault, ...] = ("SIGKILL", "EIO", "ENOSPC")

#: One in so many faults is tried in the everyday run.
SPARSE = 29


@pytest.fixture(autouse=True)
def small_fan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the run compact its segments, too."""
    monkeypatch.setattr(compaction, "FAN", 2)


@pytest.mark.parametrize(
    "every", [pytest.param(SPARSE, id="sampled"), pytest.param(1, id="all", marks=pytest.mark.slow)]
)
def test_a_run_that_meets_a_fault_leaves_the_old_or_the_new_generation(
    quick_folder: Path, every: int
) -> None:
    first_runs(quick_folder / "before")
    survived = _try_faults(quick_folder, next_run, every)
    print(f"{survived} faults in a later run survived")


@pytest.mark.parametrize(
    "every", [pytest.param(SPARSE, id="sampled"), pytest.param(1, id="all", marks=pytest.mark.slow)]
)
def test_a_first_run_that_meets_a_fault_leaves_none_or_the_new_generation(
    quick_folder: Path, every: int
) -> None:
    survived = _try_faults(quick_folder, first_run, every)
    print(f"{survived} faults in a first run survived")


def _try_faults(folder: Path, run: Callable[[Path], int], every: int) -> int:
    """Let each changing call of a run fail in each way; give how many ways that were."""
    before, state, log = folder / "before", folder / "state", folder / "log"
    _put_back(before, state)
    calls = traced(lambda: run(state), log, state)
    assert {call.name for call in calls} >= {"write", "pwrite64", "rename", "unlink"}
    stages = [content(before) if before.exists() else None, content(state)]
    faults = [(call, fault) for call in calls for fault in FAULTS][::every]
    for call, fault in faults:
        _put_back(before, state)
        code = with_fault(lambda: run(state), log, call, fault)
        _assert_survived(state, stages, run, call, fault, code)
    return len(faults)


def _put_back(before: Path, state: Path) -> None:
    shutil.rmtree(state, ignore_errors=True)
    if before.exists():
        shutil.copytree(before, state)


def _assert_survived(
    state: Path, stages: list[object], run: Callable[[Path], int], call: Call, fault: Fault, code: int
) -> None:
    told = f"after {fault} at {call}, ended with {code}"
    assert code in ({-9} if fault == "SIGKILL" else {0, 73, 74}), told
    try:
        found = content(state)
        check(state)
    except NoInputError:
        found = None
    if found is not None and not found["articles"]:
        found = None  # a new state before its first generation
    assert found in stages, told
    if code == 0:
        assert found == stages[-1], told
    assert run(state) == 0, told
    assert content(state) == stages[-1], told
    assert_tidy(state)
