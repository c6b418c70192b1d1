"""The command line: every command is a thin shell over one public function.

Heavy imports stand inside the commands, so that ``newsdedup --help`` answers at once.
"""

from jobs.cli import (  # noqa: F401, I001  (in the order of the help)
    run,
    audit,
    clean,
    explain,
    tune,
    evaluate,
    resolve,
    match,
    status,
    check,
    feed,
    search,
    lsh_export,
    config,
)
from jobs.cli.app import app
from jobs.cli.shell import command_line, main

__all__ = ["app", "command_line", "main"]
