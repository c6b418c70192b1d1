"""Signals to real processes: the end comes in order, in time, and leaves no worker behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.crowding import crowding

#: What a process does when the signal comes.
AT_PYTHON_STEPS = "time.sleep(60)"
IN_COMPILED_CODE = "hashlib.pbkdf2_hmac('sha256', b'', b'', 10**9)"
IN_WORKERS = "in_processes(time.sleep, [(60,), (60,)], processes=2)"
IN_WORKERS_WITH_ARRAYS = "in_processes(hold, [(np.zeros(1_000_000), 60)] * 2, processes=2)"
IN_COMPILED_CODE_WITH_WORKERS = (
    "threading.Thread(target=lambda: in_processes(time.sleep, [(60,), (60,)], processes=2), daemon=True).start(); "
    "time.sleep(0.1); " + IN_COMPILED_CODE
)

PROGRAM = """
import hashlib, sys, threading, time
import numpy as np
from dedup.processes import in_processes
from jobs.signals import stop_in_order
from tests.jobs.test_signals import hold

stop_in_order(grace_seconds=0.5)
try:
    print("ready", flush=True)
    {work}
finally:
    print("left", flush=True)
"""


def hold(_array: object, seconds: float) -> None:
    """Keep a worker busy with an array that it shares through memory."""
    time.sleep(seconds)


def started(work: str, **manners: object) -> subprocess.Popen[str]:
    # Under nohup or in the background of a script some signals would be ignored from the start.
    command = ["env", "--default-signal", sys.executable, "-c", PROGRAM.format(work=work)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        **manners,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def workers_of(process: subprocess.Popen[str], number: int) -> list[psutil.Process]:
    """Wait until the process has so many workers, besides what tracks their resources."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        children = psutil.Process(process.pid).children(recursive=True)
        if sum("popen_loky" in " ".join(child.cmdline()) for child in children) == number:
            time.sleep(0.5)
            return children
        time.sleep(0.05)
    raise AssertionError("no workers came")


def shared_memory_of(process: subprocess.Popen[str]) -> list[str]:
    return [name for name in os.listdir("/dev/shm") if str(process.pid) in name]


def ended(process: subprocess.Popen[str], number: int, within: float) -> tuple[str, str]:
    """Send the signal and see that the end comes in time."""
    begun = time.monotonic()
    process.send_signal(number)
    told = process.communicate(timeout=30)
    assert time.monotonic() - begun < within * crowding(), told
    assert process.returncode in {128 + number, -number}, told
    return told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_between_two_steps_the_process_leaves_through_its_contexts(number: int) -> None:
    out, err = ended(started(AT_PYTHON_STEPS), number, within=2)
    assert (out, err) == ("left\n", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_compiled_code_does_not_hold_up_the_end(number: int) -> None:
    process = started(IN_COMPILED_CODE)
    time.sleep(0.3)
    out, err = ended(process, number, within=3)
    assert process.returncode == 128 + number
    assert (out, err) == ("", "")


@pytest.mark.parametrize("work", [IN_WORKERS, IN_WORKERS_WITH_ARRAYS, IN_COMPILED_CODE_WITH_WORKERS])
def test_no_worker_and_no_shared_memory_stays(work: str) -> None:
    process = started(work)
    children = workers_of(process, 2)
    assert shared_memory_of(process)
    ended(process, signal.SIGTERM, within=5)
    gone, alive = psutil.wait_procs(children, timeout=5)
    assert not alive
    assert len(gone) == len(children)
    assert shared_memory_of(process) == []


def test_an_interrupt_of_the_whole_group_is_no_worker_lost() -> None:
    """A terminal sends Ctrl-C to the workers as well."""
    process = started(IN_WORKERS, process_group=0)
    children = workers_of(process, 2)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=10)
    assert "going on with" not in told
    assert not psutil.wait_procs(children, timeout=5)[1]


def test_a_signal_that_was_ignored_from_the_start_stays_ignored() -> None:
    steps = [
        "import os, signal, jobs.signals",
        "jobs.signals.stop_in_order()",
        "os.kill(os.getpid(), 1)",
        "print('on')",
    ]
    program = "; ".join(steps)
    command = ["env", "--ignore-signal=HUP", sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert (done.returncode, done.stdout) == (0, "on\n")
