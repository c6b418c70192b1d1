"""Command lines in documents and deployed files, held against the commands."""

from __future__ import annotations

from collections.abc import Sequence

import typer


def options_of(app: typer.Typer, names: Sequence[str]) -> set[str]:
    """Give every option of the command called by `names`, as it is typed."""
    command = typer.main.get_command(app)
    for name in names:
        command = command.commands[name]
    return {option for parameter in command.params for option in parameter.opts}
