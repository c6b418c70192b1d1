"""`newsdedup explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from jobs.cli.app import app
from jobs.cli.options import Assignments, ConfigFile, FieldMap, Format, Inputs, Jobs, merged_settings
from jobs.cli.work import at_work, read_corpus_for


@app.command()
def explain(
    first: Annotated[str, typer.Argument(help="Id of an article.", metavar="A")],
    second: Annotated[str, typer.Argument(help="Id of another.", metavar="B")],
    inputs: Inputs,
    config: ConfigFile = None,
    set_: Assignments = None,
    field: FieldMap = None,
    format: Format = None,  # noqa: A002
    jobs: Jobs = None,
) -> int:
    """Say why two articles are copies or not, and why they share a story or not.

    Example: `newsdedup explain a-17 b-4 archive.jsonl.gz`
    """
    settings = merged_settings(config, set_, field, format, jobs=jobs)

    from jobs.console import message_console, result_console
    from jobs.explain import explain as explain_articles
    from jobs.explain import print_explanation
    from jobs.run import workers

    errors = message_console()
    with at_work(errors) as progress:
        corpus = read_corpus_for(inputs, settings, errors, progress)
        with progress.stage("running all stages", total=len(corpus), unit="articles"):
            explained = explain_articles(corpus, first, second, settings.stages, n_jobs=workers(settings))
    print_explanation(explained, result_console())
    return 0
