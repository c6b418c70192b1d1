"""Articles of a ledger as columns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.corpus import NO_DATE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_PLACES = """SELECT article_id, published_at, placed_at, event_id, story_id, digest, original_id
             FROM articles WHERE status = 'live'"""

#: What `select_articles` can ask for, and how SQL says it.
_CHOICES = {
    "ids": "article_id IN (SELECT value FROM json_each(?))",
    "events": "event_id IN (SELECT value FROM json_each(?))",
}


@dataclass(frozen=True, slots=True)
class ArticleColumns:
    """Live articles as columns of equal length, sorted by id.

    Attributes
    ----------
    ids : list of str
        Ascending.
    segments, rows : ndarray of int64, shape (n,)
        Where titles and texts lie; see `Ledger.gather`.
    """

    ids: list[str]
    segments: NDArray[np.int64]
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)


def select_articles(
    connection: sqlite3.Connection, choices: dict[str, Iterable[str] | None]
) -> ArticleColumns:
    """Give the live articles for which any of `choices` holds; all of them where there are none."""
    query = "SELECT article_id, segment, row FROM articles WHERE status = 'live'"
    asked = {name: json.dumps(list(value)) for name, value in choices.items() if value is not None}
    found = {
        row
        for name, value in asked.items()
        for row in connection.execute(f"{query} AND {_CHOICES[name]}", (value,))
    }
    if not asked:
        found = set(connection.execute(query))
    ids, segments, rows = zip(*sorted(found), strict=True) if found else ((),) * 3
    return ArticleColumns(list(ids), np.array(segments, np.int64), np.array(rows, np.int64))


@dataclass(frozen=True, slots=True)
class ArticlePlaces:
    """Where live articles stand in time and among the groups: columns of equal length, sorted by id.

    Attributes
    ----------
    ids : list of str
        Ascending.
    published : ndarray of int64, shape (n,)
        Seconds since 1970 in UTC; `NO_DATE` where unknown.
    placed : ndarray of int64, shape (n,)
        The same, with what stands for a date where there is none.
    event_ids, story_ids : list of str
    digests : list of bytes
        Of the contents.
    original_ids : list of str or None
    """

    ids: list[str]
    published: NDArray[np.int64]
    placed: NDArray[np.int64]
    event_ids: list[str]
    story_ids: list[str]
    digests: list[bytes]
    original_ids: list[str | None]

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def from_rows(cls, rows: list[tuple[Any, ...]]) -> ArticlePlaces:
        """Lay out rows of all attributes, in any order."""
        ids, published, placed, *names = zip(*sorted(rows), strict=True) if rows else ((),) * 7
        at = np.array([NO_DATE if value is None else value for value in published], np.int64)
        return cls(list(ids), at, np.array(placed, np.int64), *map(list, names))


def select_places(connection: sqlite3.Connection, spans: Sequence[tuple[int, int]]) -> ArticlePlaces:
    """Give the live articles that are placed within any of `spans`, one at least, and all of their stories."""
    found = {
        row[0]: row
        for span in spans
        for row in connection.execute(f"{_PLACES} AND placed_at BETWEEN ? AND ?", span)
    }
    stories = json.dumps(sorted({row[4] for row in found.values()}))
    # Most of what is found lies in the longest span; the few others that come again are left out below.
    longest = max(spans, key=lambda span: span[1] - span[0])
    others = connection.execute(
        f"{_PLACES} AND story_id IN (SELECT value FROM json_each(?)) AND placed_at NOT BETWEEN ? AND ?",  # noqa: S608
        (stories, *longest),
    )
    return ArticlePlaces.from_rows([*found.values(), *(row for row in others if row[0] not in found)])
