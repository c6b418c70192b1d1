"""How a scheduled command behaves around its work: log, metrics, and what is said of an error."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

import typer

from dedup.errors import EXIT_TOO_MANY_REJECTED
from jobs.cli.work import at_work
from jobs.endings import ending_of
from jobs.logs import (
    EventLog,
    NoEvents,
    event_log,
    new_run_id,
    others_heard,
    whereabouts,
    whereabouts_in_lines,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

    from jobs.config import JobSettings
    from jobs.endings import Published, Task
    from jobs.logs import LogFormat
    from jobs.progress import Progress

#: Counts that the last line of the log tells; `run.json` has them all.
TOLD = (
    "records",
    "rejected",
    "withdrawn",
    "articles",
    "open_articles",
    "copies",
    "duplicate_groups",
    "events",
    "stories",
    "changes",
    "put",
    "removed",
)

#: Inputs that the first line of the log names; a shell may have expanded a pattern to thousands.
INPUTS_TOLD = 20


@dataclass
class Operation:
    """One command at work, seen from outside.

    Attributes
    ----------
    errors : Console
        Of standard error.
    quiet : bool
        Whether nothing but errors is told.
    form : {"console", "json"} or None
        Of the log; None where bars are drawn, or nothing is told.
    events : EventLog
    task : str
        What its events and figures are called by.
    published : Published or None
        Set by `done`.
    """

    errors: Console
    quiet: bool
    form: LogFormat | None
    events: EventLog
    task: Task = "run"
    published: Published | None = None

    @contextmanager
    def at_work(self) -> Iterator[Progress]:
        """Draw bars where no log is written, and tell when kernels are compiled."""
        with at_work(self.errors, quiet=self.quiet, events=self.events if self.form else None) as progress:
            yield progress

    def started(self, inputs: Sequence[str], place: Path, settings: JobSettings) -> None:
        """Tell what is going to be read, with the digest that tells one set of settings from another."""
        self.begun(
            place,
            inputs=[str(name) for name in inputs[:INPUTS_TOLD]],
            inputs_in_all=len(inputs),
            settings_digest=settings.stages.digest,
        )

    def begun(self, place: Path, **details: object) -> None:
        """Tell what is going to be done, and where."""
        self.events.info(f"{self.task} started", version=version("newsdedup"), place=str(place), **details)

    def done(self, published: Published) -> None:
        """Tell that results are there and what they hold, and keep it for the metrics."""
        self.published = published
        told: dict[str, float | None] = {
            name: published.counts[name] for name in TOLD if name in published.counts
        }
        if published.generation is not None:
            churn = {} if published.churn is None else {"churn": published.churn}
            told = {"generation": published.generation, **churn, **told}
        many_lost = published.exit_code == EXIT_TOO_MANY_REJECTED
        tell = self.events.error if many_lost else self.events.info
        tell(f"{self.task} done", exit_code=published.exit_code, **told)
        if many_lost and self.quiet and self.form is None:
            sys.stderr.write(f"newsdedup: done, but {published.losses}\n")

    def failed(self, error: BaseException) -> int:
        """Tell why the command ends, where there is a log; give the exit code."""
        ending = ending_of(error)
        in_words = ending.is_bug and self.form == "console"
        if in_words:
            sys.stderr.write(whereabouts_in_lines(error))
        if ending.message:
            details = whereabouts(error) if ending.is_bug and not in_words else {}
            told = {"exit_code": ending.exit_code, "error": ending.message, **details}
            self.events.error(f"{self.task} failed", **told)
        return ending.exit_code


@contextmanager
def operated(
    *,
    quiet: bool,
    log_format: LogFormat | None,
    metrics_file: Path | None = None,
    task: Task = "run",
) -> Iterator[Operation]:
    """Run a command as schedulers want it.

    Parameters
    ----------
    quiet : bool
        Tell errors only.
    log_format : {"console", "json"}, optional
        Where absent, bars on a terminal, and console lines elsewhere unless `quiet`; none for a task that is done
        at once.
    metrics_file : Path, optional
        Written at the end, however that comes.
    task : {"run", "feed", "lsh_export"}, default "run"
        What events and figures are called by.

    Raises
    ------
    typer.Exit
        In place of an error that the log has told.
    """
    from jobs.console import message_console

    errors = message_console()
    form = log_format or (None if quiet or errors.is_terminal or task != "run" else "console")
    operation = Operation(errors, quiet, form, _events(form, errors, quiet=quiet), task)
    with ExitStack() as stack:
        if form or quiet:
            stack.enter_context(others_heard(operation.events))
        try:
            with _metered(metrics_file, operation):
                yield operation
        except typer.Exit:
            raise
        except (Exception, KeyboardInterrupt) as error:
            if log_format is None:
                raise  # the shell says it in a sentence
            raise typer.Exit(operation.failed(error)) from error
        except SystemExit as error:  # a signal
            if log_format is not None:
                operation.failed(error)
            raise


def _events(form: LogFormat | None, errors: Console, *, quiet: bool) -> EventLog:
    if form is None:
        return NoEvents()
    colours = errors.is_terminal and errors.color_system is not None and not errors.no_color
    return event_log(form, sys.stderr, run_id=new_run_id(), colours=colours, errors_only=quiet)


@contextmanager
def _metered(file: Path | None, operation: Operation) -> Iterator[None]:
    """Write the metrics file when the context ends."""
    if file is None:
        yield
        return
    from jobs.metrics import check_place

    check_place(file)
    started = time.monotonic()
    try:
        yield
    except BaseException as error:
        _write_metrics(file, operation, ending_of(error).exit_code, time.monotonic() - started)
        raise
    exit_code = operation.published.exit_code if operation.published else 0
    _write_metrics(file, operation, exit_code, time.monotonic() - started)


def _write_metrics(file: Path, operation: Operation, exit_code: int, seconds: float) -> None:
    """Write what is known; results that are there are not lost for a figure that cannot be written."""
    from dedup.errors import CannotWriteError
    from jobs.metrics import RunFigures, write_metrics
    from jobs.stages import peak_memory_mib

    figures = RunFigures(
        exit_code, time.time(), seconds, peak_memory_mib(), operation.published, operation.task
    )
    try:
        write_metrics(file, figures)
    except CannotWriteError as error:
        if operation.form:
            operation.events.error("metrics not written", error=str(error))
        else:
            sys.stderr.write(f"newsdedup: metrics not written: {error}\n")
