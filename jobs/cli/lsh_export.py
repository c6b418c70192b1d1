"""`newsdedup lsh-export`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dedup.errors import UsageError
from jobs.cli.app import app
from jobs.cli.feed import StateFolder
from jobs.cli.operation import operated
from jobs.cli.options import Json, LogForm, MetricsFile, Quiet


@app.command("lsh-export")
def lsh_export(
    state: StateFolder,
    redis: Annotated[
        str,
        typer.Option(
            "--redis",
            help="Address, as in redis://localhost:6379/0 or unix:///run/redis.sock.",
            envvar="NEWSDEDUP_REDIS_URL",
            show_envvar=True,
            metavar="URL",
        ),
    ],
    basename: Annotated[
        str, typer.Option("--basename", help="As in datasketch's storage_config.", metavar="NAME")
    ] = "newsdedup",
    threshold: Annotated[
        float,
        typer.Option(
            "--threshold", help="Jaccard for which datasketch chooses the bands.", min=0.05, max=0.99
        ),
    ] = 0.5,
    start_over: Annotated[bool, typer.Option("--start-over", help="Clear the index first.")] = False,
    log_format: LogForm = None,
    metrics_file: MetricsFile = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Bring an index of datasketch's MinHashLSH in Redis to what a state holds.

    Example: `newsdedup lsh-export --state state --redis redis://localhost:6379/0`
    """
    from jobs.endings import Published
    from jobs.summary import counted

    with operated(
        quiet=quiet, log_format=log_format, metrics_file=metrics_file, task="lsh_export"
    ) as operation:
        try:
            from jobs.lsh_export import export_signatures
        except ImportError as error:
            raise UsageError("Redis needs its client: pip install 'newsdedup[redis]'") from error

        operation.begun(state)
        result = export_signatures(
            state, redis, basename=basename, threshold=threshold, start_over=start_over
        )
        counts = {"put": result.put, "removed": result.removed}
        operation.done(Published(0, counts, [], generation=result.generation))
    if not (quiet or log_format):
        changes = f"{counted(result.put, 'signature')} put in, {result.removed:,} taken out"
        operation.errors.print(f"{changes}; Redis holds generation {result.generation}.", highlight=False)
    if json:
        sys.stdout.write(result.machine_line() + "\n")
    return 0
