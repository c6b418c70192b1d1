"""`newsdedup run`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from dedup.errors import UsageError
from jobs.cli.app import app
from jobs.cli.operation import operated
from jobs.cli.options import (
    Assignments,
    ConfigFile,
    ExitCodeIfEmpty,
    FieldMap,
    Format,
    Inputs,
    Jobs,
    Json,
    LockTimeout,
    LogForm,
    MetricsFile,
    Quiet,
    merged_settings,
)

if TYPE_CHECKING:
    from rich.console import Console

    from jobs.cli.operation import Operation
    from jobs.config import JobSettings


@app.command()
def run(
    inputs: Inputs,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the result files.", metavar="DIR")
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            "--state",
            help="Folder of the state of scheduled runs: bring the input into it, and look again at what is near.",
            metavar="DIR",
            readable=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Find everything out and write nothing.")
    ] = False,
    config: ConfigFile = None,
    set_: Assignments = None,
    field: FieldMap = None,
    format: Format = None,  # noqa: A002
    jobs: Jobs = None,
    max_rejected: Annotated[
        float | None,
        typer.Option(
            "--max-rejected",
            help="Share of rejected records above which the exit code is 3.",
            metavar="SHARE",
            min=0,
            max=1,
        ),
    ] = None,
    exit_code_if_empty: ExitCodeIfEmpty = None,
    lock_timeout: LockTimeout = None,
    log_format: LogForm = None,
    metrics_file: MetricsFile = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Find copies and stories, in one pass or run after run.

    `--out` alone takes the input for all there is. With `--state` the input comes on top of what earlier runs
    read, and groups keep their ids; `--out` then holds the results of the whole state.

    Example: `newsdedup run archive/*.jsonl.gz more.csv --out results`, or
    `newsdedup run /var/spool/news --state /var/lib/news`
    """
    if out is None and state is None:
        raise UsageError("Missing option '--out' for one pass, or '--state' for runs that go on")
    figures = None if dry_run else metrics_file
    with operated(quiet=quiet, log_format=log_format, metrics_file=figures) as operation:
        settings = merged_settings(
            config,
            set_,
            field,
            format,
            jobs=jobs,
            max_rejected=max_rejected,
            exit_code_if_empty=exit_code_if_empty,
            lock_timeout=lock_timeout,
        )

        from jobs.console import result_console

        operation.started(inputs, state or out or Path(), settings)
        if state is not None:
            ending = _over_state(operation, inputs, state, settings, out=out, dry_run=dry_run)
        else:
            ending = _in_one_pass(operation, inputs, out or Path(), settings, dry_run=dry_run)
    if not (quiet or log_format):
        ending.show(operation.errors if json else result_console())
    if json:
        sys.stdout.write(ending.line + "\n")
    return ending.exit_code


class _Ending(NamedTuple):
    """What is left to say of a run that is done."""

    exit_code: int
    line: str
    show: Callable[[Console], None]


def _in_one_pass(
    operation: Operation, inputs: list[str], out: Path, settings: JobSettings, *, dry_run: bool
) -> _Ending:
    from jobs.endings import Published
    from jobs.run import run as run_job
    from jobs.summary import print_summary

    with operation.at_work() as progress:
        result = run_job(inputs, out, settings, dry_run=dry_run, progress=progress, events=operation.events)
    unread = result.rejections.unread_files
    operation.done(Published(result.exit_code, result.counts, result.costs, unread=unread))
    return _Ending(result.exit_code, result.machine_line(), partial(print_summary, result))


def _over_state(
    operation: Operation,
    inputs: list[str],
    state: Path,
    settings: JobSettings,
    *,
    out: Path | None,
    dry_run: bool,
) -> _Ending:
    from jobs.endings import Published
    from jobs.scheduled import run_scheduled
    from jobs.scheduled.summary import print_scheduled

    with operation.at_work() as progress:
        result = run_scheduled(
            inputs, state, settings, out=out, dry_run=dry_run, progress=progress, events=operation.events
        )
    operation.done(
        Published(
            exit_code=result.exit_code,
            counts=result.counts,
            stages=result.costs,
            churn=result.churn,
            generation=result.generation,
            unread=result.rejections.unread_files,
        )
    )
    return _Ending(result.exit_code, result.machine_line(), partial(print_scheduled, result))
