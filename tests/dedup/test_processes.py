"""Work in other processes, some of which are killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from dedup.processes import in_processes


def square(number: int) -> int:
    return number * number


def killed_once(number: int, flag: str) -> int:
    """Die the first time, as a worker does whose memory the kernel wants back."""
    if number == 1 and not Path(flag).exists():
        Path(flag).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def killed_but_in(number: int, parent: int) -> int:
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def out_of_memory_but_in(number: int, parent: int) -> int:
    if os.getpid() != parent:
        raise MemoryError
    return number


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_the_order_of_the_calls(processes: int) -> None:
    assert in_processes(square, [(3,), (1,), (2,)], processes=processes) == [9, 1, 4]


@pytest.mark.filterwarnings("ignore:A worker")
def test_a_killed_worker_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    calls = [(number, str(tmp_path / "flag")) for number in range(4)]
    assert in_processes(killed_once, calls, processes=4) == [0, 1, 2, 3]
    assert "going on with 2" in caplog.text


@pytest.mark.filterwarnings("ignore:A worker")
@pytest.mark.parametrize("task", [killed_but_in, out_of_memory_but_in])
def test_where_no_worker_lives_this_process_does_the_work(task, caplog: pytest.LogCaptureFixture) -> None:
    assert in_processes(task, [(1, os.getpid()), (2, os.getpid())], processes=2) == [1, 2]
    assert "going on with 1" in caplog.text


def test_an_error_of_the_work_itself_is_not_tried_again() -> None:
    with pytest.raises(ZeroDivisionError):
        in_processes(divmod, [(1, 0), (2, 1)], processes=2)
