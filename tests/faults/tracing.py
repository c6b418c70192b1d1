"""Work in a process of its own under strace: what it asks of the disk, and what happens when a call fails.

The process is forked, so that a fault costs no start of Python; strace is attached before the work begins.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import pytest

from dedup.errors import NewsdedupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: The calls by which a file system changes for good, as the C library and SQLite make them.
CHANGING = "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate"

Fault = Literal["SIGKILL", "EIO", "ENOSPC"]

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")

_PR_SET_PTRACER, _ANYBODY = 0x59616D61, -1
_LINE = re.compile(r"^\d+ +(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+)")
_PLACE = re.compile(r"<(?P<of_fd>/[^>]*)>|\"(?P<named>/[^\"]*)\"")


class Call(NamedTuple):
    """One call in a trace.

    Attributes
    ----------
    name : str
    paths : tuple of str
        Files it is about; the old and the new name of a rename.
    number : int
        Which call of its name on its first path it is, from 1.
    """

    name: str
    paths: tuple[str, ...]
    number: int

    def __str__(self) -> str:
        return f"{self.name} {self.number} of {Path(self.paths[0]).name}"


def traced(work: Callable[[], int], log: Path, under: Path, calls: str = CHANGING) -> list[Call]:
    """Do `work`, which must end well, and give its `calls` on files at or under a folder, in order."""
    assert run_under_strace(work, log, f"--trace={calls}") == 0
    return list(read_log(log, under))


def read_log(log: Path, under: Path) -> Iterator[Call]:
    """Give the calls in a log of strace."""
    seen: Counter[tuple[str, str]] = Counter()
    for line in log.read_text().splitlines():
        if (found := _LINE.match(line)) is None or found["result"].startswith("-"):
            continue
        paths = tuple(place["of_fd"] or place["named"] for place in _PLACE.finditer(found["arguments"]))
        if paths and Path(paths[0]).is_relative_to(under):
            seen[found["name"], paths[0]] += 1
            yield Call(found["name"], paths, seen[found["name"], paths[0]])


def with_fault(work: Callable[[], int], log: Path, call: Call, fault: Fault) -> int:
    """Do `work` with one call failing, or the last; give the exit code, negative for a signal."""
    effect = "signal=SIGKILL" if fault == "SIGKILL" else f"error={fault}"
    options = (
        f"--trace={call.name}",
        "-P",
        call.paths[0],
        f"--inject={call.name}:{effect}:when={call.number}",
    )
    code = run_under_strace(work, log, *options)
    told = log.read_text()
    assert ("SIGKILL" if fault == "SIGKILL" else "(INJECTED)") in told, (
        f"{fault} did not reach {call}: {told}"
    )
    return code


def run_under_strace(work: Callable[[], int], log: Path, *options: str) -> int:
    """Do `work` in a child process that strace watches; give its exit code, negative for a signal."""
    log.unlink(missing_ok=True)
    go, gone = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of numpy sleep when there is no work
        child = os.fork()
    if child == 0:
        os.close(gone)
        _be_the_child(go, work)
    os.close(go)
    with subprocess.Popen(
        ["strace", "-f", "-qq", "-y", "-s", "256", "-o", log, "-p", str(child), *options]
    ) as tracer:
        _wait_for_tracer(child, tracer)
        os.close(gone)
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _be_the_child(go: int, work: Callable[[], int]) -> None:
    code = 70
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYBODY, 0, 0, 0)  # strace is no parent of ours
        os.read(go, 1)
        code = work()
    except NewsdedupError as error:
        code = error.exit_code
    except BaseException:  # noqa: BLE001  (nothing may leave the child)
        traceback.print_exc()
    finally:
        os._exit(code)


def _wait_for_tracer(child: int, tracer: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    status = Path(f"/proc/{child}/status")
    while "TracerPid:\t0" in status.read_text():
        if tracer.poll() is not None or time.monotonic() > deadline:
            os.kill(child, 9)
            pytest.skip("strace may not watch processes here")
        time.sleep(0.002)
