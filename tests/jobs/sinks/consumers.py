"""What each sink holds, read the way its users would, in one form: rows by kind and id."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg
import pyarrow.parquet as pq
from elastic_transport import NdjsonSerializer

from jobs.sinks.tables import TABLES

Held = dict[str, dict[str, dict[str, Any]]]


def nothing() -> Held:
    """Give an empty consumer."""
    return {kind: {} for kind in TABLES}


def as_columns(held: Held) -> Held:
    """Keep the columns that every sink has: not the version of the record, not the text."""
    return {
        kind: {
            id_: {column.name: row[column.name] for column in table.columns if column.name != "text"}
            for id_, row in held[kind].items()
        }
        for kind, table in TABLES.items()
    }


def apply(held: Held, lines: Iterable[dict[str, Any]]) -> Held:
    """Apply lines of the feed as their description says: what lies between two commits at once."""
    waiting: list[dict[str, Any]] = []
    for line in lines:
        if line["kind"] != "commit":
            waiting.append(line)
            continue
        for change in waiting:
            rows = held[change["kind"]]
            if change["op"] == "delete":
                rows.pop(change[f"{change['kind']}_id"], None)
            else:
                rows[change[f"{change['kind']}_id"]] = change["row"]
        waiting.clear()
    return held


def in_json_lines(path: Path) -> Held:
    """Read a JSON Lines file."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return as_columns(apply(nothing(), map(json.loads, filter(None, text.split("\n")))))


def in_parquet(folder: Path) -> Held:
    """Read a folder of Parquet files up to its commit."""
    held = nothing()
    commit = folder / "commit.json"
    reached = json.loads(commit.read_text())["generation"] if commit.exists() else 0
    for kind, table in TABLES.items():
        for file in sorted((folder / table.name).glob("*.parquet")):
            for row in pq.read_table(file, partitioning=None).to_pylist():
                if row["generation"] > reached:
                    continue
                if row["op"] == "delete":
                    held[kind].pop(row[table.key], None)
                else:
                    held[kind][row[table.key]] = row
    return _instants(as_columns(held))


def in_cluster(folder: Path, *, times: int = 1) -> Held:
    """Load a folder of bulk requests into something that does what a cluster does with external versions."""
    serializer = NdjsonSerializer()
    documents: dict[tuple[str, str], tuple[int, Any]] = {}
    for _ in range(times):
        for file in sorted(folder.glob("*.ndjson")):
            lines = iter(serializer.loads(file.read_bytes()))
            for action in lines:
                ((op, meta),) = action.items()
                source = None if op == "delete" else next(lines)
                key = meta["_index"], meta["_id"]
                if documents.get(key, (0, None))[0] <= meta["version"]:
                    documents[key] = meta["version"], source
    indexes = {f"newsdedup-{table.name.replace('_', '-')}": kind for kind, table in TABLES.items()}
    held = nothing()
    for (index, id_), (_, source) in documents.items():
        if index in indexes and source is not None:
            held[indexes[index]][id_] = source
    return as_columns(held)


def in_sqlite(path: Path) -> Held:
    """Read the tables of an index."""
    held = nothing()
    if not path.exists():
        return held
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        connection.close()
        return held
    for kind, table in TABLES.items():
        for row in connection.execute(f"SELECT * FROM {table.name}"):
            values = dict(row)
            for name in ("keywords", "timeline", "events", "article_ids"):
                if name in values:
                    values[name] = json.loads(values[name])
            held[kind][values[table.key]] = values
    connection.close()
    return as_columns(held)


def in_postgres(url: str, schema: str = "newsdedup") -> Held:
    """Read the tables of a schema."""
    held = nothing()
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
        if not connection.execute("SELECT to_regclass(%s) AS t", (f"{schema}.stories",)).fetchone()["t"]:
            return held
        connection.execute("SET timezone TO UTC")
        for kind, table in TABLES.items():
            for row in connection.execute(f"SELECT * FROM {schema}.{table.name}"):
                held[kind][row[table.key]] = row
    return _instants(as_columns(held))


def _instants(held: Held) -> Held:
    for rows in held.values():
        for row in rows.values():
            for name in ("published_at", "first_published", "last_published"):
                if row.get(name) is not None:
                    row[name] = row[name].strftime("%Y-%m-%dT%H:%M:%SZ")
    return held
