"""Progress of a run: bars on a terminal, nothing under cron or in a pipe."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, Self

from rich import progress as bars
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from rich.console import Console
    from rich.progress import TaskID

#: Columns that a line takes without its bar.
TEXT_WIDTH = 62


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
        bar_width = min(28, console.width - TEXT_WIDTH)
        columns = [
            bars.TextColumn("{task.description:<20}"),
            *([bars.BarColumn(bar_width=bar_width)] if bar_width >= 4 else []),
            bars.TextColumn("{task.fields[amount]:>16}"),
            bars.TimeElapsedColumn(),
            _TimeLeft(),
        ]
        for column in columns:
            column.get_table_column().no_wrap = True
        self._bars = bars.Progress(*columns, console=console)
        self._task: TaskID | None = None
        self._total: int | None = None
        self._unit = ""

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    @contextmanager
    def stage(self, name: str, *, total: int | None, unit: str) -> Iterator[None]:
        """Draw a bar for the stage: it swings until the first count, and is full after an end without error."""
        self._total, self._unit = total, unit
        amount = _amount(total, unit) if total is not None else ""
        task = self._task = self._bars.add_task(name, total=None, amount=amount)
        yield
        done = self._bars.tasks[task].completed or total or 1
        self._bars.update(task, total=done, completed=done)
        self._task = None

    def advance_to(self, done: int) -> None:
        """Move the bar of the current stage."""
        if self._task is not None:
            self._bars.update(self._task, total=self._total, completed=done, amount=_amount(done, self._unit))


class _TimeLeft(bars.ProgressColumn):
    """Time to the end of a stage, where its pace is known."""

    max_refresh = 0.5

    def render(self, task: bars.Task) -> Text:
        """Give ``0:01:05 left``; nothing for a stage that is over or does not count."""
        seconds = None if task.finished else task.time_remaining
        return Text("" if seconds is None else f"{timedelta(seconds=int(seconds))} left".rjust(12))


def _amount(number: int, unit: str) -> str:
    if unit == "bytes":
        return f"{number / 1024**2:,.1f} MiB"
    return f"{number:,} {unit}"
