"""Waiting for a lock that another run holds."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, TypeVar

from dedup.errors import StateLockedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

T = TypeVar("T")

#: Seconds between two tries; the kernel tells nobody that a lock was freed.
PAUSE_SECONDS = 0.1


@contextmanager
def patient(lock: Callable[[], AbstractContextManager[T]], seconds: float) -> Iterator[T]:
    """Enter what `lock` gives, and while another process holds it, try again for `seconds`.

    Raises
    ------
    StateLockedError
        Where it is still held when the time is over.
    """
    with ExitStack() as stack:
        yield _enter(stack, lock, time.monotonic() + seconds)


def _enter(stack: ExitStack, lock: Callable[[], AbstractContextManager[T]], deadline: float) -> T:
    while True:
        try:
            return stack.enter_context(lock())
        except StateLockedError:
            left = deadline - time.monotonic()
            if left <= 0:
                raise
        time.sleep(min(PAUSE_SECONDS, left))
