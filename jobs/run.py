"""`newsdedup run`: read, find, write."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import msgspec

from dedup.analysis import Analysis, analyse
from dedup.errors import EXIT_OK, EXIT_TOO_MANY_REJECTED, UsageError
from jobs import tables
from jobs.locking import patient
from jobs.logs import NoEvents, tell_reading
from jobs.progress import NoProgress
from jobs.readers import Rejections, Shelf, find_inputs, input_bytes, read_articles, resolve_ids
from jobs.readers.publication import dated_together
from jobs.sinks.files import ResultFiles, locked, make_folder
from jobs.stages import StageCost, StageLog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedup.corpus import Corpus
    from jobs.config import JobSettings
    from jobs.logs import EventLog
    from jobs.progress import Progress
    from jobs.readers import PlacedArticle, Places
    from jobs.records import Assignment, DuplicatePair, Rejected, Story

#: Result files and what they hold; `run.json` is there only beside the files it was written with.
FILES = {
    "assignments.jsonl": "one line per article: its copies, event and story",
    "duplicates.jsonl": "one line per pair of copies, with the reason",
    "stories.jsonl": "one line per story, with its events",
    "rejected.jsonl": "records that did not go through, and why",
    "run.json": "settings, inputs, versions, counts, cost of each stage",
}

#: Whose versions a result depends on.
PACKAGES = ("newsdedup", "datasketch", "joblib", "numba", "numpy", "scikit-learn", "scipy", "wordfreq")


class Copy(NamedTuple):
    """A copy as a person wants to read it."""

    headline: str
    source: str
    relation: str
    original_headline: str
    original_source: str


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What one pass over the inputs found; nothing is written yet.

    Attributes
    ----------
    settings : JobSettings
    started : datetime
    analysis : Analysis
    rejections : Rejections
    assignments, pairs, stories, rejected
        Lines of the result files.
    counts : dict of str to int
        `jobs.tables.counts`.
    costs : list of StageCost
        Grows while more stages are run.
    exit_code : int
    """

    settings: JobSettings
    started: datetime
    analysis: Analysis
    rejections: Rejections
    assignments: list[Assignment]
    pairs: list[DuplicatePair]
    stories: list[Story]
    rejected: list[Rejected]
    counts: dict[str, int]
    costs: list[StageCost]
    exit_code: int

    @property
    def repairs(self) -> dict[str, int]:
        """How many records were kept after a repair or a loss, by kind."""
        return dict(sorted(self.rejections.repairs.items()))

    def write_lists(self, files: ResultFiles) -> None:
        """Write the four lists, one line a record."""
        files.write_lines("assignments.jsonl", self.assignments)
        files.write_lines("duplicates.jsonl", self.pairs)
        files.write_lines("stories.jsonl", self.stories)
        files.write_lines("rejected.jsonl", self.rejected)

    def largest_stories(self, number: int) -> list[Story]:
        """Give the stories with most distinct texts first; ties by articles, then by age."""
        order = sorted(self.stories, key=lambda story: (-story.distinct_count, -story.article_count))
        return order[:number]

    def outlets(self, story: Story) -> list[str]:
        """Name the outlets of a story, the busiest first."""
        corpus = self.analysis.corpus
        names = Counter(
            name
            for event in story.events
            for article_id in event.article_ids
            if (name := corpus.source(bisect_left(corpus.ids, article_id)))
        )
        return sorted(names, key=lambda name: (-names[name], name))

    def copies(self) -> list[Copy]:
        """List every copy beside its original in order of time: across outlets, then unknown, then within."""
        corpus, original = self.analysis.corpus, self.analysis.duplicates.original

        def order(row: int) -> tuple[int, int, int]:
            sources = corpus.sources[row], corpus.sources[original[row]]
            kind = 1 if -1 in sources else 2 * (sources[0] == sources[1])
            return int(kind), int(corpus.published[row]), row

        rows = sorted((row for row in range(len(corpus)) if original[row] != row), key=order)
        return [
            Copy(
                headline=self._headline(row),
                source=corpus.source(row),
                relation=self.assignments[row].relation or "",
                original_headline=self._headline(int(original[row])),
                original_source=corpus.source(int(original[row])),
            )
            for row in rows
        ]

    def _headline(self, row: int) -> str:
        """Give the title of an article, else how its text begins."""
        corpus = self.analysis.corpus
        return corpus.titles[row] or corpus.texts[row][:80]


@dataclass(frozen=True, kw_only=True)
class RunResult(Findings):
    """What one run found and where it wrote it, or would have in a dry run."""

    folder: Path
    dry_run: bool = False

    @property
    def files(self) -> dict[str, str]:
        """File names in `folder` with their meaning."""
        return FILES

    def machine_line(self) -> str:
        """Give the one line that a calling program reads."""
        outcome = {"exit_code": self.exit_code, "out": str(self.folder), "counts": self.counts}
        return msgspec.json.encode(outcome).decode()


def run(
    inputs: Sequence[str],
    out: Path,
    settings: JobSettings,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    events: EventLog | None = None,
    now: datetime | None = None,
) -> RunResult:
    """Find copies and stories in `inputs` and write the result files into `out`.

    Parameters
    ----------
    inputs : sequence of str
        Paths, globs or folders; ``-`` reads JSON Lines from standard input.
    out : Path
        Folder of the result files, created where missing; files of an earlier run are replaced together.
    settings : JobSettings
        From `jobs.config.load_settings`.
    dry_run : bool, default False
        Find everything out and write nothing.
    progress : Progress, optional
        Shown how far each stage is.
    events : EventLog, optional
        Told what is done, and how many records were left out.
    now : datetime, optional
        Articles dated later than two days after it lose their date; the present moment by default.

    Raises
    ------
    UsageError
        Where an input is a result file in `out`.
    NoInputError, BadDataError, CannotWriteError
        Where nothing can be read or written at all; single bad records are rejected and counted.
    StateLockedError
        Where another run writes into `out`.
    """
    log, started = StageLog(progress or NoProgress(), events or NoEvents()), now or datetime.now(UTC)
    if dry_run:
        found = find(inputs, settings, log=log, now=started)
        return RunResult(folder=out, dry_run=True, **shallow(found))
    refuse_results(inputs, out)
    make_folder(out)
    with patient(partial(locked, out), settings.run.lock_timeout):
        return _run(inputs, out, settings, log, started)


def refuse_results(inputs: Sequence[str], out: Path, names: Iterable[str] = tuple(FILES)) -> None:
    """Keep a run from reading what an earlier one wrote, as over a folder that holds its own results.

    Parameters
    ----------
    inputs : sequence of str
    out : Path
        Folder of the results.
    names : iterable of str
        Files, or folders of files, that are written there; those of a run by default.

    Raises
    ------
    UsageError
        Where an input is one of them, or `out` lies in an input.
    """
    for each in inputs:
        if Path(each).is_dir() and out.resolve().is_relative_to(Path(each).resolve()):
            raise UsageError(
                "lies in the input, and the next run would read what this one writes; choose another folder",
                file=str(out),
            )
    results = {out.resolve() / name for name in names}
    for file in find_inputs(inputs):
        if file.path is not None and results & {file.path.resolve(), *file.path.resolve().parents}:
            raise UsageError(
                "is a result file in the folder of --out; choose another folder, outside of the input",
                file=file.file,
            )


def _run(
    inputs: Sequence[str], out: Path, settings: JobSettings, log: StageLog, started: datetime
) -> RunResult:
    with ResultFiles(out) as files:
        found = find(inputs, settings, log=log, now=started)
        with log.stage("writing results", total=len(found.analysis.corpus)):
            found.write_lists(files)
        result = RunResult(folder=out, **shallow(found))
        files.write_json("run.json", run_report(result))
    return result


def find(
    inputs: Sequence[str],
    settings: JobSettings,
    *,
    log: StageLog,
    now: datetime,
    places: Places | None = None,
) -> Findings:
    """Read `inputs`, find copies and stories, and make the lines of the result files; write nothing.

    Parameters
    ----------
    inputs : sequence of str
    settings : JobSettings
    log : StageLog
        Told of every stage.
    now : datetime
        Articles dated later than two days after it lose their date.
    places : Places, optional
        Filled with where each article stood.
    """
    rejections = Rejections()
    corpus = read_corpus(inputs, settings, rejections, now=now, log=log, places=places)
    tell_reading(log.events, rejections)
    analysis = analyse(
        corpus, settings.stages, n_jobs=workers(settings), watch=partial(log.stage, total=len(corpus))
    )
    counts = tables.counts(analysis, rejections)
    with log.stage("making lists", total=len(corpus)):
        return Findings(
            settings=settings,
            started=now,
            analysis=analysis,
            rejections=rejections,
            assignments=tables.assignments(analysis),
            pairs=tables.duplicate_pairs(analysis),
            stories=tables.stories(analysis),
            rejected=tables.rejected(rejections),
            counts=counts,
            costs=log.costs,
            exit_code=exit_code_of(counts, settings),
        )


def shallow(found: Findings) -> dict[str, Any]:
    """Give the fields of `found` by name."""
    return {field.name: getattr(found, field.name) for field in fields(Findings)}


def exit_code_of(counts: dict[str, int], settings: JobSettings) -> int:
    """Give the exit code of a run that is done: too many losses are said before that nothing was to be done.

    Of an id that came again nothing is lost: one article is kept, and a spool holds corrections.  Of a file that
    could not be read to its end nobody knows how much is lost.
    """
    lost = counts["rejected"] - counts["repeated"]
    if counts["unread_files"] or lost > settings.run.max_rejected * max(counts["records"], 1):
        return EXIT_TOO_MANY_REJECTED
    return EXIT_OK if counts["articles"] else settings.run.exit_code_if_empty


def workers(settings: JobSettings) -> int:
    """Give the number of workers: as told, else one per processor this process may use."""
    return settings.run.jobs or len(os.sched_getaffinity(0))


def read_corpus(
    inputs: Sequence[str],
    settings: JobSettings,
    rejections: Rejections,
    *,
    now: datetime,
    log: StageLog,
    places: Places | None = None,
) -> Corpus:
    """Read `inputs` into one corpus; what does not go through is in `rejections`, where it stood in `places`."""
    with log.stage("reading", total=input_bytes(inputs) or None, unit="bytes"):
        shelf = Shelf()
        articles = read_articles(
            inputs,
            settings.input,
            now=now,
            rejections=rejections,
            progress=log.progress.advance_to,
            shelf=shelf,
        )
        winners = dated_together(live(resolve_ids(articles, rejections, shelf=shelf), rejections))
        return shelf.corpus(winners if places is None else places.noted(winners))


def live(articles: Iterable[PlacedArticle], rejections: Rejections) -> Iterator[PlacedArticle]:
    """Leave out what its publisher has withdrawn, and count it."""
    for article in articles:
        if article.status == "live":
            yield article
        else:
            rejections.withdrawn += 1


def read_articles_of(
    inputs: Sequence[str],
    settings: JobSettings,
    *,
    rejections: Rejections | None = None,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> Corpus:
    """Read `inputs` for a command that writes nothing; what does not go through is in `rejections`."""
    log = StageLog(progress or NoProgress())
    return read_corpus(inputs, settings, rejections or Rejections(), now=now or datetime.now(UTC), log=log)


class Told(Protocol):
    """What ``run.json`` is made from."""

    @property
    def settings(self) -> JobSettings: ...  # noqa: D102
    @property
    def started(self) -> datetime: ...  # noqa: D102
    @property
    def rejections(self) -> Rejections: ...  # noqa: D102
    @property
    def counts(self) -> dict[str, int]: ...  # noqa: D102
    @property
    def repairs(self) -> dict[str, int]: ...  # noqa: D102
    @property
    def costs(self) -> list[StageCost]: ...  # noqa: D102
    @property
    def exit_code(self) -> int: ...  # noqa: D102


def run_report(found: Told) -> dict[str, Any]:
    """Give what ``run.json`` holds."""
    return {
        "schema_version": "1.0",
        "started": found.started.isoformat(timespec="seconds"),
        "outcome": "too many rejected" if found.exit_code == EXIT_TOO_MANY_REJECTED else "done",
        "exit_code": found.exit_code,
        "settings_digest": found.settings.stages.digest,
        "settings": found.settings.model_dump(mode="json"),
        "inputs": found.rejections.inputs,
        "skipped_files": found.rejections.skipped_files,
        "unread_files": found.rejections.unread_files,
        "versions": {package: version(package) for package in PACKAGES},
        "counts": found.counts,
        "rejected_by_reason": dict(sorted(found.rejections.reasons.items())),
        "repairs": found.repairs,
        "stages": found.costs,
    }
