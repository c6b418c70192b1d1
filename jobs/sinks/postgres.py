"""The feed as tables of PostgreSQL: a generation and the cursor are one transaction."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg
from psycopg import sql

from dedup.errors import CannotWriteError
from jobs.sinks.database import DatabaseSink
from jobs.sinks.sink import Cursor
from jobs.sinks.tables import TABLES, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jobs.ledger.rows import Change
    from jobs.sinks.tables import Form

_encode = msgspec.json.Encoder().encode


class PostgresTables(DatabaseSink):
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

    def __init__(self, url: str, *, schema: str, with_text: bool = False) -> None:
        self._secrets = _secrets_of(url)
        self._schema = schema
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
                "generation bigint NOT NULL, history text NOT NULL, options text NOT NULL)"
            )
            for table in TABLES.values():
                self._create(table)

    def _create(self, table: Table) -> None:
        columns = [
            sql.SQL(f"{{}} {_TYPES[column.form]}").format(sql.Identifier(column.name))
            for column in table.columns
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

    def _empty(self) -> None:
        for table in TABLES.values():
            self._run("DELETE FROM {table}", table)

    def _delete(self, table: Table, number: int, changes: Iterable[Change]) -> None:
        self._run("CREATE TEMP TABLE pg_temp.gone(id text) ON COMMIT DROP")
        self._copy("pg_temp.gone(id)", ((_text(change.id),) for change in changes))
        self._run(
            "DELETE FROM {table} t USING pg_temp.gone g WHERE t.{key} = g.id AND t.generation <= {number}",
            table,
            number=sql.Literal(number),
        )
        self._run("DROP TABLE pg_temp.gone")

    def _upsert(self, table: Table, number: int, changes: Iterable[Change]) -> None:
        names = [column.name for column in table.columns]
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        self._run("CREATE TEMP TABLE pg_temp.new(LIKE {table}) ON COMMIT DROP", table)
        self._run("ALTER TABLE pg_temp.new ALTER generation SET DEFAULT {number}", number=sql.Literal(number))
        self._copy(f"pg_temp.new({', '.join(names)})", (_values(table, change) for change in changes))
        self._run(
            "INSERT INTO {table} AS old({columns}, generation) SELECT {columns}, generation FROM pg_temp.new "
            "ON CONFLICT({key}) DO UPDATE SET ({columns}, generation) = ({fresh}, excluded.generation) "
            "WHERE old.generation <= excluded.generation",
            table,
            columns=columns,
            fresh=sql.SQL(", ").join(sql.SQL("excluded.") + sql.Identifier(name) for name in names),
        )
        self._run("DROP TABLE pg_temp.new")

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
        query = sql.SQL("SELECT generation, history, options FROM {}")
        row = self._connection.execute(query.format(sql.Identifier(self._schema, "feed"))).fetchone()
        return Cursor(*row) if row else None

    def _move_cursor(self, cursor: Cursor) -> None:
        self._run(
            "INSERT INTO {schema}.feed VALUES(1, {cursor}) ON CONFLICT(one) DO UPDATE SET "
            "(generation, history, options) = (excluded.generation, excluded.history, excluded.options)",
            cursor=sql.SQL(", ").join(map(sql.Literal, cursor)),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
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
            if "no password supplied" in message:
                message += "; put it into ~/.pgpass, or the address into a file that --to @FILE names"
            # The cause would show the message as it came.
            raise CannotWriteError(f"PostgreSQL: {message}") from None


_TYPES: dict[Form, str] = {
    "integer": "bigint",
    "number": "double precision",
    "instant": "timestamptz",
    "text": "text",
    "texts": "text[]",
    "structures": "jsonb",
}


def _values(table: Table, change: Change) -> tuple[Any, ...]:
    values = table.values(change.encoded or b"{}")
    if b"\\u0000" in (change.encoded or b""):
        values = _without_nul(values)
    return tuple(
        _encode(values[column.name]).decode() if column.form == "structures" else values[column.name]
        for column in table.columns
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
