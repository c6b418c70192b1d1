"""Stopping in order when a signal asks for it, and in time.

The handler leaves through the contexts that clean up behind themselves.  Python runs it between two steps of the
main thread only, which may sit in a compiled kernel for minutes; a watching thread ends the process where the
main thread does not come out.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How long the main thread may take for an end in order; five seconds in all are promised.
GRACE_SECONDS = 2.0

#: What asks a process to stop.  Interrupts keep Python's own handler, which raises KeyboardInterrupt.
STOPPING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def stop_in_order(grace_seconds: float = GRACE_SECONDS) -> None:
    """Let each signal of `STOPPING` end the process with 128 and its number, within about `grace_seconds`.

    Signals that were ignored from the start stay so: nohup and shells' background jobs rely on it.  Call it once,
    in the main thread.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _leave)
    told, tell = socket.socketpair()
    tell.setblocking(False)
    signal.set_wakeup_fd(tell.detach(), warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(told, grace_seconds), name="signals", daemon=True).start()


@contextmanager
def held() -> Iterator[None]:
    """Let a signal that comes within the block end the process behind it, if it is behind it within the grace."""
    came: list[int] = []
    in_main = threading.current_thread() is threading.main_thread()
    handlers = {number: signal.getsignal(number) for number in STOPPING} if in_main else {}
    handlers = {number: handler for number, handler in handlers.items() if callable(handler)}
    for number in handlers:
        signal.signal(number, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


def _leave(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)


def _watch(told: socket.socket, grace_seconds: float) -> None:
    """Wait for a signal; a process that is still there after the grace has a main thread that does not listen."""
    while number := told.recv(1):
        if number[0] in STOPPING:
            time.sleep(grace_seconds)
            for worker in multiprocessing.active_children():
                if worker.pid is not None:
                    os.kill(worker.pid, signal.SIGKILL)
            os._exit(128 + number[0])
