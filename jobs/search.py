"""Search the embedded index: stories first, then articles without their copies."""

from __future__ import annotations

import json
import re
import sqlite3
from typing import TYPE_CHECKING, Any

import msgspec
from rich.padding import Padding
from rich.text import Text

from dedup.errors import DamagedStateError, NoInputError, UsageError
from jobs.sinks.sqlite_index import PATIENCE_SECONDS, is_index
from jobs.sinks.words import BREAK, is_unspaced, unbroken, words
from jobs.summary import counted, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from rich.console import Console

#: Pieces of a question, and words of a piece, that are looked at.
MAX_PIECES, MAX_WORDS = 32, 32

#: Letters that the beginning of a longer word must have to be found.
PREFIX_LETTERS = 3

SNIPPET_WORDS = 24

#: Articles whose stories are answers, where their own words are none.
BEST_ARTICLES = 200

#: Stand around what was found, in a snippet.
FOUND_FROM, FOUND_TO = "**", "**"

_PIECE = re.compile(r'"([^"]*)"|(\S+)')


class FoundStory(msgspec.Struct, frozen=True, kw_only=True):
    """A story that answers a question; fields as in `jobs.records.Story`."""

    story_id: str
    label: str
    label_en: str | None
    keywords: list[str]
    headline: str
    representative_id: str
    first_published: str | None
    last_published: str | None
    article_count: int
    distinct_count: int
    source_count: int


class FoundArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An article that answers a question.

    Attributes
    ----------
    copies : int
        Other articles with the same text.
    snippet : str
        The part of the text that answers best, ``**`` around what was found.
    """

    article_id: str
    title: str
    url: str
    source: str
    published_at: str | None
    language: str
    event_id: str
    story_id: str
    duplicate_group: str | None
    copies: int
    snippet: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What an index answers; both lists best first."""

    query: str
    generation: int
    stories: list[FoundStory]
    articles: list[FoundArticle]


def search(index: Path, query: str, *, limit: int = 10) -> Answer:
    """Find stories and articles.

    What has all words comes first, in the order of BM25; then what has some of them, or longer words that
    begin with them.  Words in double quotes stand side by side.  Nothing in `query` is an error.

    Parameters
    ----------
    index : Path
        A file of `newsdedup feed --to sqlite:FILE`.
    query : str
    limit : int, default 10
        Most stories, and most articles.

    Returns
    -------
    Answer

    Raises
    ------
    NoInputError
        Where there is no such file.
    UsageError
        Where it is no index.
    DamagedStateError
        Where it cannot be read.
    """
    query = query.encode("utf-8", "replace").decode()
    pieces = _pieces(query)
    try:
        connection = _open(index)
        try:
            return Answer(
                query=query,
                generation=(connection.execute("SELECT generation FROM feed").fetchone() or (0,))[0],
                stories=_stories(connection, pieces, limit) if pieces else [],
                articles=_articles(connection, pieces, limit) if pieces else [],
            )
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise DamagedStateError(f"cannot be read: {error}", file=str(index)) from error


def _open(index: Path) -> sqlite3.Connection:
    if not index.is_file():
        raise NoInputError(
            f"there is no index here; make one with `newsdedup feed --state DIR --to sqlite:{index}`",
            file=str(index),
        )
    uri = f"{index.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE_SECONDS)
    try:
        known = is_index(connection)
    except sqlite3.OperationalError:
        connection.close()
        connection = _open_unwritable(index, uri)
        known = is_index(connection)
    except sqlite3.DatabaseError:
        known = False
    if not known:
        connection.close()
        raise UsageError(
            "is no index of this version; make one with `newsdedup feed --to sqlite:FILE`", file=str(index)
        )
    return connection


def _open_unwritable(index: Path, uri: str) -> sqlite3.Connection:
    """Open a file beside which one may not write; it is complete unless a feed is at it or was killed."""
    if index.with_name(f"{index.name}-wal").exists():
        raise DamagedStateError(
            "a feed is writing here or was killed; feed it again, or search as its owner", file=str(index)
        )
    return sqlite3.connect(f"{uri}&immutable=1", uri=True)


def _pieces(query: str) -> list[list[str]]:
    """Cut a question into pieces, each of one word or of several that stand side by side."""
    found = (words(quoted or plain) for quoted, plain in _PIECE.findall(query))
    return [piece[:MAX_WORDS] for piece in found if piece][:MAX_PIECES]


def _phrase(piece: list[str]) -> str:
    return '"' + " ".join(piece) + '"'


def _all(pieces: list[list[str]]) -> str:
    return " AND ".join(map(_phrase, pieces))


def _any(pieces: list[list[str]]) -> str:
    """Ask for any word, or the beginning of one; without blanks between words, for any two side by side."""
    asked: dict[str, None] = {}
    for piece in pieces:
        pairs = [_phrase(piece[i : i + 2]) for i in range(len(piece) - 1) if is_unspaced(piece[i])]
        single = [word for word in piece if not is_unspaced(word)] if pairs else piece
        asked |= dict.fromkeys(pairs)
        asked |= dict.fromkeys(f'"{word}"' + "*" * (len(word) >= PREFIX_LETTERS) for word in single)
    return " OR ".join(asked)


def _best(limit: int, searches: Iterable[Callable[[], Iterable[tuple[Any, ...]]]]) -> list[tuple[Any, ...]]:
    """Take the answers of one search after the other, each row once, until there are enough.

    Later searches give twice as many, because what earlier ones have found is among them.
    """
    found: dict[Any, tuple[Any, ...]] = {}
    for ask in searches:
        if len(found) < limit:
            for row in ask():
                found.setdefault(row[0], row)
    return list(found.values())[:limit]


_STORY_FIELDS = ", ".join(f"s.{name}" for name in FoundStory.__struct_fields__)
_BY_OWN_WORDS = f"""
SELECT {_STORY_FIELDS} FROM story_search f JOIN stories s ON s.row = f.rowid
WHERE story_search MATCH ? ORDER BY s.article_count = 1, f.rank, s.story_id LIMIT ?
"""  # noqa: S608
_BY_ARTICLES = f"""
SELECT {_STORY_FIELDS}
FROM (SELECT rowid, rank FROM article_search WHERE article_search MATCH ? ORDER BY rank LIMIT {BEST_ARTICLES}) f
JOIN articles a ON a.row = f.rowid JOIN stories s ON s.story_id = a.story_id
GROUP BY s.story_id ORDER BY s.article_count = 1, sum(f.rank), s.story_id LIMIT ?
"""  # noqa: S608
_ARTICLE_FIELDS = ", ".join(f"a.{name}" for name in FoundArticle.__struct_fields__[:-2])
_ARTICLES = f"""
SELECT {_ARTICLE_FIELDS}, coalesce(g.article_count, 1) - 1,
       snippet(article_search, 1, '{FOUND_FROM}', '{FOUND_TO}', '…', {SNIPPET_WORDS})
FROM (SELECT rowid, rank FROM article_search WHERE article_search MATCH ?1 ORDER BY rank LIMIT ?2) best
CROSS JOIN article_search ON article_search.rowid = best.rowid
JOIN articles a ON a.row = best.rowid
LEFT JOIN duplicate_groups g ON g.duplicate_group_id = a.duplicate_group
WHERE article_search MATCH ?1 ORDER BY best.rank, a.article_id
"""  # noqa: S608


def _stories(connection: sqlite3.Connection, pieces: list[list[str]], limit: int) -> list[FoundStory]:
    ask = connection.execute
    rows = _best(
        limit,
        (
            lambda: ask(_BY_OWN_WORDS, (_all(pieces), limit)),
            lambda: ask(_BY_ARTICLES, (_all(pieces), 2 * limit)),
            lambda: ask(_BY_OWN_WORDS, (_any(pieces), 2 * limit)),
            lambda: ask(_BY_ARTICLES, (_any(pieces), 2 * limit)),
        ),
    )
    fields = FoundStory.__struct_fields__
    found = [dict(zip(fields, row, strict=True)) for row in rows]
    return [FoundStory(**values | {"keywords": json.loads(values["keywords"])}) for values in found]


def _articles(connection: sqlite3.Connection, pieces: list[list[str]], limit: int) -> list[FoundArticle]:
    ask = connection.execute
    rows = _best(
        limit,
        (
            lambda: ask(_ARTICLES, (_all(pieces), limit)),
            lambda: ask(_ARTICLES, (_any(pieces), 2 * limit)),
        ),
    )
    return [
        FoundArticle(**dict(zip(FoundArticle.__struct_fields__, (*row[:-1], unbroken(row[-1])), strict=True)))
        for row in rows
    ]


def print_answer(answer: Answer, console: Console) -> None:
    """Show stories, then articles, as a person reads them."""
    if not answer.stories and not answer.articles:
        console.print("Nothing found.")
        return
    if answer.stories:
        console.print(Text("Stories", style="bold"))
    for story in answer.stories:
        days = " to ".join(
            dict.fromkeys(day[:10] for day in (story.first_published, story.last_published) if day)
        )
        size = f"{counted(story.article_count, 'article')}, {counted(story.source_count, 'outlet')}"
        console.print(Text.assemble("  ", (safe(story.label).plain, "bold"), f"  {size}  {days}"))
        console.print(Padding(safe(story.headline), (0, 0, 0, 4)), style="dim")
    console.print(Text("Articles", style="bold"))
    for article in answer.articles:
        _print_article(article, console)


def _print_article(article: FoundArticle, console: Console) -> None:
    origin = ", ".join(filter(None, (article.source, (article.published_at or "")[:10])))
    copies = f"  +{counted(article.copies, 'copy', 'copies')}" if article.copies else ""
    title = safe(article.title or article.article_id).plain
    console.print(Text.assemble("  ", (title, "bold"), f"  {origin}{copies}"))
    parts = safe(article.snippet.replace(BREAK, "")).plain.split(FOUND_FROM)
    snippet = Text.assemble(*((part, "yellow") if place % 2 else part for place, part in enumerate(parts)))
    console.print(Padding(snippet, (0, 0, 0, 4)))
    if article.url:
        console.print(Padding(safe(article.url), (0, 0, 0, 4)), style="dim", soft_wrap=True)
