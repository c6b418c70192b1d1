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
from jobs.sinks.sink import Cursor, Generation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from jobs.ledger.rows import Change
    from jobs.sinks.sink import Sink

#: Articles whose texts are looked up together.
TEXTS_AT_ONCE = 1000

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What a feed carried: the generations after `since`, up to `generation`, and how many changes they had."""

    since: int
    generation: int
    changes: int


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
        last = ledger.generation
        histories = histories_of(ledger)
        start = _start(sink, since, histories)
        sink.rewind(start)
        changes = 0
        for generation in generations(ledger, start, last, histories, with_text=sink.wants_text):
            sink.write(generation)
            changes += sum(sum(ops.values()) for ops in generation.commit.counts.values())
    return FeedResult(start, last, changes)


def generations(
    ledger: Ledger, since: int, until: int, histories: dict[int, str], *, with_text: bool
) -> Iterator[Generation]:
    """Give the generations after `since` up to and with `until`, in their order."""
    for one in ledger.generations(since, until):
        number = one.generation
        changes = ledger.changes(number - 1, number)
        yield Generation(
            Commit(generation=number, counts=one.counts, history=histories[number]),
            _with_texts(ledger, changes) if with_text else changes,
        )


def histories_of(ledger: Ledger) -> dict[int, str]:
    """Name the way to every generation, the start included, by a digest of all runs up to it."""
    digest = hashlib.blake2b(digest_size=16)
    names = {0: digest.hexdigest()}
    for one in ledger.generations():
        digest.update(_encode([one.generation, one.started, one.finished, one.counts]))
        names[one.generation] = digest.hexdigest()
    return names


def _start(sink: Sink, since: int | None, histories: dict[int, str]) -> int:
    """Find where to begin, and refuse what would leave a gap or mix two states."""
    last = max(histories)
    held = sink.cursor()
    if since is None:
        start = held.generation if held else 0
    else:
        start = since
        if start > last:
            raise UsageError(f"--since {start}: the last generation of the state is {last}")
        _refuse_gap(sink, held, start)
    if held and start and histories.get(held.generation) != held.history:
        raise UsageError(
            f"the sink holds generation {held.generation} of another state, or of this one before it was put "
            "back from a backup; empty it and feed it again, or start over with --since 0"
        )
    return start


def _refuse_gap(sink: Sink, held: Cursor | None, start: int) -> None:
    reached = held.generation if held else 0
    if start > reached and (held or sink.whole):
        raise UsageError(
            f"--since {start} would leave a gap: the sink holds generation {reached}; leave --since out"
        )


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
