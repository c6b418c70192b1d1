"""Rewriting article segments that have become many, mostly dead, or hold texts that were taken back."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from jobs.ledger.texts import ARTICLES, as_arrays, as_column, gather

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from dedup.corpus import TextColumn
    from jobs.ledger.ledger import Ledger
    from jobs.ledger.segments import Arrays, Segment
    from jobs.ledger.texts import Column

#: So many segments of like size become one.  Sizes are like within a factor of so many, so that an article is
#: rewritten once each time the state grows by that factor, and a state of n runs has O(log n) small segments.
FAN = 8

#: Bytes of texts that a segment is given at most: what is read whole to verify it, and held to rewrite it.
LARGE = 128 << 20

#: Generations after which a segment is rewritten in which a text was taken back.
PATIENCE = 24


class Writer(Protocol):
    """Writes a segment, names it in the transaction and gives its number."""

    def __call__(self, kind: str, arrays: Arrays, *, rows: int) -> int:
        """Write `arrays`."""


class Fill(NamedTuple):
    """How full a segment is, and whether a text in it was taken back long enough ago."""

    number: int
    bytes: int
    rows: int
    alive: int
    overdue: bool = False


def worth_rewriting(fills: Iterable[Fill]) -> list[list[int]]:
    """Give the segments to rewrite; each list becomes one segment.

    Parameters
    ----------
    fills : iterable of Fill

    Returns
    -------
    list of list of int
        Segments of like size of which there are `FAN` or more, as many together as `LARGE` allows; and each
        other one that is overdue, or of which more than half of the rows are dead.
    """
    tiers = defaultdict(list)
    for fill in sorted(fills):
        is_small = fill.alive and fill.bytes <= LARGE // FAN
        tiers[_tier(fill.alive) if is_small else -1].append(fill)
    alone = tiers.pop(-1, [])
    merged: list[list[Fill]] = []
    for tier in tiers.values():
        groups = _within_limit(tier) if len(tier) >= FAN else [[fill] for fill in tier]
        merged += [group for group in groups if len(group) > 1]
        alone += [fill for group in groups if len(group) == 1 for fill in group]
    dead = [[fill] for fill in sorted(alone) if fill.overdue or 2 * fill.alive < fill.rows]
    return [[fill.number for fill in group] for group in (*merged, *dead)]


def _tier(rows: int) -> int:
    """Give the power of `FAN` that `rows` lies above."""
    tier = 0
    while rows >= FAN:
        rows //= FAN
        tier += 1
    return tier


def _within_limit(fills: Iterable[Fill]) -> list[list[Fill]]:
    """Cut a list where a part of it would hold more than `LARGE` bytes."""
    groups: list[list[Fill]] = []
    size = LARGE
    for fill in fills:
        if size + fill.bytes > LARGE:
            groups.append([])
            size = 0
        groups[-1].append(fill)
        size += fill.bytes
    return groups


def compact_articles(
    connection: sqlite3.Connection, ledger: Ledger, write: Writer, generation: int
) -> list[int]:
    """Rewrite what is worth it, inside the transaction of a commit; return the segments nobody needs now."""
    alive = dict(
        connection.execute(
            "SELECT segment, count(*) FROM articles WHERE segment IS NOT NULL GROUP BY segment"
        ).fetchall()
    )
    held = {segment.number: segment for segment in ledger.segments(ARTICLES)}
    overdue = connection.execute(
        "SELECT segment FROM segments WHERE withdrawn <= ?", (generation - PATIENCE,)
    ).fetchall()
    fills = [
        Fill(s.number, s.bytes, s.rows or 0, alive.get(s.number, 0), (s.number,) in overdue)
        for s in held.values()
    ]
    gone = []
    for group in worth_rewriting(fills):
        _rewrite(connection, ledger, write, [held[number] for number in group])
        gone += group
    return gone


def _rewrite(connection: sqlite3.Connection, ledger: Ledger, write: Writer, group: list[Segment]) -> None:
    """Write the live rows of a group of segments, by article id, as one segment and point the articles to it."""
    query = """SELECT article_id, segment, row FROM articles
               WHERE segment IN (SELECT value FROM json_each(?)) ORDER BY article_id"""
    numbers = json.dumps([segment.number for segment in group])
    found = connection.execute(query, (numbers,)).fetchall()
    if not found:
        return
    segments = np.array([row[1] for row in found], np.int64)
    rows = np.array([row[2] for row in found], np.int64)

    def gathered(column: Column) -> TextColumn:
        columns = {segment.number: as_column(ledger.read_segment(segment), column) for segment in group}
        return gather(columns, segments, rows)

    arrays = as_arrays({"title": gathered("title"), "text": gathered("text")})
    new = write(ARTICLES, arrays, rows=len(found))
    connection.executemany(
        "UPDATE articles SET segment = ?, row = ? WHERE article_id = ?",
        [(new, row, article_id) for row, (article_id, _, _) in enumerate(found)],
    )
