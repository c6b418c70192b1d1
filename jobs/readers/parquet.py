"""Parquet: one article a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedup.errors import BadDataError
from jobs.readers.fields import FieldMap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.readers.opened import OpenInput, Record

MAGIC = b"PAR1"
BATCH_ROWS = 1024


def read(opened: OpenInput) -> Iterator[Record]:
    """Give the rows, batch by batch; the digest is taken first, which brings the file into the page cache.

    Raises
    ------
    BadDataError
        Where the file is not Parquet, damaged, a bomb or standard input, or has no text or title column.
    """
    import pyarrow as pa  # noqa: PLC0415  half the start-up time of a run without Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415

    if opened.path is None:
        raise BadDataError("Parquet cannot be read from standard input; give its path", file=opened.file)
    for _ in opened.source.pieces():
        pass
    row = 0
    try:
        with pq.ParquetFile(opened.path) as table:
            _check(table, opened)
            for batch in table.iter_batches(batch_size=BATCH_ROWS):
                for record in _rows(batch):
                    row += 1
                    if record is None:
                        opened.reject(row, "invalid UTF-8")
                    else:
                        yield row, record
    except (pa.ArrowException, OSError) as error:
        raise BadDataError(
            f"is no Parquet file, or damaged after row {row}: {error}"[:500] + "; write it again",
            file=opened.file,
        ) from error


def recognises(head: bytes) -> bool:
    """Whether this begins as Parquet files do."""
    return head.startswith(MAGIC)


def _check(table: Any, opened: OpenInput) -> None:
    names = table.schema_arrow.names
    if not FieldMap(opened.settings.fields).is_article(names):
        raise BadDataError(
            f"no column holds a text or a title among: {', '.join(names)[:500]}; "
            "name it with --field text=COLUMN",
            file=opened.file,
        )
    meta, settings = table.metadata, opened.settings
    unpacked = sum(meta.row_group(number).total_byte_size for number in range(meta.num_row_groups))
    if unpacked > settings.expansion_free_bytes and unpacked > settings.max_expansion * opened.source.bytes:
        raise BadDataError(
            f"unpacks to more than {settings.max_expansion} times its size, which articles never do; "
            "leave the file out, or raise max_expansion if you trust it",
            file=opened.file,
        )


def _rows(batch: Any) -> Iterator[dict[str, Any] | None]:
    """Give each row; None for one that is not UTF-8."""
    try:
        yield from batch.to_pylist()
    except UnicodeDecodeError:
        for number in range(batch.num_rows):
            try:
                yield batch.slice(number, 1).to_pylist()[0]
            except UnicodeDecodeError:
                yield None
