"""`newsdedup audit`."""

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
def audit(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", help="Folder of the page and the lists.", metavar="DIR")],
    write_deduplicated: Annotated[
        bool,
        typer.Option(
            "--write-deduplicated",
            help="Write the corpus with one text per group into DIR/deduplicated, and why the others went.",
        ),
    ] = False,
    config: ConfigFile = None,
    set_: Assignments = None,
    field: FieldMap = None,
    format: Format = None,  # noqa: A002
    jobs: Jobs = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Say how much of a corpus is copied, who copies whom and what it is about: one page, and the full lists.

    Example: `newsdedup audit archive/*.jsonl.gz --out audit`, then open `audit/report.html`
    """
    settings = merged_settings(config, set_, field, format, jobs=jobs)

    from jobs.audit import audit as audit_corpus
    from jobs.console import message_console, result_console
    from jobs.report.summary import print_audit

    errors = message_console()
    with at_work(errors, quiet=quiet) as progress:
        found = audit_corpus(inputs, out, settings, write_deduplicated=write_deduplicated, progress=progress)
    if not quiet:
        print_audit(found, errors if json else result_console())
    if json:
        sys.stdout.write(found.machine_line() + "\n")
    return found.exit_code
