"""`newsdedup check`."""

from __future__ import annotations

from jobs.cli.app import app
from jobs.cli.options import State


@app.command()
def check(state: State) -> int:
    """Verify every digest, count and reference of a state; exit code 74 and the name of the file where one fails.

    Example: `newsdedup check --state /var/lib/newsdedup`
    """
    from jobs.check import check as verify
    from jobs.check import print_check
    from jobs.console import message_console, result_console
    from jobs.progress import NoProgress, TerminalProgress

    errors = message_console()
    with TerminalProgress(errors) if errors.is_terminal else NoProgress() as progress:
        found = verify(state, progress=progress)
    print_check(found, result_console())
    return 0
