"""`newsdedup run`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

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


@app.command()
def run(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", help="Folder of the result files.", metavar="DIR")],
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
        ),
    ] = None,
    exit_code_if_empty: ExitCodeIfEmpty = None,
    lock_timeout: LockTimeout = None,
    log_format: LogForm = None,
    metrics_file: MetricsFile = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Find copies and stories in one pass and write the result files.

    Example: `newsdedup run archive/*.jsonl.gz more.csv --out results`
    """
    with operated(quiet=quiet, log_format=log_format, metrics_file=metrics_file) as operation:
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
        from jobs.endings import Published
        from jobs.run import run as run_job
        from jobs.summary import print_summary

        operation.started(inputs, out, settings)
        with operation.at_work() as progress:
            result = run_job(inputs, out, settings, progress=progress, events=operation.events)
        operation.done(Published(result.exit_code, result.counts, result.costs))
    if not (quiet or log_format):
        print_summary(result, operation.errors if json else result_console())
    if json:
        sys.stdout.write(result.machine_line() + "\n")
    return result.exit_code
