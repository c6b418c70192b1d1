"""`newsdedup match`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from dedup.errors import EXIT_OK, EXIT_TOO_MANY_REJECTED, BadDataError
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

    A record that cannot be read is named on standard error; the exit code is 3 then, and 65 where nothing is left
    to answer.

    Example: `newsdedup match new.jsonl --state /var/lib/news`
    """
    settings = merged_settings(config, set_, field, format)

    import msgspec

    from jobs.console import message_console
    from jobs.ledger.ledger import Ledger
    from jobs.match import Matcher, read_new
    from jobs.readers import Rejections
    from jobs.summary import safe

    errors, rejections = message_console(), Rejections()
    with at_work(errors) as progress:
        articles = read_new(inputs, settings, rejections)
        with progress.stage("opening the state", total=None, unit="articles"), Ledger.open(state) as ledger:
            matcher = Matcher(ledger, settings)
    for record in rejections.rejected:
        place = record.file if record.line is None else f"{record.file}:{record.line}"
        errors.print(safe(f"{place}: {record.reason}"), highlight=False, soft_wrap=True)
    for article in articles:
        sys.stdout.write(msgspec.json.encode(matcher.match(article)).decode() + "\n")
        sys.stdout.flush()
    if len(rejections.rejected) == rejections.repeated:
        return EXIT_OK
    return EXIT_TOO_MANY_REJECTED if articles else BadDataError.exit_code
