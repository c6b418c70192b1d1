"""The application that commands register with."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

app = typer.Typer(
    name="newsdedup",
    help="Find copied articles in news corpora and group the rest into stories.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"newsdedup {version('newsdedup')}\n")
        raise typer.Exit


@app.callback()
def _every_command(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Find copied articles in news corpora and group the rest into stories."""
