"""Flags that several commands share, and the settings they make."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dedup.errors import UsageError

if TYPE_CHECKING:
    from jobs.config import JobSettings

Inputs = Annotated[
    list[str],
    typer.Argument(help="Files, globs or folders; `-` reads standard input.", metavar="INPUT..."),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", help="Settings file (TOML).", envvar="NEWSDEDUP_CONFIG", metavar="FILE"),
]
Assignments = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="One setting, as in `stories.event_cut=0.7`; may be repeated.", metavar="NAME=VALUE"
    ),
]
FieldMap = Annotated[
    list[str] | None,
    typer.Option(
        "--field", help="Where a field stands, as in `text=body`; may be repeated.", metavar="FIELD=NAME"
    ),
]
Format = Annotated[
    Literal["auto", "jsonl", "json", "csv", "parquet", "txt"] | None,
    typer.Option(
        "--format",
        help="jsonl, json, csv, parquet or txt, for every input, where names and first bytes say nothing.",
        metavar="NAME",
    ),
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", help="Workers; 0 takes one per processor.", metavar="N", min=0)
]
State = Annotated[
    Path,
    typer.Option("--state", help="Folder of the state of scheduled runs.", metavar="DIR", readable=False),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print errors only.")]
Json = Annotated[bool, typer.Option("--json", help="End with one machine-readable line on stdout.")]
LogForm = Annotated[
    Literal["console", "json"] | None,
    typer.Option(
        "--log-format",
        help="Tell each step as a line on standard error, for people or as JSON. By default a terminal shows "
        "bars instead, and --quiet nothing.",
        envvar="NEWSDEDUP_LOG_FORMAT",
    ),
]
MetricsFile = Annotated[
    Path | None,
    typer.Option(
        "--metrics-file",
        help="Replace this file by figures of the run, in Prometheus' text format; node exporter wants a name "
        "that ends in .prom.",
        metavar="FILE",
    ),
]
LockTimeout = Annotated[
    float | None,
    typer.Option(
        "--lock-timeout",
        help="Wait so long for another run that writes to the same place, before exit code 75.",
        metavar="SECONDS",
        min=0,
    ),
]
ExitCodeIfEmpty = Annotated[
    int | None,
    typer.Option(
        "--exit-code-if-empty",
        help="Exit code where there was no article to work on; 0 by default.",
        metavar="N",
        min=0,
        max=255,
    ),
]


def merged_settings(
    config: Path | None,
    assignments: list[str] | None,
    fields: list[str] | None = None,
    format: str | None = None,  # noqa: A002
    **run: object,
) -> JobSettings:
    """Merge the flags of a command with the other places that settings come from."""
    from jobs.config import load_settings, override, parse_assignments

    overrides = parse_assignments(assignments or ())
    for pair in fields or ():
        field, equals, name = pair.partition("=")
        if not (equals and field and name):
            raise UsageError(f"--field wants FIELD=NAME, as in text=body; found {pair!r}")
        override(overrides, ("input", "fields", field), name)
    if format is not None:
        override(overrides, ("input", "format"), format)
    for name, value in run.items():
        if value is not None:
            override(overrides, ("run", name), value)
    return load_settings(config, overrides)
