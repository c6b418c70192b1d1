"""What `newsdedup check` does: go through all of a state and find anything that is not as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup.errors import DamagedStateError
from jobs.ledger.check import check_tables
from jobs.ledger.folder import StateFolder
from jobs.ledger.ledger import Ledger
from jobs.ledger.segments import verify_segment
from jobs.ledger.verification import verify_ledger
from jobs.progress import NoProgress
from jobs.summary import counted

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from jobs.progress import Progress

#: Articles whose titles are compared at a time.
_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was checked and found as it should be.

    Attributes
    ----------
    generation : int
    articles : int
        Live ones; the title of each was compared with its segment.
    files, bytes : int
        Ledger and segments, whose digests were compared.
    holds : list of str
        What was checked in the tables, in words.
    """

    generation: int
    articles: int
    files: int
    bytes: int
    holds: list[str]


def check(state: Path, *, progress: Progress | None = None) -> CheckResult:
    """Verify every digest, count and reference of the state in the folder `state`; nothing is changed.

    Parameters
    ----------
    state : Path
    progress : Progress, optional

    Returns
    -------
    CheckResult
        Where all is well.

    Raises
    ------
    DamagedStateError
        At the first thing that is not; it names the file.
    StateLockedError
        While a run works on the state.
    NoInputError
        Where there is no state.
    """
    shown = progress or NoProgress()
    with StateFolder.open(state).locked(), Ledger.open(state, verify=False) as ledger:
        verify_ledger(ledger, alone=True)
        with shown.stage("checking segments", total=None, unit="files"):
            files, size = _check_files(ledger)
        with shown.stage("checking tables", total=None, unit="rules"):
            holds = check_tables(ledger)
        with shown.stage("checking titles", total=None, unit="articles"):
            articles = _check_titles(ledger)
        return CheckResult(ledger.generation, articles, files, size, holds)


def _check_files(ledger: Ledger) -> tuple[int, int]:
    """Verify every segment that the ledger names; its own digest was compared when it was opened."""
    segments = ledger.segments(dropped=True)
    for segment in segments:
        verify_segment(ledger.folder, segment)
    size = ledger.folder.ledger.stat().st_size + sum(segment.bytes for segment in segments)
    return 1 + len(segments), size


def _check_titles(ledger: Ledger) -> int:
    """Compare titles in the ledger with those in the segments, which shows that every place is the right one."""
    found = ledger.article_columns()
    for begin in range(0, len(found), _BATCH):
        part = slice(begin, begin + _BATCH)
        rows = ledger.article_rows(found.ids[part])
        stored = ledger.gather("title", found.segments[part], found.rows[part])
        for article_id, title in zip(found.ids[part], stored, strict=True):
            if rows[article_id].title != title:
                raise DamagedStateError(
                    "is damaged: the title is another one than in the segment of the article",
                    file=str(ledger.folder.ledger),
                    article_id=article_id,
                )
    return len(found)


def print_check(found: CheckResult, console: Console) -> None:
    """Say what was checked."""
    lines = [
        f"generation {found.generation} is as it was written:",
        f"  digests of {counted(found.files, 'file')}, {found.bytes / (1 << 20):,.1f} MiB",
        f"  places of {counted(found.articles, 'article')}",
        *(f"  {holds}" for holds in found.holds),
    ]
    console.print("\n".join(lines), highlight=False, soft_wrap=True, markup=False)
