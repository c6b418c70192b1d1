"""From what a person types after `--to` to an open sink."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dedup.errors import NoInputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from jobs.sinks.sink import Sink

#: The forms of a sink, as help and messages tell them.
FORMS = (
    "jsonl:FILE, parquet:FOLDER, es-bulk:FOLDER, sqlite:FILE, postgresql://…, - or es-bulk:- (down a pipe)"
)

#: What a name of indexes or tables may be, on every system.
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}", re.ASCII)


#: What it is where nobody chose one.
DEFAULT_NAME = "newsdedup"


def open_sink(to: str, *, name: str | None = None, with_text: bool = False) -> Sink:
    """Open the sink that `to` names.

    Parameters
    ----------
    to : str
        One of `FORMS`, or ``@FILE``: a file that holds one, so that a password stays out of the list of
        processes.
    name : str, optional
        First part of the names of indexes in Elasticsearch, schema in PostgreSQL; `DEFAULT_NAME` where left out.
        Other sinks have none.
    with_text : bool, default False
        Whether articles come with their texts; in a SQLite index they always do.

    Raises
    ------
    UsageError
        Where `to` or `name` has no meaning, or the sink takes no name.
    CannotWriteError, StateLockedError
        Where the sink cannot be opened, or another feed is at it.
    """
    if name is not None and not NAME.fullmatch(name):
        raise UsageError(f"--name wants small letters, digits and _, first a letter; found {name!r}")
    if to.startswith("@"):
        to = _from_file(Path(to[1:]))
    if to.startswith(("postgresql://", "postgres://")):
        return _postgres(to, name or DEFAULT_NAME, with_text)
    kind, colon, place = ("jsonl", ":", "-") if to == "-" else to.partition(":")
    opener = _OPENERS.get(kind)
    if not (opener and colon and place):
        raise UsageError(f"--to wants one of {FORMS}; found {kind + colon!r}")
    if name is not None and kind != "es-bulk":
        raise UsageError(f"--name applies to PostgreSQL and es-bulk only; {kind} has no names to choose")
    return opener(place, name or DEFAULT_NAME, with_text)


def _from_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NoInputError(f"cannot read what to feed: {error}", file=str(path)) from error


def _json_lines(place: str, _name: str, with_text: bool) -> Sink:
    from jobs.sinks import json_lines  # noqa: PLC0415

    if place == "-":
        return json_lines.JsonLinesStream(sys.stdout.buffer, with_text=with_text)
    return json_lines.JsonLinesFile(Path(place), with_text=with_text)


def _parquet(place: str, _name: str, with_text: bool) -> Sink:
    from jobs.sinks.parquet import ParquetFolder  # noqa: PLC0415

    return ParquetFolder(Path(place), with_text=with_text)


def _bulk(place: str, name: str, with_text: bool) -> Sink:
    from jobs.sinks import bulk  # noqa: PLC0415

    if place == "-":
        return bulk.BulkStream(sys.stdout.buffer, prefix=name, with_text=with_text)
    return bulk.BulkFolder(Path(place), prefix=name, with_text=with_text)


def _sqlite(place: str, _name: str, _with_text: bool) -> Sink:
    from jobs.sinks.sqlite_index import SqliteIndex  # noqa: PLC0415

    return SqliteIndex(Path(place))


def _postgres(url: str, name: str, with_text: bool) -> Sink:
    try:
        from jobs.sinks.postgres import PostgresTables  # noqa: PLC0415
    except ImportError as error:
        raise UsageError("PostgreSQL needs psycopg: pip install 'newsdedup[postgres]'") from error
    return PostgresTables(url, schema=name, with_text=with_text)


_OPENERS: dict[str, Callable[[str, str, bool], Sink]] = {
    "jsonl": _json_lines,
    "parquet": _parquet,
    "es-bulk": _bulk,
    "sqlite": _sqlite,
}
