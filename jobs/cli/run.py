"""`newsdedup run`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from jobs.cli.app import app
from jobs.cli.options import (
    Assignments,
    ConfigFile,
    FieldMap,
    Format,
    Inputs,
    Jobs,
    Json,
    Quiet,
    merged_settings,
)
from jobs.cli.work import at_work


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
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Find copies and stories in one pass and write the result files.

    Example: `newsdedup run archive/*.jsonl.gz more.csv --out results`
    """
    settings = merged_settings(config, set_, field, format, jobs=jobs, max_rejected=max_rejected)

    from jobs.console import message_console, result_console
    from jobs.run import run as run_job
    from jobs.summary import print_summary

    errors = message_console()
    with at_work(errors, quiet=quiet) as progress:
        result = run_job(inputs, out, settings, progress=progress)
    if not quiet:
        print_summary(result, errors if json else result_console())
    if json:
        sys.stdout.write(result.machine_line() + "\n")
    return result.exit_code
