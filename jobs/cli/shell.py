"""From the shell to a command and back: signals, error messages, exit codes."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import NoReturn

import typer

from dedup.errors import UsageError
from jobs.cli.app import app
from jobs.endings import ending_of
from jobs.logs import whereabouts_in_lines
from jobs.signals import stop_in_order


def command_line(arguments: list[str]) -> int:
    """Run one command and give its exit code; no error a user can cause shows a stack trace."""
    try:
        code = _invoke(arguments)
        sys.stdout.flush()  # a full disk or a closed pipe can be told here, but not once the process ends
    except typer.TyperException as error:
        sys.stderr.write(_told(error))
        return UsageError.exit_code
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  (the last place where a bug can be told)
        return _end(error)
    return code


def _end(error: BaseException) -> int:
    """Say why the command ends, and give the exit code."""
    ending = ending_of(error)
    if isinstance(error, OSError):
        _drop_output()
    if ending.is_bug:
        sys.stderr.write(whereabouts_in_lines(error))
    if ending.message:
        sys.stderr.write(f"newsdedup: {ending.message}\n")
    return ending.exit_code


def _invoke(arguments: list[str]) -> int:
    """Parse and run without typer's own way of ending, which gives a closed pipe and Ctrl-C other codes."""
    command = typer.main.get_command(app)
    try:
        with command.make_context("newsdedup", arguments) as context:
            return int(command.invoke(context))
    except typer.Exit as ending:
        return ending.exit_code


def _told(error: typer.TyperException) -> str:
    """Name the option as it is typed; help that was asked for by saying nothing is on the screen already."""
    message = error.format_message()
    return f"newsdedup: {message}\nTry `newsdedup --help`.\n" if message else ""


def _drop_output() -> None:
    """Send what is still buffered nowhere; the interpreter would complain about it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def main() -> NoReturn:
    """Enter from the shell."""
    _open_closed_streams()
    stop_in_order()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # terminals that do not speak UTF-8
    sys.exit(command_line(sys.argv[1:]))


def _open_closed_streams() -> None:
    """Let streams that the caller closed lead nowhere; the next file to be opened would take their place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115  (open until the process ends)
            setattr(sys, name, nowhere)
