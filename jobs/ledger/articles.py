"""Articles of a ledger as columns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.corpus import NO_DATE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_COLUMNS = """article_id, digest, segment, row, url, source, published_at, placed_at, language, version,
              duplicate_group, event_id, story_id, first_generation"""

_PLACES = """SELECT article_id, published_at, placed_at, event_id, story_id, digest, original_id
             FROM articles WHERE status = 'live'"""

#: What `select_articles` can ask for, and how SQL says it.
_CHOICES = {
    "ids": "article_id IN (SELECT value FROM json_each(?))",
    "duplicate_groups": "duplicate_group IN (SELECT value FROM json_each(?))",
    "events": "event_id IN (SELECT value FROM json_each(?))",
    "stories": "story_id IN (SELECT value FROM json_each(?))",
}


@dataclass(frozen=True, slots=True)
class ArticleColumns:
    """Live articles as columns of equal length, sorted by id.

    Attributes
    ----------
    ids : list of str
        Ascending.
    digests : list of bytes
        Of the contents.
    segments, rows : ndarray of int64, shape (n,)
        Where titles and texts lie; see `Ledger.gather`.
    urls, sources, languages : list of str
        Empty where unknown.
    published : ndarray of int64, shape (n,)
        Seconds since 1970 in UTC; `NO_DATE` where unknown.
    placed : ndarray of int64, shape (n,)
        The same, with what stands for a date where there is none.
    versions, first_generations : ndarray of int64, shape (n,)
    duplicate_groups : list of str or None
    event_ids, story_ids : list of str
    """

    ids: list[str]
    digests: list[bytes]
    segments: NDArray[np.int64]
    rows: NDArray[np.int64]
    urls: list[str]
    sources: list[str]
    published: NDArray[np.int64]
    placed: NDArray[np.int64]
    languages: list[str]
    versions: NDArray[np.int64]
    duplicate_groups: list[str | None]
    event_ids: list[str]
    story_ids: list[str]
    first_generations: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)


def select_articles(
    connection: sqlite3.Connection, choices: dict[str, Iterable[str] | None]
) -> ArticleColumns:
    """Give the live articles for which any of `choices` holds; all of them where there are none."""
    asked = {name: value for name, value in choices.items() if value is not None}
    found: dict[str, tuple[Any, ...]] = {}
    for name, value in asked.items():
        where = f"status = 'live' AND {_CHOICES[name]}"
        query = f"SELECT {_COLUMNS} FROM articles WHERE {where}"  # noqa: S608
        for row in connection.execute(query, (json.dumps(list(value)),)):
            found[row[0]] = row
    if not asked:
        every = connection.execute(f"SELECT {_COLUMNS} FROM articles WHERE status = 'live'")  # noqa: S608
        found = {row[0]: row for row in every}
    return _columns([found[id_] for id_ in sorted(found)])


def _columns(rows: list[tuple[Any, ...]]) -> ArticleColumns:
    width = _COLUMNS.count(",") + 1
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
    numbers = {place: np.array(columns[place], np.int64) for place in (2, 3, 7, 9, 13)}
    published = np.array([NO_DATE if value is None else value for value in columns[6]], np.int64)
    return ArticleColumns(
        ids=columns[0],
        digests=columns[1],
        segments=numbers[2],
        rows=numbers[3],
        urls=columns[4],
        sources=columns[5],
        published=published,
        placed=numbers[7],
        languages=columns[8],
        versions=numbers[9],
        duplicate_groups=columns[10],
        event_ids=columns[11],
        story_ids=columns[12],
        first_generations=numbers[13],
    )


@dataclass(frozen=True, slots=True)
class ArticlePlaces:
    """Where live articles stand in time and among the groups: columns of equal length, sorted by id.

    Attributes
    ----------
    ids : list of str
        Ascending.
    published, placed : ndarray of int64, shape (n,)
        As `ArticleColumns` has them.
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
    """Give the live articles that are placed within any of `spans`, and all that share a story with them."""
    found = [
        row for span in spans for row in connection.execute(f"{_PLACES} AND placed_at BETWEEN ? AND ?", span)
    ]
    outside = " AND placed_at NOT BETWEEN ? AND ?" * len(spans)
    stories = json.dumps(sorted({row[4] for row in found}))
    others = connection.execute(
        f"{_PLACES} AND story_id IN (SELECT value FROM json_each(?)){outside}",  # noqa: S608
        (stories, *chain(*spans)),
    )
    return ArticlePlaces.from_rows([*found, *others])
