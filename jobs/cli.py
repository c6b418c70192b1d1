"""The command line: every command is a thin shell over one public function.

Heavy imports stand inside the commands, so that ``newsdedup --help`` answers at once.
"""

from __future__ import annotations

import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from dedup.errors import NewsdedupError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from jobs.config import JobSettings
    from jobs.progress import Progress

app = typer.Typer(
    name="newsdedup",
    help="Find copied articles in news corpora and group the rest into stories.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
config_app = typer.Typer(no_args_is_help=True)
app.add_typer(config_app, name="config", help="Show the settings that a command would use.")

Inputs = Annotated[
    list[str],
    typer.Argument(
        help="Files, globs or folders; `-` reads JSON Lines from standard input.", metavar="INPUT..."
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", help="Settings file (TOML).", envvar="NEWSDEDUP_CONFIG", metavar="FILE"),
]
Assignments = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="One setting, as in `stories.event_cut=0.7`; may be repeated.", metavar="NAME=VALUE"
    ),
]
FieldMap = Annotated[
    list[str] | None,
    typer.Option(
        "--field", help="Where a field stands, as in `text=body`; may be repeated.", metavar="FIELD=NAME"
    ),
]
Jobs = Annotated[int | None, typer.Option("--jobs", help="Workers; 0 takes one per processor.", metavar="N")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print errors only.")]


def _overrides(
    assignments: list[str] | None, fields: list[str] | None = None, **run: object
) -> dict[str, Any]:
    """Put the flags of a command into the shape of the settings."""
    from jobs.config import parse_assignments

    overrides = parse_assignments(assignments or ())
    mapping = {}
    for pair in fields or ():
        field, equals, name = pair.partition("=")
        if not (equals and field and name):
            raise UsageError(f"--field wants FIELD=NAME, as in text=body; found {pair!r}")
        mapping[field] = name
    if mapping:
        overrides.setdefault("input", {}).setdefault("fields", {}).update(mapping)
    overrides.setdefault("run", {}).update({name: value for name, value in run.items() if value is not None})
    return overrides


def _settings(config: Path | None, overrides: dict[str, Any]) -> JobSettings:
    from jobs.config import load_settings

    return load_settings(config, overrides)


def _progress(errors: Console, *, quiet: bool) -> Progress:
    """Draw bars on a terminal; say nothing elsewhere."""
    from jobs.progress import NoProgress, TerminalProgress

    return TerminalProgress(errors) if errors.is_terminal and not quiet else NoProgress()


@app.command()
def run(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", help="Folder of the result files.", metavar="DIR")],
    config: ConfigFile = None,
    set_: Assignments = None,
    field: FieldMap = None,
    jobs: Jobs = None,
    max_rejected: Annotated[
        float | None,
        typer.Option(
            "--max-rejected",
            help="Share of rejected records above which the exit code is 3.",
            metavar="SHARE",
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="End with one machine-readable line on stdout.")
    ] = False,
    quiet: Quiet = False,
) -> int:
    """Find copies and stories in one pass and write the result files.

    Example: `newsdedup run archive/*.jsonl.gz more.csv --out results`
    """
    from rich.console import Console

    from jobs.run import run as run_job
    from jobs.summary import print_summary

    settings = _settings(config, _overrides(set_, field, jobs=jobs, max_rejected=max_rejected))
    errors = Console(stderr=True)
    with _progress(errors, quiet=quiet) as progress:
        result = run_job(inputs, out, settings, progress=progress)
    if not quiet:
        print_summary(result, errors if json else Console())
    if json:
        sys.stdout.write(result.machine_line() + "\n")
    return result.exit_code


@app.command()
def clean(
    inputs: Inputs,
    config: ConfigFile = None,
    set_: Assignments = None,
    field: FieldMap = None,
    jobs: Jobs = None,
    articles: Annotated[
        int, typer.Option("--articles", help="Show so many articles that lose something.", metavar="N")
    ] = 20,
) -> int:
    """Show what would be removed as boilerplate, and why; write nothing.

    Example: `newsdedup clean archive.jsonl.gz --articles 5`
    """
    from rich.console import Console

    from jobs.clean import clean as find_boilerplate
    from jobs.clean import print_cleaned
    from jobs.run import read_articles_of, workers

    settings = _settings(config, _overrides(set_, field, jobs=jobs))
    corpus = read_articles_of(inputs, settings)
    print_cleaned(
        find_boilerplate(corpus, settings.boilerplate, n_jobs=workers(settings)), Console(), articles=articles
    )
    return 0


@app.command()
def explain(
    first: Annotated[str, typer.Argument(help="Id of an article.", metavar="A")],
    second: Annotated[str, typer.Argument(help="Id of another.", metavar="B")],
    inputs: Inputs,
    config: ConfigFile = None,
    set_: Assignments = None,
    field: FieldMap = None,
    jobs: Jobs = None,
) -> int:
    """Say why two articles are copies or not, and why they share a story or not.

    Example: `newsdedup explain a-17 b-4 archive.jsonl.gz`
    """
    from rich.console import Console

    from jobs.explain import explain as explain_articles
    from jobs.explain import print_explanation
    from jobs.run import read_articles_of, workers

    settings = _settings(config, _overrides(set_, field, jobs=jobs))
    corpus = read_articles_of(inputs, settings)
    explained = explain_articles(corpus, first, second, settings.stages, n_jobs=workers(settings))
    print_explanation(explained, Console())
    return 0


@app.command()
def tune(
    inputs: Inputs,
    config: ConfigFile = None,
    set_: Assignments = None,
    field: FieldMap = None,
    jobs: Jobs = None,
) -> int:
    """Show how count and largest size of events and stories move with their cuts; write nothing.

    Example: `newsdedup tune archive.jsonl.gz`
    """
    from rich.console import Console

    from jobs.run import read_articles_of, workers
    from jobs.tune import print_tuning
    from jobs.tune import tune as compare_cuts

    settings = _settings(config, _overrides(set_, field, jobs=jobs))
    corpus = read_articles_of(inputs, settings)
    print_tuning(compare_cuts(corpus, settings.stages, n_jobs=workers(settings)), Console())
    return 0


@app.command()
def evaluate(
    result: Annotated[Path, typer.Argument(help="Folder of a run.", metavar="RESULT")],
    gold: Annotated[Path, typer.Argument(help="JSON Lines of gold labels.", metavar="GOLD")],
) -> int:
    """Hold a result against gold labels: B-cubed, pairwise, ARI and V of copies, events and stories.

    Example: `newsdedup evaluate results gold.jsonl`
    """
    from rich.console import Console

    from jobs.evaluate import evaluate as score
    from jobs.evaluate import print_agreement

    print_agreement(score(result, gold), Console())
    return 0


@config_app.command("show")
def config_show(config: ConfigFile = None, set_: Assignments = None) -> int:
    """Print the merged settings as a file that `--config` takes, and their digest.

    Example: `newsdedup config show --set stories.event_cut=0.7 > newsdedup.toml`
    """
    from jobs.config import as_toml

    settings = _settings(config, _overrides(set_))
    sys.stdout.write(f"# digest {settings.stages.digest}\n{as_toml(settings)}")
    return 0


def command_line(arguments: list[str]) -> int:  # noqa: PLR0911  (one return a kind of ending)
    """Run one command and give its exit code; no error a user can cause shows a stack trace."""
    try:
        code = app(arguments, standalone_mode=False)
    except typer.TyperException as error:
        sys.stderr.write(f"newsdedup: {error}\nTry `newsdedup --help`.\n")
        return UsageError.exit_code
    except NewsdedupError as error:
        sys.stderr.write(f"newsdedup: {error}\n")
        return error.exit_code
    except BrokenPipeError:
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        sys.stderr.write("newsdedup: stopped\n")
        return 128 + signal.SIGINT
    except MemoryError:
        sys.stderr.write("newsdedup: out of memory; give it a smaller input or a larger machine\n")
        return NewsdedupError.exit_code
    except Exception:  # noqa: BLE001  (the last place where a bug can be told from a crash)
        sys.stderr.write(traceback.format_exc())
        sys.stderr.write("newsdedup: this is a bug; please report it with the lines above\n")
        return NewsdedupError.exit_code
    return code if isinstance(code, int) else 0


def main() -> NoReturn:
    """Enter from the shell."""
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(command_line(sys.argv[1:]))


def _stop(number: int, _frame: object) -> NoReturn:
    """Leave through the contexts that clean up behind themselves."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
