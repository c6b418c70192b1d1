"""Progress of a run: bars on a terminal, nothing under cron or in a pipe."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, Self

from rich import progress as bars

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from rich.console import Console
    from rich.progress import TaskID


class Progress(Protocol):
    """What a run tells while it works; a context that ends the drawing."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def stage(self, name: str, *, total: int | None, unit: str) -> AbstractContextManager[None]:
        """Show that stage `name` works on `total` pieces of `unit` while the context lasts."""
        ...

    def advance_to(self, done: int) -> None:
        """Say that the current stage has done `done` pieces."""
        ...


class NoProgress:
    """Says nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind."""

    @contextmanager
    def stage(self, name: str, *, total: int | None, unit: str) -> Iterator[None]:
        """Do nothing around the stage."""
        del name, total, unit
        yield

    def advance_to(self, done: int) -> None:
        """Do nothing."""


class TerminalProgress:
    """One bar a stage, with counts, elapsed time and time left, on a terminal.

    Parameters
    ----------
    console : rich.console.Console
        Where to draw; use the one of standard error, so that results can be piped.
    """

    def __init__(self, console: Console) -> None:
        self._bars = bars.Progress(
            bars.TextColumn("{task.description:<22}"),
            bars.BarColumn(bar_width=28),
            bars.TextColumn("{task.fields[amount]:>18}"),
            bars.TimeElapsedColumn(),
            bars.TextColumn("left"),
            bars.TimeRemainingColumn(),
            console=console,
        )
        self._task: TaskID | None = None
        self._unit = ""

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    @contextmanager
    def stage(self, name: str, *, total: int | None, unit: str) -> Iterator[None]:
        """Draw a bar for the stage; it is full when the context ends without an error."""
        self._unit = unit
        amount = _amount(total, unit) if total is not None else ""
        task = self._task = self._bars.add_task(name, total=total, amount=amount)
        yield
        self._bars.update(task, total=total or 1, completed=total or 1)
        self._task = None

    def advance_to(self, done: int) -> None:
        """Move the bar of the current stage."""
        if self._task is not None:
            self._bars.update(self._task, completed=done, amount=_amount(done, self._unit))


def _amount(number: int, unit: str) -> str:
    if unit == "bytes":
        return f"{number / 1024**2:,.1f} MiB"
    return f"{number:,} {unit}"
