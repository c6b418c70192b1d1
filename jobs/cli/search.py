"""`newsdedup search`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from jobs.cli.app import app


@app.command()
def search(
    query: Annotated[
        list[str], typer.Argument(help="Words; in double quotes, side by side.", metavar="QUERY...")
    ],
    index: Annotated[
        Path, typer.Option("--index", help="File of `newsdedup feed --to sqlite:FILE`.", metavar="FILE")
    ],
    limit: Annotated[
        int, typer.Option("--limit", help="Most stories, and most articles.", metavar="N", min=1, max=1000)
    ] = 10,
    json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> int:
    """Find stories, then articles without their copies, in a SQLite index.

    Example: `newsdedup search "taliban moskow" --index news.db`
    """
    from jobs.console import result_console
    from jobs.search import print_answer
    from jobs.search import search as find

    answer = find(index, " ".join(query), limit=limit)
    if json:
        import msgspec

        sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
    else:
        print_answer(answer, result_console())
    return 0
