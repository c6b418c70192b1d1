"""The feed as tables of PostgreSQL: a generation and the cursor are one transaction."""

from __future__ import annotations

import re
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg
from msgspec import inspect
from psycopg import sql

from dedup.errors import CannotWriteError, StateLockedError
from jobs.sinks.sink import Cursor, Sink
from jobs.sinks.tables import TABLES, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jobs.ledger.rows import Change
    from jobs.sinks.sink import Generation

_encode = msgspec.json.Encoder().encode


class PostgresTables(Sink):
    """Writes `articles`, `duplicate_groups` and `stories` into a schema of their own, made where it is missing.

    What a connection string leaves out comes from libpq's environment (``PGPASSWORD``, ``PGSERVICE``, …) or
    ``~/.pgpass``.  No message shows a password.

    Parameters
    ----------
    url : str
        ``postgresql://user@host/database``.
    schema : str
    with_text : bool, default False
        Fill the column `text` of `articles`.

    Raises
    ------
    CannotWriteError
        Where the server cannot be reached or refuses.
    StateLockedError
        Where another feed moved the cursor meanwhile.
    """

    whole = True

    def __init__(self, url: str, *, schema: str, with_text: bool = False) -> None:
        self._secrets = _secrets_of(url)
        self._schema = schema
        self._start_over = False
        self.wants_text = with_text
        with self._told():
            self._connection = psycopg.connect(url, autocommit=True, client_encoding="utf8")
        try:
            with self._told():
                self._prepare()
                self._held = self._read_cursor()
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        ((encoding,),) = self._connection.execute("SHOW server_encoding").fetchall()
        if encoding != "UTF8":
            raise CannotWriteError(f"the database is encoded in {encoding}; the feed needs one in UTF8")
        with self._transaction():
            if not self._ask("SELECT to_regnamespace(%s)", self._schema)[0][0]:
                self._run("CREATE SCHEMA {schema}")
            self._run("SET LOCAL client_min_messages = warning")
            self._run(
                "CREATE TABLE IF NOT EXISTS {schema}.feed(one integer PRIMARY KEY CHECK(one = 1), "
                "generation bigint NOT NULL, history text NOT NULL)"
            )
            for table in TABLES.values():
                self._create(table)

    def _create(self, table: Table) -> None:
        columns = [
            sql.SQL(f"{{}} {_type(column)}").format(sql.Identifier(column.name)) for column in table.columns
        ]
        self._run(
            "CREATE TABLE IF NOT EXISTS {table}({columns}, generation bigint NOT NULL, PRIMARY KEY({key}))",
            table,
            columns=sql.SQL(", ").join(columns),
        )
        if table.kind == "article":
            for name in ("story_id", "duplicate_group"):
                self._run(f"CREATE INDEX IF NOT EXISTS articles_{name} ON {{table}}({name})", table)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def cursor(self) -> Cursor | None:
        """Give what the last transaction stored."""
        return self._held

    def rewind(self, generation: int) -> None:
        """Empty the tables, in the transaction of the first generation, where the feed starts over."""
        self._start_over = generation == 0

    def write(self, generation: Generation) -> None:
        """Apply the changes and move the cursor in one transaction."""
        number, history = generation.commit.generation, generation.commit.history
        with self._told(), self._transaction():
            if self._read_cursor() != self._held:
                raise StateLockedError("another feed writes into this schema; wait for it")
            if self._start_over:
                for table in TABLES.values():
                    self._run("DELETE FROM {table}", table)
            for (kind, op), changes in groupby(generation.changes, key=lambda one: (one.kind, one.op)):
                (self._delete if op == "delete" else self._upsert)(TABLES[kind], number, changes)
            self._run(
                "INSERT INTO {schema}.feed VALUES(1, {number}, {history}) ON CONFLICT(one) DO UPDATE "
                "SET generation = excluded.generation, history = excluded.history",
                number=sql.Literal(number),
                history=sql.Literal(history),
            )
        self._start_over = False
        self._held = Cursor(number, history)

    def _delete(self, table: Table, number: int, changes: Iterable[Change]) -> None:
        self._run("CREATE TEMP TABLE gone(id text) ON COMMIT DROP")
        self._copy("gone(id)", ((_text(change.id),) for change in changes))
        self._run(
            "DELETE FROM {table} t USING gone WHERE t.{key} = gone.id AND t.generation <= {number}",
            table,
            number=sql.Literal(number),
        )
        self._run("DROP TABLE gone")

    def _upsert(self, table: Table, number: int, changes: Iterable[Change]) -> None:
        written = [column for column in table.columns if column.name != "text" or self.wants_text]
        names = [column.name for column in written]
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        self._run("CREATE TEMP TABLE new(LIKE {table}) ON COMMIT DROP", table)
        self._run("ALTER TABLE new ALTER generation SET DEFAULT {number}", number=sql.Literal(number))
        self._copy(f"new({', '.join(names)})", (_values(table, written, change) for change in changes))
        self._run(
            "INSERT INTO {table} AS old({columns}, generation) SELECT {columns}, generation FROM new "
            "ON CONFLICT({key}) DO UPDATE SET ({columns}, generation) = ({fresh}, excluded.generation) "
            "WHERE old.generation <= excluded.generation",
            table,
            columns=columns,
            fresh=sql.SQL(", ").join(sql.SQL("excluded.") + sql.Identifier(name) for name in names),
        )
        self._run("DROP TABLE new")

    def _copy(self, target: str, rows: Iterable[tuple[Any, ...]]) -> None:
        with self._connection.cursor() as cursor, cursor.copy(sql.SQL(f"COPY {target} FROM STDIN")) as copy:
            for row in rows:
                copy.write_row(row)

    def _run(self, statement: str, table: Table | None = None, **parts: sql.Composable) -> None:
        """Execute a statement of this module; `{schema}`, `{table}`, `{key}` and `parts` are filled in, quoted."""
        names: dict[str, sql.Composable] = {"schema": sql.Identifier(self._schema)}
        if table:
            names["table"] = sql.Identifier(self._schema, table.name)
            names["key"] = sql.Identifier(table.key)
        self._connection.execute(sql.SQL(statement).format(**names, **parts))

    def _ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, values).fetchall()

    def _read_cursor(self) -> Cursor | None:
        query = sql.SQL("SELECT generation, history FROM {}").format(sql.Identifier(self._schema, "feed"))
        row = self._connection.execute(query).fetchone()
        return Cursor(*row) if row else None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Do all of the block or nothing, and keep other feeds out meanwhile."""
        with self._connection.transaction():
            self._ask("SELECT pg_advisory_xact_lock(hashtext(%s))", f"newsdedup feed {self._schema}")
            yield

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            message = " ".join(str(error).split())
            for secret in self._secrets:
                message = message.replace(secret, "***")
            # The cause would show the message as it came.
            raise CannotWriteError(f"PostgreSQL: {message}") from None


def _type(column: Column) -> str:
    if column.is_instant:
        return "timestamptz"
    if isinstance(column.type, inspect.ListType):
        return "text[]" if isinstance(column.type.item_type, inspect.StrType) else "jsonb"
    return {inspect.IntType: "bigint", inspect.FloatType: "double precision"}.get(type(column.type), "text")


def _values(table: Table, columns: Iterable[Column], change: Change) -> tuple[Any, ...]:
    values = table.values(change.encoded or b"{}")
    if b"\\u0000" in (change.encoded or b""):
        values = _without_nul(values)
    return tuple(
        _encode(values[column.name]).decode() if _type(column) == "jsonb" else values[column.name]
        for column in columns
    )


def _without_nul(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nul(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    """Replace what PostgreSQL stores nowhere; readers do so before, for what goes through them."""
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _secrets_of(url: str) -> list[str]:
    """List the parts of a connection string that may be a password, whatever a parser makes of them."""
    authority = url.partition("://")[2]
    found = {authority.rpartition("@")[0].partition(":")[2], authority.partition(":")[2].partition("@")[0]}
    found.update(re.findall(r"password=([^&]*)", url))
    return sorted(filter(None, found), key=len, reverse=True)
