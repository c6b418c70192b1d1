"""`newsdedup match`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from jobs.cli.app import app
from jobs.cli.options import Assignments, ConfigFile, FieldMap, Format, State, merged_settings
from jobs.cli.work import at_work


@app.command()
def match(
    inputs: Annotated[
        list[str],
        typer.Argument(help="Files with new articles; `-` reads standard input.", metavar="FILE..."),
    ],
    state: State,
    config: ConfigFile = None,
    set_: Assignments = None,
    field: FieldMap = None,
    format: Format = None,  # noqa: A002
) -> int:
    """Say which articles of a state new ones copy, and which story they belong to; change nothing.

    Example: `newsdedup match new.jsonl --state /var/lib/news`
    """
    settings = merged_settings(config, set_, field, format)

    import msgspec

    from jobs.console import message_console
    from jobs.ledger.ledger import Ledger
    from jobs.match import Matcher, read_new
    from jobs.readers import Rejections
    from jobs.summary import counted

    errors, rejections = message_console(), Rejections()
    with at_work(errors) as progress:
        articles = read_new(inputs, settings, rejections)
        with progress.stage("opening the state", total=None, unit="articles"), Ledger.open(state) as ledger:
            matcher = Matcher(ledger, settings)
    if rejections.rejected:
        errors.print(f"{counted(len(rejections.rejected), 'record')} left out; `newsdedup run` says why")
    for article in articles:
        sys.stdout.write(msgspec.json.encode(matcher.match(article)).decode() + "\n")
        sys.stdout.flush()
    return 0
