"""The command line: every command is a thin shell over one public function.

Heavy imports stand inside the commands, so that ``newsdedup --help`` answers at once.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import traceback
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dedup.errors import DamagedStateError, NewsdedupError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from dedup.corpus import Corpus
    from jobs.config import JobSettings
    from jobs.progress import Progress

app = typer.Typer(
    name="newsdedup",
    help="Find copied articles in news corpora and group the rest into stories.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
)
config_app = typer.Typer(no_args_is_help=True)
app.add_typer(config_app, name="config", help="Show the settings that a command would use.")

Inputs = Annotated[
    list[str],
    typer.Argument(help="Files, globs or folders; `-` reads standard input.", metavar="INPUT..."),
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
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="jsonl, json, csv, parquet or txt, for every input, where names and first bytes say nothing.",
        metavar="NAME",
    ),
]
Jobs = Annotated[int | None, typer.Option("--jobs", help="Workers; 0 takes one per processor.", metavar="N")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print errors only.")]


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"newsdedup {version('newsdedup')}\n")
        raise typer.Exit


@app.callback()
def _every_command(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Find copied articles in news corpora and group the rest into stories."""


def _settings(
    config: Path | None,
    assignments: list[str] | None,
    fields: list[str] | None = None,
    format: str | None = None,  # noqa: A002
    **run: object,
) -> JobSettings:
    """Merge the flags of a command with the other places that settings come from."""
    from jobs.config import load_settings, override, parse_assignments

    overrides = parse_assignments(assignments or ())
    for pair in fields or ():
        field, equals, name = pair.partition("=")
        if not (equals and field and name):
            raise UsageError(f"--field wants FIELD=NAME, as in text=body; found {pair!r}")
        override(overrides, ("input", "fields", field), name)
    if format is not None:
        override(overrides, ("input", "format"), format)
    for name, value in run.items():
        if value is not None:
            override(overrides, ("run", name), value)
    return load_settings(config, overrides)


@contextmanager
def _at_work(errors: Console, *, quiet: bool = False) -> Iterator[Progress]:
    """Draw bars on a terminal, and tell anywhere that kernels are compiled first."""
    from jobs.compilation import announced
    from jobs.progress import NoProgress, TerminalProgress

    def say(text: str) -> None:
        if not quiet:
            errors.print(text, highlight=False)

    progress = TerminalProgress(errors) if errors.is_terminal and not quiet else NoProgress()
    with announced(say), progress:
        yield progress


def _read(inputs: list[str], settings: JobSettings, errors: Console, progress: Progress) -> Corpus:
    """Read the articles for a command that writes no files."""
    from jobs.readers import Rejections
    from jobs.run import read_articles_of
    from jobs.summary import counted

    rejections = Rejections()
    corpus = read_articles_of(inputs, settings, rejections=rejections, progress=progress)
    if rejections.rejected:
        errors.print(f"{counted(len(rejections.rejected), 'record')} left out; `newsdedup run` says why")
    return corpus


@app.command()
def run(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", help="Folder of the result files.", metavar="DIR")],
    config: ConfigFile = None,
    set_: Assignments = None,
    field: FieldMap = None,
    format: Format = None,  # noqa: A002
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
    settings = _settings(config, set_, field, format, jobs=jobs, max_rejected=max_rejected)

    from jobs.console import message_console, result_console
    from jobs.run import run as run_job
    from jobs.summary import print_summary

    errors = message_console()
    with _at_work(errors, quiet=quiet) as progress:
        result = run_job(inputs, out, settings, progress=progress)
    if not quiet:
        print_summary(result, errors if json else result_console())
    if json:
        sys.stdout.write(result.machine_line() + "\n")
    return result.exit_code


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
    settings = _settings(config, set_, field, format, jobs=jobs)

    from jobs.clean import clean as find_boilerplate
    from jobs.clean import print_cleaned
    from jobs.console import message_console, result_console
    from jobs.run import workers

    errors = message_console()
    with _at_work(errors) as progress:
        corpus = _read(inputs, settings, errors, progress)
        with progress.stage("finding boilerplate", total=len(corpus), unit="articles"):
            found = find_boilerplate(corpus, settings.boilerplate, n_jobs=workers(settings))
    print_cleaned(found, result_console(), articles=articles)
    return 0


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
    settings = _settings(config, set_, field, format, jobs=jobs)

    from jobs.console import message_console, result_console
    from jobs.explain import explain as explain_articles
    from jobs.explain import print_explanation
    from jobs.run import workers

    errors = message_console()
    with _at_work(errors) as progress:
        corpus = _read(inputs, settings, errors, progress)
        with progress.stage("running all stages", total=len(corpus), unit="articles"):
            explained = explain_articles(corpus, first, second, settings.stages, n_jobs=workers(settings))
    print_explanation(explained, result_console())
    return 0


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
    settings = _settings(config, set_, field, format, jobs=jobs)

    from jobs.console import message_console, result_console
    from jobs.run import workers
    from jobs.tune import print_tuning
    from jobs.tune import tune as compare_cuts

    errors = message_console()
    with _at_work(errors) as progress:
        corpus = _read(inputs, settings, errors, progress)
        with progress.stage("comparing cuts", total=len(corpus), unit="articles"):
            tuning = compare_cuts(corpus, settings.stages, n_jobs=workers(settings))
    print_tuning(tuning, result_console())
    return 0


@app.command()
def evaluate(
    result: Annotated[Path, typer.Argument(help="Folder of a run.", metavar="RESULT")],
    gold: Annotated[Path, typer.Argument(help="JSON Lines of gold labels.", metavar="GOLD")],
) -> int:
    """Hold a result against gold labels: B-cubed, pairwise, ARI and V of copies, events and stories.

    Example: `newsdedup evaluate results gold.jsonl`
    """
    from jobs.console import result_console
    from jobs.evaluate import evaluate as score
    from jobs.evaluate import print_agreement

    print_agreement(score(result, gold), result_console())
    return 0


@config_app.command("show")
def config_show(config: ConfigFile = None, set_: Assignments = None) -> int:
    """Print the merged settings as a file that `--config` takes, and their digest.

    Example: `newsdedup config show --set stories.event_cut=0.7 > newsdedup.toml`
    """
    from jobs.config import as_toml

    settings = _settings(config, set_)
    sys.stdout.write(f"# digest {settings.stages.digest}\n{as_toml(settings)}")
    return 0


def command_line(arguments: list[str]) -> int:  # noqa: PLR0911  (one return a kind of ending)
    """Run one command and give its exit code; no error a user can cause shows a stack trace."""
    try:
        code = _invoke(arguments)
        sys.stdout.flush()  # a full disk or a closed pipe can be told here, but not once the process ends
    except typer.TyperException as error:
        sys.stderr.write(_told(error))
        return UsageError.exit_code
    except NewsdedupError as error:
        sys.stderr.write(f"newsdedup: {error}\n")
        return error.exit_code
    except BrokenPipeError:
        _drop_output()
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        sys.stderr.write("newsdedup: stopped\n")
        return 128 + signal.SIGINT
    except MemoryError:
        sys.stderr.write("newsdedup: out of memory; give it a smaller input or a larger machine\n")
        return NewsdedupError.exit_code
    except OSError as error:
        sys.stderr.write(f"newsdedup: {error}\n")
        _drop_output()
        return DamagedStateError.exit_code
    except Exception:  # noqa: BLE001  (the last place where a bug can be told from a crash)
        sys.stderr.write(traceback.format_exc())
        sys.stderr.write("newsdedup: this is a bug; please report it with the lines above\n")
        return NewsdedupError.exit_code
    return code


def _invoke(arguments: list[str]) -> int:
    """Parse and run without typer's own way of ending, which gives a closed pipe and Ctrl-C other codes."""
    command = typer.main.get_command(app)
    try:
        with command.make_context("newsdedup", arguments) as context:
            return int(command.invoke(context))
    except typer.Exit as ending:
        return ending.exit_code


def _told(error: typer.TyperException) -> str:
    """Name the option as it is typed; help that was asked for by saying nothing is on the screen already."""
    message = error.format_message()
    return f"newsdedup: {message}\nTry `newsdedup --help`.\n" if message else ""


def _drop_output() -> None:
    """Send what is still buffered nowhere; the interpreter would complain about it at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def main() -> NoReturn:
    """Enter from the shell."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup stays in force
            signal.signal(number, _stop)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # terminals that do not speak UTF-8
    sys.exit(command_line(sys.argv[1:]))


def _stop(number: int, _frame: object) -> NoReturn:
    """Leave through the contexts that clean up behind themselves."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
