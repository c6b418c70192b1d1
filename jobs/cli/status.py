"""`newsdedup status`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from jobs.cli.app import app
from jobs.cli.options import State


@app.command()
def status(
    state: State,
    json: Annotated[bool, typer.Option("--json", help="Print one machine-readable line instead.")] = False,
) -> int:
    """Say where a state stands: generation, articles, stories, last change, age, size.

    Example: `newsdedup status --state /var/lib/newsdedup --json`
    """
    from jobs.status import print_status
    from jobs.status import status as stand

    found = stand(state, now=datetime.now(UTC))
    if json:
        import msgspec

        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    else:
        from jobs.console import result_console

        print_status(found, result_console())
    return 0
