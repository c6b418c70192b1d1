"""From the shell to a command and back: signals, error messages, exit codes."""

from __future__ import annotations

import io
import os
import signal
import sys
import traceback
from typing import NoReturn

import typer

from dedup.errors import DamagedStateError, NewsdedupError, UsageError
from jobs.cli.app import app


def command_line(arguments: list[str]) -> int:  # noqa: PLR0911  (one return a kind of ending)
    """Run one command and give its exit code; no error a user can cause shows a stack trace."""
    try:
        code = _invoke(arguments)
        sys.stdout.flush()  # a full disk or a closed pipe can be told here, but not once the process ends
    except typer.TyperException as error:
        sys.stderr.write(_told(error))
        return UsageError.exit_code
    except NewsdedupError as error:
        sys.stderr.write(f"newsdedup: {error}\n")
        return error.exit_code
    except BrokenPipeError:
        _drop_output()
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        sys.stderr.write("newsdedup: stopped\n")
        return 128 + signal.SIGINT
    except MemoryError:
        sys.stderr.write("newsdedup: out of memory; give it a smaller input or a larger machine\n")
        return NewsdedupError.exit_code
    except OSError as error:
        sys.stderr.write(f"newsdedup: {error}\n")
        _drop_output()
        return DamagedStateError.exit_code
    except Exception:  # noqa: BLE001  (the last place where a bug can be told from a crash)
        sys.stderr.write(traceback.format_exc())
        sys.stderr.write("newsdedup: this is a bug; please report it with the lines above\n")
        return NewsdedupError.exit_code
    return code


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
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup stays in force
            signal.signal(number, _stop)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # terminals that do not speak UTF-8
    sys.exit(command_line(sys.argv[1:]))


def _stop(number: int, _frame: object) -> NoReturn:
    """Leave through the contexts that clean up behind themselves."""
    sys.exit(128 + number)
