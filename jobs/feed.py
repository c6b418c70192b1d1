"""The feed: what each generation changed, carried to whoever follows a state."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING

import msgspec

from dedup.errors import UsageError
from jobs.ledger.ledger import Ledger
from jobs.records import Commit
from jobs.sinks.sink import Generation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from jobs.ledger.rows import Change
    from jobs.sinks.sink import Cursor, Sink

#: Articles whose texts are looked up together.
TEXTS_AT_ONCE = 1000

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What a feed carried: the generations after `since`, up to `generation`, and how many changes they had."""

    since: int
    generation: int
    changes: int

    def machine_line(self) -> str:
        """Give the one line that a calling program reads."""
        told = {"exit_code": 0, "since": self.since, "generation": self.generation, "changes": self.changes}
        return _encode(told).decode()


def feed(state: Path, sink: Sink, *, since: int | None = None) -> FeedResult:
    """Carry what changed in a state to a sink.

    Parameters
    ----------
    state : Path
        Folder of the state; it is only read.
    sink : Sink
        Open; see `jobs.sinks.opening.open_sink`.
    since : int, optional
        Carry the generations after this one; 0 is everything.  Left out: those that the sink does not hold yet.

    Returns
    -------
    FeedResult

    Raises
    ------
    UsageError
        Where the sink would get a gap, or has followed another state.
    NoInputError, DamagedStateError
        Where there is no state, or it cannot be trusted.
    CannotWriteError, StateLockedError
        Where the sink cannot be written to, or another feed is at it.
    """
    with Ledger.open(state) as ledger:
        return carry(ledger, sink, since=since)


def carry(ledger: Ledger, sink: Sink, *, since: int | None = None) -> FeedResult:
    """Do the same from a state that is open already: a name that leads to none is to leave no sink behind."""
    commits = commits_of(ledger)
    start = _start(sink, since, commits)
    sink.rewind(start)
    changes = 0
    for commit in commits[start + 1 :]:
        found = ledger.changes(commit.generation - 1, commit.generation)
        marked = msgspec.structs.replace(commit, options=sink.options)
        sink.write(Generation(marked, _with_texts(ledger, found) if sink.wants_text else found))
        changes += sum(sum(ops.values()) for ops in commit.counts.values())
    return FeedResult(start, commits[-1].generation, changes)


def commits_of(ledger: Ledger) -> list[Commit]:
    """Give the commit of every generation at the place of its number; 0 is the state as it was made.

    A history is a digest of the id that the state got when it was made, and of all runs up to the generation.
    """
    query = "SELECT generation, started, finished, counts FROM generations ORDER BY generation"
    with ledger.reading():
        state_id, rows = ledger.meta("state_id") or "", ledger.query(query)
    digest = hashlib.blake2b(state_id.encode(), digest_size=16)
    commits = [Commit(generation=0, counts={}, history=digest.hexdigest())]
    for generation, started, finished, counts in rows:
        digest.update(_encode([generation, started, finished, msgspec.Raw(counts.encode())]))
        decoded = msgspec.json.decode(counts, type=dict[str, dict[str, int]])
        commits.append(Commit(generation=generation, counts=decoded, history=digest.hexdigest()))
    return commits


def follows(held: Cursor, commits: Sequence[Commit]) -> bool:
    """Say whether what a consumer holds came from this state, on the way that it went."""
    return held.generation < len(commits) and commits[held.generation].history == held.history


def _start(sink: Sink, since: int | None, commits: Sequence[Commit]) -> int:
    """Find where to begin, and refuse what would leave a gap, mix two states or change the form of rows."""
    held, last = sink.cursor(), commits[-1].generation
    reached = held.generation if held else 0
    start = reached if since is None else since
    if since is not None and start > last:
        raise UsageError(f"--since {start}: the last generation of the state is {last}")
    if start > reached and sink.whole:
        raise UsageError(
            f"--since {start} would leave a gap: the sink holds generation {reached}; leave --since out"
        )
    if held and start and not follows(held, commits):
        raise UsageError(
            f"the sink holds generation {held.generation} of another state, or of this one before it was put "
            f"back from a backup; {sink.starting_over}"
        )
    if held and start and held.options != sink.options:
        before, now = (options or "no option" for options in (held.options, sink.options))
        raise UsageError(
            f"the sink was fed with {before} so far, and now with {now}; keep to the one, or start over with "
            "--since 0"
        )
    return start


def _with_texts(ledger: Ledger, changes: Iterable[Change]) -> Iterator[Change]:
    """Add the cleaned texts to the rows of articles.

    The state keeps the newest text only: an article that was mended or withdrawn later comes with the newest or
    without one, and the later generation settles it.
    """
    from jobs.cleaned_texts import CleanedTexts  # noqa: PLC0415  (compiled kernels)

    cleaned = CleanedTexts(ledger)
    for wanted, run in groupby(
        changes, key=lambda change: change.kind == "article" and change.op == "upsert"
    ):
        if not wanted:
            yield from run
            continue
        while batch := list(islice(run, TEXTS_AT_ONCE)):
            texts = cleaned.of(change.id for change in batch)
            for change in batch:
                yield _with_text(change, texts.get(change.id))


def _with_text(change: Change, text: str | None) -> Change:
    if text is None or change.encoded is None:
        return change
    return msgspec.structs.replace(change, encoded=change.encoded[:-1] + b',"text":' + _encode(text) + b"}")
