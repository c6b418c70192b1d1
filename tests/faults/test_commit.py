"""A commit under faults: after each, the old or the new generation stands, and the next run makes the new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jobs.ledger import compaction
from tests.faults.scenario import first_run, first_runs, next_run
from tests.faults.surviving import PROVED, survive_faults
from tests.faults.tracing import needs_strace

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_strace

#: One in so many faults is tried.
EVERY = [pytest.param(29, id="few"), pytest.param(PROVED, id="many", marks=pytest.mark.slow)]


@pytest.fixture(autouse=True)
def small_fan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the run compact its segments, too."""
    monkeypatch.setattr(compaction, "FAN", 2)


@pytest.mark.parametrize("every", EVERY)
def test_a_run_that_meets_a_fault_leaves_the_old_or_the_new_generation(
    quick_folder: Path, every: int
) -> None:
    first_runs(quick_folder / "before")
    print(f"{survive_faults(quick_folder, next_run, every)} faults in a later run survived")


@pytest.mark.parametrize("every", EVERY)
def test_a_first_run_that_meets_a_fault_leaves_none_or_the_new_generation(
    quick_folder: Path, every: int
) -> None:
    print(f"{survive_faults(quick_folder, first_run, every)} faults in a first run survived")
