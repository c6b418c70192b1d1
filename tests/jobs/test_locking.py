"""Waiting for a lock."""

from __future__ import annotations

import threading
import time
from functools import partial
from pathlib import Path

import pytest

from dedup.errors import StateLockedError
from jobs.locking import patient
from jobs.sinks.files import locked


def test_a_lock_that_is_held_is_refused_at_once_without_patience(tmp_path: Path) -> None:
    begun = time.monotonic()
    with locked(tmp_path), pytest.raises(StateLockedError), patient(partial(locked, tmp_path), 0):
        pass
    assert time.monotonic() - begun < 0.1


def test_a_lock_that_stays_held_is_refused_when_the_time_is_over(tmp_path: Path) -> None:
    begun = time.monotonic()
    with locked(tmp_path), pytest.raises(StateLockedError), patient(partial(locked, tmp_path), 0.25):
        pass
    assert 0.25 <= time.monotonic() - begun < 1


def test_a_lock_that_comes_free_in_time_is_taken(tmp_path: Path) -> None:
    holder = locked(tmp_path)
    holder.__enter__()
    threading.Timer(0.2, holder.__exit__, (None, None, None)).start()
    with patient(partial(locked, tmp_path), 10), pytest.raises(StateLockedError), locked(tmp_path):
        pass
    with locked(tmp_path):  # and is free again afterwards
        pass


def test_an_error_of_the_work_is_not_taken_for_a_held_lock(tmp_path: Path) -> None:
    times = 0
    with pytest.raises(StateLockedError, match="inner"), patient(partial(locked, tmp_path), 10):
        times += 1
        raise StateLockedError("inner")
    assert times == 1
