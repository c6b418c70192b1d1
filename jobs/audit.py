"""`newsdedup audit`: a run without state, told in numbers, full lists and one page."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from dedup.errors import CannotWriteError, UsageError
from jobs.config import load_settings
from jobs.locking import patient
from jobs.logs import NoEvents
from jobs.progress import NoProgress
from jobs.readers import Places
from jobs.readers.inputs import STANDARD_INPUT
from jobs.report.deduplicated import DROPPED, FOLDER, Dropped, deduplicate
from jobs.report.exports import write_csv, write_parquet
from jobs.report.figures.provenance import cost
from jobs.report.making import make_report
from jobs.report.material import Material
from jobs.report.page import render
from jobs.report.tables import MEANINGS, list_files, list_tables
from jobs.run import FILES as RUN_FILES
from jobs.run import Findings, find, refuse_results, run_report
from jobs.sinks.files import ResultFiles, locked, make_folder
from jobs.stages import StageLog

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from jobs.config import JobSettings
    from jobs.logs import EventLog
    from jobs.progress import Progress
    from jobs.report.records import Report

#: What an audit writes and what it holds, the full lists apart.
FILES = {
    "report.html": "the page, to be opened in a browser",
    "report.json": "every number of the page",
    **RUN_FILES,
}
LIST_FORMATS = (("parquet", write_parquet), ("csv", write_csv))


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes
    ----------
    report : Report
        Every number of the page, by section; ``report.json`` holds the same.
    tables : dict of str to pyarrow.Table
        The full lists by name (`jobs.report.tables.MEANINGS`); `to_pandas` makes data frames of them.
    found : Findings
        The run beneath: the analysis and the lines of its result files.
    dropped : list of Dropped
        Records that are not in the deduplicated corpus; empty where none was asked for.
    folder : Path or None
        Where the files lie; None where nothing was written.
    """

    report: Report
    tables: dict[str, pa.Table]
    found: Findings
    dropped: list[Dropped]
    folder: Path | None

    @property
    def exit_code(self) -> int:
        """0, or 3 where more records were rejected than allowed."""
        return self.found.exit_code

    @property
    def files(self) -> dict[str, str]:
        """File names in `folder`, or patterns of them, with their meaning."""
        lists = {"*.parquet, *.csv": f"full lists: {', '.join(self.tables)}"}
        if self.report.reduction.written is None:
            return {**FILES, **lists}
        copies = {f"{FOLDER}/": "the corpus with one text per group", DROPPED: "what is not in it, and why"}
        return {**FILES, **lists, **copies}

    def machine_line(self) -> str:
        """Give the one line that a calling program reads."""
        outcome = {
            "exit_code": self.exit_code,
            "out": None if self.folder is None else str(self.folder),
            "counts": self.found.counts,
        }
        return msgspec.json.encode(outcome).decode()


def audit(
    inputs: str | Path | Sequence[str | Path],
    out: str | Path | None = None,
    settings: JobSettings | None = None,
    *,
    write_deduplicated: bool = False,
    progress: Progress | None = None,
    events: EventLog | None = None,
    now: datetime | None = None,
) -> Audit:
    """Find copies and stories in `inputs`, and count what an editor and an engineer ask about a corpus.

    Parameters
    ----------
    inputs : str, Path, or sequence of them
        Files, globs or folders; ``-`` reads JSON Lines from standard input.
    out : str or Path, optional
        Folder for the page, the numbers, the lists and the result files of a run, created where missing; files of
        an earlier audit are replaced together.  Nothing is written where absent.
    settings : JobSettings, optional
        From `jobs.config.load_settings`; by default what it gives without arguments.
    write_deduplicated : bool, default False
        Write the corpus with one text per group into the folder ``deduplicated`` within `out`, in the input's
        formats, and why each record was left out into ``dropped.jsonl``.
    progress : Progress, optional
        Shown how far each stage is.
    events : EventLog, optional
        Told what is done, and how many records were left out.
    now : datetime, optional
        Articles dated later than two days after it lose their date; the present moment by default.

    Raises
    ------
    UsageError
        Where an input is a result file in `out`, or a deduplicated corpus is asked for without `out` or of
        standard input.
    NoInputError, BadDataError, CannotWriteError, StateLockedError, BadSettingsError
        As in `jobs.run.run`.

    Examples
    --------
    >>> from jobs.audit import audit
    >>> found = audit("data/sample/articles.jsonl")  # doctest: +SKIP
    >>> found.report.overview.sentences  # doctest: +SKIP
    >>> found.tables["copies"].to_pandas()  # doctest: +SKIP
    """
    paths = [str(inputs)] if isinstance(inputs, str | Path) else [str(one) for one in inputs]
    settings = settings or load_settings()
    log = StageLog(progress or NoProgress(), events or NoEvents())
    examine = partial(_examine, paths, settings, log, now or datetime.now(UTC))
    if out is None:
        if write_deduplicated:
            raise UsageError("a deduplicated corpus needs a folder to lie in; give `out`")
        return examine()
    folder = Path(out)
    refuse_results(paths, folder, written_names())
    if write_deduplicated and STANDARD_INPUT in paths:
        raise UsageError("standard input cannot be read twice, as a deduplicated corpus needs; give a file")
    make_folder(folder)
    with ExitStack() as stack:
        stack.enter_context(patient(partial(locked, folder), settings.run.lock_timeout))
        files = stack.enter_context(ResultFiles(folder))
        copies = stack.enter_context(_replacing(folder)) if write_deduplicated else None
        found = replace(examine(copies=copies), folder=folder)
        with log.stage("writing results", total=len(found.found.analysis.corpus)):
            _write(found, files)
        files.write_json("run.json", run_report(found.found))
    return found


def written_names() -> list[str]:
    """Name everything that an audit may write into its folder."""
    lists = [f"{name}.{ending}" for name in MEANINGS for ending, _ in LIST_FORMATS]
    return [*FILES, *lists, DROPPED, FOLDER]


def _examine(
    inputs: Sequence[str], settings: JobSettings, log: StageLog, now: datetime, *, copies: Path | None = None
) -> Audit:
    """Find and count; write nothing but the deduplicated corpus, where a folder for it is given."""
    places = Places()
    found = find(inputs, settings, log=log, now=now, places=places)
    material, articles = Material(found, places), len(found.analysis.corpus)
    written, dropped = None, list[Dropped]()
    if copies is not None:
        with log.stage("copying kept texts", total=articles):
            written, dropped = deduplicate(material, inputs, copies)
    with log.stage("counting", total=articles):
        tables = list_tables(material)
        report = make_report(material, list_files(tables), written)
    report = msgspec.structs.replace(report, cost=cost(now, log.costs))
    return Audit(report=report, tables=tables, found=found, dropped=dropped, folder=None)


def _write(found: Audit, files: ResultFiles) -> None:
    """Write the page, the numbers and the lists."""
    with files.open("report.html") as file:
        file.write(render(found.report).encode())
    files.write_json("report.json", found.report)
    for name, table in found.tables.items():
        for ending, write in LIST_FORMATS:
            with files.open(f"{name}.{ending}") as file:
                write(table, file)
    found.found.write_lists(files)
    if found.report.reduction.written is not None:
        files.write_lines(DROPPED, found.dropped)


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """Give a place for the deduplicated corpus, which takes that of an earlier one when all went well.

    Raises
    ------
    CannotWriteError
        Where something else lies there.
    """
    target, fresh, old = (folder / name for name in (FOLDER, f".{FOLDER}.tmp", f".{FOLDER}.old"))
    if target.exists() and not (folder / DROPPED).exists():
        raise CannotWriteError(
            "was not written by an audit, and would be replaced; move it away", file=str(target)
        )
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        yield fresh
        shutil.rmtree(old, ignore_errors=True)
        if target.exists():
            target.rename(old)
        fresh.rename(target)
    finally:
        for rest in (fresh, old):
            shutil.rmtree(rest, ignore_errors=True)
