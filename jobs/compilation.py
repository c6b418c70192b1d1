"""Tells that kernels are compiled, because the first run waits for it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from numba.core import event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEPT = (
    "Compiling kernels: up to a minute, once after each installation or upgrade; "
    "a command that needs other kernels adds some seconds …"
)
NOT_KEPT = (
    "Compiling kernels: up to a minute, and they cannot be kept for the next run: "
    "let NUMBA_CACHE_DIR name a folder that can be written …"
)


@contextmanager
def announced(say: Callable[[str], None]) -> Iterator[None]:
    """Call `say` when a kernel is about to be compiled inside the context, once; not where all were kept."""
    with event.install_listener("numba:compile", _Announcer(say)):
        yield


class _Announcer(event.Listener):
    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._said = False

    def on_start(self, event: Any) -> None:
        if not self._said:
            self._said = True
            self._say(KEPT if event.data["dispatcher"].stats.cache_path else NOT_KEPT)

    def on_end(self, event: Any) -> None:
        """Say nothing at the end."""
