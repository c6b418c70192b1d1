"""Search the embedded index: stories first, then articles, one of each duplicate group."""

from __future__ import annotations

import json
import re
import sqlite3
from itertools import product
from typing import TYPE_CHECKING, Any

import msgspec
from rich.padding import Padding
from rich.text import Text

from dedup.errors import DamagedStateError, NoInputError, UsageError
from jobs.sinks.sqlite_index import PATIENCE_SECONDS, is_index
from jobs.sinks.words import is_unspaced, unbroken, words
from jobs.summary import counted, safe

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rich.console import Console

#: Pieces of a question, and words of a piece, that are looked at.
MAX_PIECES, MAX_WORDS = 32, 32

#: Letters that the beginning of a longer word must have to be found.
PREFIX_LETTERS = 3

SNIPPET_WORDS = 24

#: Articles whose stories are answers, where their own words are none.
BEST_ARTICLES = 200

#: A story is ranked by so many of its articles, the best ones together; fewer than that count for less.
RANKED_ARTICLES = 3

#: Stands around what was found, in a snippet.
FOUND = "**"

#: The same while the index answers: no characters, so that no text holds them.
_FROM, _TO = "\ufdd0", "\ufdd1"

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
    found_in : str
        Id of the article that has the words: this one, or a copy of it.
    snippet : str
        The part of its text that answers best, ``**`` around what was found.
    snippet_parts : list of str
        The same cut up: every second part is what was found.
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
    found_in: str
    snippet: str
    snippet_parts: list[str]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What an index answers, as of one generation; both lists best first."""

    query: str
    generation: int
    stories: list[FoundStory]
    articles: list[FoundArticle]


def search(index: Path, query: str, *, limit: int = 10) -> Answer:
    """Find stories and articles.

    What has all words comes first, in the order of BM25; then what has some of them.  A word that stands nowhere
    in the index is taken for the beginning of longer ones.  Words in double quotes stand side by side.  Nothing in
    `query` is an error.

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
            connection.execute("BEGIN")  # a feed may bring the next generation between two reads
            unknown = {word for piece in pieces for word in piece if not _is_known(connection, word)}
            asked = _all(pieces, unknown), _any(pieces, unknown)
            return Answer(
                query=query,
                generation=(connection.execute("SELECT generation FROM feed").fetchone() or (0,))[0],
                stories=_stories(connection, asked, limit) if pieces else [],
                articles=_articles(connection, asked, limit) if pieces else [],
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


def _is_known(connection: sqlite3.Connection, word: str) -> bool:
    """Say whether any text in the index has a word."""
    found = connection.execute(_KNOWN, (_quoted([word]),)).fetchone()
    return bool(found[0])


def _quoted(piece: list[str]) -> str:
    return '"' + " ".join(piece) + '"'


def _phrase(piece: list[str], unknown: set[str]) -> str:
    """Ask for words side by side; for the beginning of a word where no text has it whole."""
    longer = len(piece) == 1 and piece[0] in unknown and len(piece[0]) >= PREFIX_LETTERS
    return _quoted(piece) + "*" * (longer and not is_unspaced(piece[0]))


def _all(pieces: list[list[str]], unknown: set[str]) -> str:
    return " AND ".join(_phrase(piece, unknown) for piece in pieces)


def _any(pieces: list[list[str]], unknown: set[str]) -> str:
    """Ask for any word; without blanks between words, for any two side by side."""
    asked: dict[str, None] = {}
    for piece in pieces:
        pairs = [_quoted(piece[i : i + 2]) for i in range(len(piece) - 1) if is_unspaced(piece[i])]
        single = [word for word in piece if not is_unspaced(word)] if pairs else piece
        asked |= dict.fromkeys(pairs)
        asked |= dict.fromkeys(_phrase([word], unknown) for word in single)
    return " OR ".join(asked)


def _best(
    connection: sqlite3.Connection, limit: int, searches: Iterable[tuple[str, str]]
) -> list[tuple[Any, ...]]:
    """Take the answers of one search after the other, each row once, until there are enough.

    Each gives twice as many, because what earlier ones have found may be among them.
    """
    found: dict[Any, tuple[Any, ...]] = {}
    for query, asked in searches:
        if len(found) < limit:
            for row in connection.execute(query, (asked, 2 * limit)):
                found.setdefault(row[0], row)
    return list(found.values())[:limit]


_KNOWN = """
SELECT EXISTS(SELECT 1 FROM article_search WHERE article_search MATCH ?1)
    OR EXISTS(SELECT 1 FROM story_search WHERE story_search MATCH ?1)
"""

#: Of each duplicate group with an answer: the original where it is one, else the best copy; and the best rank.
_HITS = """
SELECT row, story_id, original, best FROM (
  SELECT a.row, a.story_id, coalesce(a.original_id, a.article_id) AS original,
         min(f.rank) OVER (PARTITION BY coalesce(a.original_id, a.article_id)) AS best,
         row_number() OVER (PARTITION BY coalesce(a.original_id, a.article_id)
                            ORDER BY coalesce(a.original_id, a.article_id) != a.article_id, f.rank, a.row) AS place
  FROM article_search f JOIN articles a ON a.row = f.rowid WHERE article_search MATCH ?1
) WHERE place = 1
"""

_STORY_FIELDS = ", ".join(f"s.{name}" for name in FoundStory.__struct_fields__)
_BY_OWN_WORDS = f"""
SELECT {_STORY_FIELDS} FROM story_search f JOIN stories s ON s.row = f.rowid
WHERE story_search MATCH ?1 ORDER BY f.rank, s.article_count DESC, s.story_id LIMIT ?2
"""  # noqa: S608
_BY_ARTICLES = f"""
SELECT {_STORY_FIELDS}
FROM (SELECT story_id, best, row_number() OVER (PARTITION BY story_id ORDER BY best) AS place
      FROM ({_HITS} ORDER BY best LIMIT {BEST_ARTICLES})) f
JOIN stories s ON s.story_id = f.story_id WHERE f.place <= {RANKED_ARTICLES}
GROUP BY s.story_id ORDER BY sum(f.best), s.article_count DESC, s.story_id LIMIT ?2
"""  # noqa: S608
_ARTICLE_FIELDS = ", ".join(f"o.{name}" for name in FoundArticle.__struct_fields__[:-4])
_ARTICLES = f"""
SELECT {_ARTICLE_FIELDS}, coalesce(g.article_count, 1) - 1, a.article_id,
       snippet(article_search, 1, '{_FROM}', '{_TO}', '…', {SNIPPET_WORDS})
FROM ({_HITS} ORDER BY best, original LIMIT ?2) hit
CROSS JOIN article_search ON article_search.rowid = hit.row
JOIN articles a ON a.row = hit.row
JOIN articles o ON o.article_id = hit.original
LEFT JOIN duplicate_groups g ON g.duplicate_group_id = o.duplicate_group
WHERE article_search MATCH ?1 ORDER BY hit.best, hit.original
"""  # noqa: S608


def _stories(connection: sqlite3.Connection, asked: tuple[str, str], limit: int) -> list[FoundStory]:
    """Give what has all words, then what has any; in its own words, then in those of its articles."""
    searches = product(asked, (_BY_OWN_WORDS, _BY_ARTICLES))
    rows = _best(connection, limit, ((query, match) for match, query in searches))
    fields = FoundStory.__struct_fields__
    found = [dict(zip(fields, row, strict=True)) for row in rows]
    return [FoundStory(**values | {"keywords": json.loads(values["keywords"])}) for values in found]


def _articles(connection: sqlite3.Connection, asked: tuple[str, str], limit: int) -> list[FoundArticle]:
    rows = _best(connection, limit, ((_ARTICLES, match) for match in asked))
    return [_found_article(row) for row in rows]


def _found_article(row: tuple[Any, ...]) -> FoundArticle:
    parts = re.split(f"[{_FROM}{_TO}]", unbroken(row[-1]))
    return FoundArticle(
        **dict(zip(FoundArticle.__struct_fields__, (*row[:-1], FOUND.join(parts), parts), strict=True))
    )


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
    if answer.articles:
        console.print(Text("Articles", style="bold"))
    for article in answer.articles:
        _print_article(article, console)


def _print_article(article: FoundArticle, console: Console) -> None:
    origin = ", ".join(filter(None, (article.source, (article.published_at or "")[:10])))
    copies = f"  +{counted(article.copies, 'copy', 'copies')}" if article.copies else ""
    title = safe(article.title or article.article_id).plain
    console.print(Text.assemble("  ", (title, "bold"), f"  {origin}{copies}"))
    parts = [safe(part).plain for part in article.snippet_parts]
    snippet = Text.assemble(*((part, "yellow") if place % 2 else part for place, part in enumerate(parts)))
    console.print(Padding(snippet, (0, 0, 0, 4)))
    if article.url:
        console.print(Padding(safe(article.url), (0, 0, 0, 4)), style="dim", soft_wrap=True)
