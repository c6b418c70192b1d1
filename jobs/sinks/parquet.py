"""The feed as Parquet: a folder a kind, a file a generation, columns with types."""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import inspect

from jobs.sinks.folder import GenerationFolder
from jobs.sinks.tables import TABLES, Table

if TYPE_CHECKING:
    from pathlib import Path

    from jobs.ledger.rows import Change
    from jobs.sinks.sink import Generation

#: Rows that are held until they are written as one group.
GROUP_ROWS = 20_000

_INSTANT = pa.timestamp("ms", "UTC")
_PLAIN = {inspect.IntType: pa.int64(), inspect.FloatType: pa.float64()}


class ParquetFolder(GenerationFolder):
    """Writes ``articles/00000012.parquet`` and its like.

    Beside the columns of the row stand `generation` and `op`; the row's own are null after a delete.  The column
    `text` is always there, and null in a feed without texts.

    Parameters
    ----------
    folder : Path
    with_text : bool, default False
    """

    form = "parquet"
    own_folders = tuple(table.name for table in TABLES.values())
    own_files = re.compile(r"\d{8}\.parquet", re.ASCII)

    def __init__(self, folder: Path, *, with_text: bool = False) -> None:
        super().__init__(folder)
        self.wants_text = with_text

    def write(self, generation: Generation) -> None:
        """Write a file for each kind that changed."""
        number = generation.commit.generation
        with ExitStack() as files:
            writers: dict[str, _Writer] = {}
            for change in generation.changes:
                writer = writers.get(change.kind)
                if writer is None:
                    table = TABLES[change.kind]
                    file = files.enter_context(self.new_file(f"{table.name}/{number:08d}.parquet"))
                    writer = files.enter_context(_Writer(file, table, number))
                    writers[change.kind] = writer
                writer.add(change)
        self.commit(generation.commit)


class _Writer:
    """Gathers changes of one kind into groups of rows."""

    def __init__(self, file: IO[bytes], table: Table, generation: int) -> None:
        self._table, self._generation = table, generation
        self._schema = arrow_schema(table)
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def add(self, change: Change) -> None:
        """Take one change."""
        row: dict[str, Any] = {"generation": self._generation, "op": change.op, self._table.key: change.id}
        if change.encoded is not None:
            row |= self._table.values(change.encoded)
            for column in self._table.columns:
                if column.form == "instant" and row[column.name] is not None:
                    row[column.name] = datetime.fromisoformat(row[column.name])
        self._rows.append(row)
        if len(self._rows) >= GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._rows, self._schema))
        self._rows.clear()


def arrow_schema(table: Table) -> pa.Schema:
    """Give the columns of the files of one kind."""
    own = [
        (column.name, _INSTANT if column.form == "instant" else _arrow_type(column.type))
        for column in table.columns
    ]
    return pa.schema([("generation", pa.int64()), ("op", pa.string()), *own])


def _arrow_type(kind: inspect.Type) -> pa.DataType:
    if isinstance(kind, inspect.ListType):
        return pa.list_(_arrow_type(kind.item_type))
    if isinstance(kind, inspect.StructType):
        return pa.struct([(field.name, _arrow_type(field.type)) for field in kind.fields])
    return _PLAIN.get(type(kind), pa.string())
