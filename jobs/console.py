"""Where commands write to: results on standard output, everything else on standard error."""

from __future__ import annotations

from typing import NoReturn

from rich.console import Console


class CommandConsole(Console):
    """A console that leaves it to the command what a closed pipe means; rich would end with code 1."""

    def on_broken_pipe(self) -> NoReturn:
        """Let the error through."""
        raise BrokenPipeError


def result_console() -> Console:
    """Give the console of standard output."""
    return CommandConsole()


def message_console() -> Console:
    """Give the console of standard error."""
    return CommandConsole(stderr=True)
