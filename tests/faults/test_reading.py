"""A disk that fails to read: the command says so with code 74, and never takes it for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.check import check
from jobs.status import status
from tests.faults.scenario import first_runs
from tests.faults.tracing import needs_strace, traced, with_fault
from tests.jobs.ledger.factory import NOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = needs_strace


def test_each_read_of_a_check_that_fails_is_told(quick_folder: Path) -> None:
    first_runs(quick_folder / "state")
    _fail_each_read(quick_folder, lambda: check(quick_folder / "state").generation - 4)


def test_each_read_of_a_status_that_fails_is_told(quick_folder: Path) -> None:
    first_runs(quick_folder / "state")
    _fail_each_read(quick_folder, lambda: status(quick_folder / "state", now=NOW).generation - 4)


def _fail_each_read(folder: Path, work: Callable[[], int]) -> None:
    log = folder / "log"
    calls = traced(work, log, folder / "state", "read,pread64")
    assert len(calls) > 3
    for call in calls:
        assert with_fault(work, log, call, "EIO") == 74, str(call)
