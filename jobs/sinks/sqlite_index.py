"""The feed as a SQLite file with full-text search: the index that needs no server.

Tables `articles`, `duplicate_groups` and `stories` hold the rows of the feed; lists are JSON.  The FTS5 tables
`article_search` and `story_search` have the same row numbers.  A generation and the cursor are one transaction.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from dedup.errors import CannotWriteError, StateLockedError
from jobs.sinks.database import DatabaseSink
from jobs.sinks.sink import Cursor
from jobs.sinks.tables import TABLES, Table
from jobs.sinks.words import broken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from jobs.ledger.rows import Change
    from jobs.sinks.tables import Form

#: Marks a file of this kind ("ndup" in ASCII), and the layout of its tables.
APPLICATION_ID, LAYOUT = 0x6E647570, 2

#: Seconds that one waits for another who writes.
PATIENCE_SECONDS = 60.0

#: Letters keep their vowel signs; accents do not count.
TOKENIZER = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"

#: Columns of the full-text tables, and what a word in each weighs.
SEARCHED = {
    "article": {"title": 5.0, "text": 1.0},
    "story": {"label": 8.0, "keywords": 4.0, "headlines": 2.0},
}

_TYPES: dict[Form, str] = {"integer": "INTEGER", "number": "REAL"}
_encode = msgspec.json.Encoder().encode


class SqliteIndex(DatabaseSink):
    """Writes into a SQLite file, made where it is missing; readers go on reading meanwhile.

    Parameters
    ----------
    path : Path

    Raises
    ------
    CannotWriteError
        Where it cannot be opened or is another kind of file.
    """

    wants_text = True

    def __init__(self, path: Path) -> None:
        self.place = str(path)
        with self._told():
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=PATIENCE_SECONDS)
        try:
            with self._told():
                self._prepare()
                self._held = self._read_cursor()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        ask = self._connection.execute
        ask("PRAGMA trusted_schema = OFF")
        if self._is_new():
            ask("PRAGMA journal_mode = WAL")
            with self._transaction():
                if self._is_new():  # still: no other feed was quicker
                    for statement in _tables():
                        ask(statement)
        if not is_index(self._connection):
            raise CannotWriteError(
                "is another database, or an index of another version; name a new file", file=self.place
            )
        if not has_tables(self._connection):
            raise CannotWriteError("is no index of a feed any more; move it away", file=self.place)
        ask("PRAGMA synchronous = NORMAL")
        ask("PRAGMA cache_size = -65536")

    def _is_new(self) -> bool:
        return not self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _delete(self, table: Table, number: int, changes: Iterable[Change]) -> None:
        _TableWriter(self._connection, table, number).delete(changes)

    def _upsert(self, table: Table, number: int, changes: Iterable[Change]) -> None:
        _TableWriter(self._connection, table, number).upsert(changes)

    def _empty(self) -> None:
        for kind, table in TABLES.items():
            self._connection.execute(f"DELETE FROM {table.name}")  # noqa: S608
            if kind in SEARCHED:
                self._connection.execute(f"DELETE FROM {kind}_search")  # noqa: S608

    def _read_cursor(self) -> Cursor | None:
        row = self._connection.execute("SELECT generation, history, options FROM feed").fetchone()
        return row and Cursor(*row)

    def _move_cursor(self, cursor: Cursor) -> None:
        self._connection.execute("INSERT OR REPLACE INTO feed VALUES(1, ?, ?, ?)", cursor)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            kind = StateLockedError if code == sqlite3.SQLITE_BUSY else CannotWriteError
            raise kind(f"cannot write: {error}", file=self.place) from error


class _TableWriter:
    """Applies changes of one kind, keeping whatever is newer."""

    def __init__(self, connection: sqlite3.Connection, table: Table, generation: int) -> None:
        self._execute = connection.execute
        self._table, self._generation = table, generation
        self._searched = f"{table.kind}_search" if table.kind in SEARCHED else None
        key, columns = table.key, ["generation", *(name for name, _ in _columns(table))]
        places = ", ".join(f":{name}" for name in columns)
        updates = ", ".join(f"{name} = excluded.{name}" for name in columns if name != key)
        self._upsert = (
            f"INSERT INTO {table.name}({', '.join(columns)}) VALUES({places}) "
            f"ON CONFLICT({key}) DO UPDATE SET {updates} WHERE generation <= excluded.generation RETURNING row"
        )
        self._delete = f"DELETE FROM {table.name} WHERE {key} = ? AND generation <= ? RETURNING row"  # noqa: S608
        self._indexed = f"SELECT indexed FROM {table.name} WHERE row = ?"  # noqa: S608
        self._mark = f"UPDATE {table.name} SET indexed = ? WHERE row = ?"  # noqa: S608

    def delete(self, changes: Iterable[Change]) -> None:
        """Remove rows."""
        for change in changes:
            gone = self._execute(self._delete, (change.id, self._generation)).fetchall()
            if gone and self._searched:
                self._execute(f"DELETE FROM {self._searched} WHERE rowid = ?", gone[0])  # noqa: S608

    def upsert(self, changes: Iterable[Change]) -> None:
        """Insert or replace rows."""
        for change in changes:
            if change.encoded is None:
                continue
            values = self._table.values(change.encoded)
            bound = {name: _stored(values[name]) for name, _ in _columns(self._table)}
            row = self._execute(self._upsert, bound | {"generation": self._generation}).fetchall()
            if row and self._searched:
                self._index(row[0][0], searched_text(self._table, values))

    def _index(self, row: int, texts: tuple[str, ...]) -> None:
        """Put the texts of a row into the full-text table, unless the same ones are there."""
        new = hashlib.blake2b(_encode(texts), digest_size=12).digest()
        ((old,),) = self._execute(self._indexed, (row,)).fetchall()
        if new == old:
            return
        if old is not None:
            self._execute(f"DELETE FROM {self._searched} WHERE rowid = ?", (row,))  # noqa: S608
        columns = ", ".join(SEARCHED[self._table.kind])
        places = ", ".join("?" * len(texts))
        self._execute(
            f"INSERT INTO {self._searched}(rowid, {columns}) VALUES(?, {places})", (row, *map(broken, texts))
        )
        self._execute(self._mark, (new, row))


def searched_text(table: Table, values: dict[str, Any]) -> tuple[str, ...]:
    """Give what one can find a row by; a copy may say what its original does not."""
    if table.kind == "article":
        return values["title"] or "", values["text"] or ""
    labels = [values["label"], values["label_en"] or ""]
    headlines = [values["headline"], *(event["label"] for event in values["events"])]
    return "\n".join(labels), "\n".join(values["keywords"]), "\n".join(headlines)


def is_index(connection: sqlite3.Connection) -> bool:
    """Tell whether a database was made by `SqliteIndex`, with this layout."""
    found = [
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    ]
    return found == [APPLICATION_ID, LAYOUT]


def has_tables(connection: sqlite3.Connection) -> bool:
    """Tell whether every table that `SqliteIndex` makes is still there."""
    held = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    made = {"feed", *(table.name for table in TABLES.values()), *(f"{kind}_search" for kind in SEARCHED)}
    return made <= held


def _columns(table: Table) -> list[tuple[str, str]]:
    """Name the columns of a table and their types; texts lie in the full-text table."""
    return [
        (column.name, _TYPES.get(column.form, "TEXT")) for column in table.columns if column.name != "text"
    ]


def _stored(value: Any) -> Any:
    return _encode(value).decode() if isinstance(value, list) else value


def _tables() -> Iterator[str]:
    """Give the statements that make the tables of an empty file."""
    yield (
        "CREATE TABLE feed(one INTEGER PRIMARY KEY CHECK(one = 1), generation INTEGER, history TEXT, options TEXT)"
    )
    for table in TABLES.values():
        columns = ", ".join(f"{name} {kind}" for name, kind in _columns(table))
        yield (
            f"CREATE TABLE {table.name}(row INTEGER PRIMARY KEY, generation INTEGER NOT NULL, {columns}, "
            f"indexed BLOB, UNIQUE({table.key}))"
        )
    for kind, weights in SEARCHED.items():
        rank = f"bm25({', '.join(map(str, weights.values()))})"
        yield f'CREATE VIRTUAL TABLE {kind}_search USING fts5({", ".join(weights)}, tokenize="{TOKENIZER}")'
        yield f"INSERT INTO {kind}_search({kind}_search, rank) VALUES('rank', '{rank}')"
    yield "CREATE INDEX articles_story_id ON articles(story_id)"
    yield "CREATE INDEX articles_duplicate_group ON articles(duplicate_group)"
    yield f"PRAGMA application_id = {APPLICATION_ID}"
    yield f"PRAGMA user_version = {LAYOUT}"
