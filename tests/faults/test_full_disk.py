"""A disk that is full: the run says so, nothing is lost, and it goes on where there is room again."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dedup.errors import CannotWriteError
from jobs.check import check
from jobs.ledger.ledger import Ledger
from tests.faults.scenario import assert_tidy, content, first_runs, next_run
from tests.jobs.ledger.factory import NOW, add

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KIBIBYTE = 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one mebibyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", str(place)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"cannot mount a small file system here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("free", [0, 4, 8, 16, 24, 48, 96])
def test_a_run_on_a_full_disk_fails_with_code_73_and_leaves_the_generation(
    small_disk: Path, free: int
) -> None:
    state, ballast = small_disk / "state", small_disk / "ballast"
    first_runs(state)
    before = content(state)
    _fill(ballast, free * KIBIBYTE)
    with pytest.raises(CannotWriteError, match=r"No space left|the disk is full"):
        next_run(state)
    assert content(state) == before
    check(state)
    ballast.unlink()
    assert next_run(state) == 0
    assert_tidy(state)


def _fill(ballast: Path, free: int) -> None:
    """Take all room of the disk but `free` bytes."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4 * KIBIBYTE))
        except OSError:
            file.truncate(max(0, file.tell() - free))


def test_segments_too_large_for_the_disk_leave_nothing_behind(small_disk: Path) -> None:
    state = small_disk / "state"
    with Ledger.open(state, create=True) as ledger:
        with pytest.raises(CannotWriteError, match="No space left"), ledger.commit(started=NOW) as commit:
            add(commit, {"harbour": ["a"]})
            commit.write_arrays("memory", {"large": np.zeros(1 << 18)})
        assert ledger.generation == 0
    assert list((state / "segments").iterdir()) == []


def test_a_state_on_a_read_only_disk_is_read_and_checked_but_not_run_over(small_disk: Path) -> None:
    state = small_disk / "state"
    first_runs(state)
    before = content(state)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert content(state) == before
    assert check(state).generation == 4
    with pytest.raises(CannotWriteError):
        next_run(state)
