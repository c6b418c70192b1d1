"""What `newsdedup status` does: say where a state stands, without reading more of it than that takes."""

from __future__ import annotations

import stat
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from jobs.ledger.ledger import Ledger
from jobs.summary import counted

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from jobs.ledger.folder import StateFolder
    from jobs.ledger.rows import Generation


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Where a state stands.

    Attributes
    ----------
    state : str
        Its folder.
    running : bool
        A run works on it at this moment.
    generation : int
        Number of runs that changed something; one that finds nothing new leaves it as it is.
    articles, withdrawn, duplicate_groups, events, stories : int
        Live articles, articles taken back by their publishers, groups of either kind.
    started, finished : str or None
        Of the last run that changed something: instants in UTC; None before the first.
    age_seconds : float or None
        Since it finished.
    outcome : str or None
        What it told of itself.
    model_generation : int or None
        The run that fitted the model in use.
    bytes : int
        Of all files.
    """

    state: str
    running: bool
    generation: int
    articles: int
    withdrawn: int
    duplicate_groups: int
    events: int
    stories: int
    started: str | None
    finished: str | None
    age_seconds: float | None
    outcome: str | None
    model_generation: int | None
    bytes: int


def status(state: Path, *, now: datetime) -> Status:
    """Say where the state in the folder `state` stands.

    Nothing is verified; that is what `jobs.check.check` is for.

    Raises
    ------
    NoInputError
        Where there is no state.
    DamagedStateError
        Where its ledger cannot be read.
    """
    with Ledger.open(state, verify=False) as ledger:
        with ledger.reading():
            found, sizes = ledger.generations(ledger.generation - 1), ledger.sizes()
        running, size = ledger.folder.in_use(), _bytes(ledger.folder)
    last = found[0] if found else None
    live = last.articles if last else 0
    return Status(
        state=str(state),
        running=running,
        generation=last.generation if last else 0,
        articles=live,
        withdrawn=sizes["articles"] - live,
        duplicate_groups=sizes["duplicate_groups"],
        events=sizes["events"],
        stories=sizes["stories"],
        started=last.started if last else None,
        finished=last.finished if last else None,
        age_seconds=_age(last, now),
        outcome=last.report.get("outcome") if last else None,
        model_generation=last.model_generation if last else None,
        bytes=size,
    )


def _age(last: Generation | None, now: datetime) -> float | None:
    return None if last is None else (now - datetime.fromisoformat(last.finished)).total_seconds()


def _bytes(folder: StateFolder) -> int:
    """Sum the lengths of the files of a state; a run beside may take some away meanwhile."""
    size = 0
    for place in (folder.path, folder.segments):
        for file in list(place.iterdir()):
            with suppress(FileNotFoundError):
                found = file.stat(follow_symlinks=False)
                size += found.st_size if stat.S_ISREG(found.st_mode) else 0
    return size


def print_status(found: Status, console: Console) -> None:
    """Print the status for a person."""
    lines = [f"{found.state}: generation {found.generation}, {_mebibytes(found.bytes)}"]
    if found.finished is not None and found.age_seconds is not None:
        outcome = f", {found.outcome}" if found.outcome else ""
        lines.append(f"last change  {found.finished}, {_in_words(found.age_seconds)} ago{outcome}")
    withdrawn = f", {found.withdrawn:,} withdrawn" if found.withdrawn else ""
    lines += [
        f"articles     {found.articles:,}{withdrawn}; {counted(found.duplicate_groups, 'duplicate group')}",
        f"stories      {found.stories:,}; {counted(found.events, 'event')}",
    ]
    if found.running:
        lines.append("a run works on it now")
    console.print("\n".join(lines), highlight=False, soft_wrap=True, markup=False)


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):,.1f} MiB"


def _in_words(seconds: float) -> str:
    """Write a time in its largest unit of which there are two or more."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length:
            return counted(round(seconds / length), unit)
    return counted(round(seconds), "second")
