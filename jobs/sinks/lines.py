"""Changes as lines of the feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from jobs.records import SCHEMA_VERSION, Commit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.ledger.rows import Change
    from jobs.sinks.sink import Generation

_encode = msgspec.json.Encoder().encode
_commit = msgspec.json.Decoder(Commit).decode


def feed_lines(generation: Generation) -> Iterator[bytes]:
    """Give the lines of a generation, each with its line feed; the last one is the commit."""
    number = generation.commit.generation
    for change in generation.changes:
        yield change_line(number, change)
    yield _encode(generation.commit) + b"\n"


def change_line(generation: int, change: Change) -> bytes:
    """Give one change as `jobs.records.ArticleChange` and its like are written; the row goes through as it is."""
    line = {
        "schema_version": SCHEMA_VERSION,
        "generation": generation,
        "kind": change.kind,
        "op": change.op,
        f"{change.kind}_id": change.id,
        "row": None if change.encoded is None else msgspec.Raw(change.encoded),
    }
    return _encode(line) + b"\n"


def commit_in(line: bytes) -> Commit | None:
    """Read a line of the feed that may be a commit."""
    if b'"kind":"commit"' not in line[:80]:
        return None
    try:
        return _commit(line)
    except msgspec.DecodeError:
        return None
