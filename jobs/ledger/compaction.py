"""Rewriting article segments that have become many, or mostly dead."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from jobs.ledger.texts import ARTICLES, CLEANED, as_arrays, as_column, gather

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from dedup.corpus import TextColumn
    from jobs.ledger.ledger import Ledger
    from jobs.ledger.segments import Arrays, Segment
    from jobs.ledger.texts import Column

#: So many segments of like size become one.  Sizes are like within a factor of so many, so that an article is
#: rewritten once each time the state grows by that factor, and a state of n runs has O(log n) segments.
FAN = 8

#: Bytes of a segment that is large enough to be left alone while its rows live.
LARGE = 128 << 20


class Writer(Protocol):
    """Writes a segment, names it in the transaction and gives its number."""

    def __call__(self, kind: str, arrays: Arrays, *, rows: int, part_of: int | None = None) -> int:
        """Write `arrays`."""


class Fill(NamedTuple):
    """How full a segment is."""

    number: int
    bytes: int
    rows: int
    alive: int


def worth_rewriting(fills: Iterable[Fill]) -> list[list[int]]:
    """Give the segments to rewrite; each list becomes one segment.

    Parameters
    ----------
    fills : iterable of Fill

    Returns
    -------
    list of list of int
        `FAN` or more segments of like size, and each other one of which more than half of the rows are dead.
    """
    tiers = defaultdict(list)
    left = []
    for fill in sorted(fills):
        if fill.alive and fill.bytes <= LARGE:
            tiers[_tier(fill.alive)].append(fill)
        else:
            left.append(fill)
    merged = [tier for tier in tiers.values() if len(tier) >= FAN]
    left += [fill for tier in tiers.values() if len(tier) < FAN for fill in tier]
    dead = [[fill] for fill in sorted(left) if 2 * fill.alive < fill.rows]
    return [[fill.number for fill in group] for group in (*merged, *dead)]


def _tier(rows: int) -> int:
    """Give the power of `FAN` that `rows` lies above."""
    tier = 0
    while rows >= FAN:
        rows //= FAN
        tier += 1
    return tier


def compact_articles(connection: sqlite3.Connection, ledger: Ledger, write: Writer) -> list[int]:
    """Rewrite what is worth it, inside the transaction of a commit; return the segments nobody needs now."""
    alive = dict(
        connection.execute(
            "SELECT segment, count(*) FROM articles WHERE segment IS NOT NULL GROUP BY segment"
        ).fetchall()
    )
    held = {segment.number: segment for segment in ledger.segments(ARTICLES)}
    cleaned = {segment.part_of: segment for segment in ledger.segments(CLEANED)}
    fills = [Fill(s.number, s.bytes, s.rows or 0, alive.get(s.number, 0)) for s in held.values()]
    gone = []
    for group in worth_rewriting(fills):
        _rewrite(connection, ledger, write, [held[number] for number in group], cleaned)
        gone += group + [cleaned[number].number for number in group if number in cleaned]
    return gone


def _rewrite(
    connection: sqlite3.Connection,
    ledger: Ledger,
    write: Writer,
    group: list[Segment],
    cleaned: dict[int | None, Segment],
) -> None:
    """Write the live rows of a group of segments, by article id, as one segment and point the articles to it."""
    numbers = [segment.number for segment in group]
    query = """SELECT article_id, segment, row FROM articles
               WHERE segment IN (SELECT value FROM json_each(?)) ORDER BY article_id"""
    found = connection.execute(query, (json.dumps(numbers),)).fetchall()
    if not found:
        return
    segments = np.array([row[1] for row in found], np.int64)
    rows = np.array([row[2] for row in found], np.int64)

    def gathered(column: Column, of: list[Segment]) -> TextColumn:
        columns = {
            number: as_column(ledger.read_segment(segment), column)
            for number, segment in zip(numbers, of, strict=True)
        }
        return gather(columns, segments, rows)

    new = write(
        ARTICLES,
        as_arrays({"title": gathered("title", group), "text": gathered("text", group)}),
        rows=len(found),
    )
    if all(number in cleaned for number in numbers):
        bodies = gathered("cleaned", [cleaned[number] for number in numbers])
        write(CLEANED, as_arrays({"cleaned": bodies}), rows=len(found), part_of=new)
    connection.executemany(
        "UPDATE articles SET segment = ?, row = ? WHERE article_id = ?",
        [(new, row, article_id) for row, (article_id, _, _) in enumerate(found)],
    )
