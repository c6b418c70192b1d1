"""What must be true of a state after a fault, and the faults that are tried."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from dedup.errors import NoInputError
from jobs.check import check
from tests.faults.scenario import assert_tidy, content
from tests.faults.tracing import traced, with_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.faults.scenario import Content
    from tests.faults.tracing import Call, Fault

FAULTS: tuple[Fault, ...] = ("SIGKILL", "EIO", "ENOSPC")

#: The long proof tries one in so many faults; `make faults` tries all.
PROVED = int(os.environ.get("FAULTS_EVERY", "4"))


def survive_faults(folder: Path, run: Callable[[Path], int], every: int) -> int:
    """Let the changing calls of a run fail, each in each way, and assert that nothing comes of it.

    Parameters
    ----------
    folder : Path
        Holds the state that the run begins with as `before`, where there is one.
    run : callable
        Works on the state in the folder it is given.
    every : int
        Try one of so many faults.

    Returns
    -------
    int
        How many faults were survived.
    """
    before, state, log = folder / "before", folder / "state", folder / "log"
    put_back(before, state)
    calls = traced(lambda: run(state), log, state)
    assert {call.name for call in calls} >= {"write", "pwrite64", "rename", "unlink"}
    stages = [content(before) if before.exists() else None, content(state)]
    faults = [(call, fault) for call in calls for fault in FAULTS][::every]
    for call, fault in faults:
        put_back(before, state)
        code = with_fault(lambda: run(state), log, call, fault)
        assert_survived(state, stages, run, call, fault, code)
    return len(faults)


def put_back(before: Path, state: Path) -> None:
    """Begin again with the state as it was before the run, or with none."""
    shutil.rmtree(state, ignore_errors=True)
    if before.exists():
        shutil.copytree(before, state)


def assert_survived(
    state: Path,
    stages: Sequence[Content | None],
    run: Callable[[Path], int],
    call: Call,
    fault: Fault,
    code: int,
) -> None:
    """Assert that readers see the old or the new generation, the check is clean and the next run succeeds."""
    told = f"after {fault} at {call}, ended with {code}"
    assert code in ({-9} if fault == "SIGKILL" else {0, 73, 74}), told
    found = _found(state)
    assert found in stages, told
    if code == 0:
        assert found == stages[-1], told
    assert run(state) == 0, told
    assert content(state) == stages[-1], told
    assert_tidy(state)


def _found(state: Path) -> Content | None:
    """Give what readers see and the check passes; None where there is no generation yet."""
    try:
        check(state)
        found = content(state)
    except NoInputError:
        return None
    return found if found["articles"] else None
