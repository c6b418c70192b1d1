"""`newsdedup clean`."""

from __future__ import annotations

from typing import Annotated

import typer

from jobs.cli.app import app
from jobs.cli.options import Assignments, ConfigFile, FieldMap, Format, Inputs, Jobs, merged_settings
from jobs.cli.work import at_work, read_corpus_for


@app.command()
def clean(
    inputs: Inputs,
    config: ConfigFile = None,
    set_: Assignments = None,
    field: FieldMap = None,
    format: Format = None,  # noqa: A002
    jobs: Jobs = None,
    articles: Annotated[
        int, typer.Option("--articles", help="Show so many articles that lose something.", metavar="N", min=0)
    ] = 20,
) -> int:
    """Show what would be removed as boilerplate, and why; write nothing.

    Example: `newsdedup clean archive.jsonl.gz --articles 5`
    """
    settings = merged_settings(config, set_, field, format, jobs=jobs)

    from jobs.clean import clean as find_boilerplate
    from jobs.clean import print_cleaned
    from jobs.console import message_console, result_console
    from jobs.run import workers

    errors = message_console()
    with at_work(errors) as progress:
        corpus = read_corpus_for(inputs, settings, errors, progress)
        with progress.stage("finding boilerplate", total=len(corpus), unit="articles"):
            found = find_boilerplate(corpus, settings.boilerplate, n_jobs=workers(settings))
    print_cleaned(found, result_console(), articles=articles)
    return 0
