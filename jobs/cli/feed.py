"""`newsdedup feed`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dedup.errors import UsageError
from jobs.cli.app import app
from jobs.cli.operation import operated
from jobs.cli.options import Json, LogForm, MetricsFile, Quiet

StateFolder = Annotated[
    Path, typer.Option("--state", help="Folder of the state.", metavar="DIR", readable=False)
]


@app.command()
def feed(
    state: StateFolder,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="jsonl:FILE, parquet:FOLDER, es-bulk:FOLDER, sqlite:FILE, postgresql://USER@HOST/DATABASE, - or "
            "es-bulk:- (down a pipe), or @FILE that holds one of these.",
            envvar="NEWSDEDUP_FEED_TO",
            show_envvar=True,
            metavar="SINK",
        ),
    ],
    since: Annotated[
        str,
        typer.Option(
            "--since",
            help="Carry what changed after this generation; 0 starts over. auto: what the sink lacks.",
            metavar="GENERATION",
        ),
    ] = "auto",
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            help="First part of the names of Elasticsearch indexes; PostgreSQL schema; newsdedup by default. "
            "Other sinks have none.",
            metavar="NAME",
        ),
    ] = None,
    with_text: Annotated[
        bool,
        typer.Option("--with-text", help="Articles come with their cleaned texts; in sqlite they always do."),
    ] = False,
    log_format: LogForm = None,
    metrics_file: MetricsFile = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Carry what scheduled runs changed to an index or a database that follows them.

    Example: `newsdedup feed --state state --to sqlite:news.db`
    """
    from jobs.endings import Published
    from jobs.feed import carry
    from jobs.ledger.ledger import Ledger
    from jobs.sinks.opening import open_sink
    from jobs.summary import counted

    with operated(quiet=quiet, log_format=log_format, metrics_file=metrics_file, task="feed") as operation:
        after = _generation(since)
        operation.begun(state)
        with Ledger.open(state) as ledger, open_sink(to, name=name, with_text=with_text) as sink:
            if json and not sink.whole:
                raise UsageError(
                    "--json ends standard output with a line of its own; feed a file, or leave it out"
                )
            result = carry(ledger, sink, since=after)
        if left_behind := sink.left_behind if after == 0 else "":
            operation.events.warning("not emptied", reason=left_behind)
        operation.done(Published(0, {"changes": result.changes}, [], generation=result.generation))
    if not (quiet or log_format):
        changes, carried = counted(result.changes, "change"), result.generation - result.since
        told = f"{changes} in {counted(carried, 'generation')}" if carried else "Nothing new"
        operation.errors.print(f"{told}; the sink holds generation {result.generation}.", highlight=False)
        if left_behind:
            operation.errors.print(f"{left_behind}.", highlight=False, soft_wrap=True)
    if json:
        sys.stdout.write(result.machine_line() + "\n")
    return 0


def _generation(since: str) -> int | None:
    if since == "auto":
        return None
    if since.isascii() and since.isdigit() and len(since) < 18:
        return int(since)
    raise UsageError(f"--since wants the number of a generation, or auto; found {since!r}")
