"""`newsdedup tune`."""

from __future__ import annotations

from jobs.cli.app import app
from jobs.cli.options import Assignments, ConfigFile, FieldMap, Format, Inputs, Jobs, merged_settings
from jobs.cli.work import at_work, read_corpus_for


@app.command()
def tune(
    inputs: Inputs,
    config: ConfigFile = None,
    set_: Assignments = None,
    field: FieldMap = None,
    format: Format = None,  # noqa: A002
    jobs: Jobs = None,
) -> int:
    """Show how count and largest size of events and stories move with their cuts; write nothing.

    Example: `newsdedup tune archive.jsonl.gz`
    """
    settings = merged_settings(config, set_, field, format, jobs=jobs)

    from jobs.console import message_console, result_console
    from jobs.run import workers
    from jobs.tune import print_tuning
    from jobs.tune import tune as compare_cuts

    errors = message_console()
    with at_work(errors) as progress:
        corpus = read_corpus_for(inputs, settings, errors, progress)
        with progress.stage("comparing cuts", total=len(corpus), unit="articles"):
            tuning = compare_cuts(corpus, settings.stages, n_jobs=workers(settings))
    print_tuning(tuning, result_console())
    return 0
