"""Copies the records of one input file that are kept, in the format and compression of the file.

Records are numbered as the readers number them, because the same functions of theirs take the file apart.
"""

from __future__ import annotations

import gzip
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import msgspec
import numpy as np
import zstandard

from jobs.readers import delimited
from jobs.readers.formats import format_of
from jobs.readers.json_document import cut_items, read_whole, wrapper_of
from jobs.readers.opened import BYTE_ORDER_MARK, OpenInput
from jobs.readers.streams import GZIP_MAGIC, ZSTD_MAGIC, DamagedStreamError, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jobs.readers import InputFile
    from jobs.settings import InputSettings


class Writable(Protocol):
    """What bytes are written into."""

    def write(self, data: bytes, /) -> int:
        """Take `data`."""
        ...


def copy_kept(
    file: InputFile, target: Path, keep: Callable[[int | None], bool], settings: InputSettings
) -> None:
    """Write the records of `file` that `keep` says yes to into `target`.

    Parameters
    ----------
    file : InputFile
        With a path.
    target : Path
        In a folder that exists.
    keep : callable
        Asked of every record, by line, row or item as the readers number them, in their order.
    settings : InputSettings
        Those it was read with.
    """
    if file.path is None:
        raise ValueError("standard input cannot be read again")
    with file.path.open("rb", buffering=0) as handle:
        source = Source(handle, lambda _count: None)
        opened = OpenInput(file.file, file.id, file.path, source, settings, _unheard, _unheard)
        _COPIERS[format_of(opened).name](opened, target, keep)


def _unheard(_line: int | None, _reason: str) -> None:
    """Say nothing again of what was rejected when the file was read."""


def _copy_lines(opened: OpenInput, target: Path, keep: Callable[[int | None], bool]) -> None:
    with _packed(opened, target) as out:
        for number, line in opened.lines():
            if line and not line.isspace() and keep(number):
                out.write(line + b"\n")


def _copy_rows(opened: OpenInput, target: Path, keep: Callable[[int | None], bool]) -> None:
    """Copy rows with the line breaks, quotes and blanks they have.

    The reader tells on which line a row ends; it has as many lines before as there are breaks in its cells.
    """
    lines = _Lines(opened)
    with _packed(opened, target) as out:
        for number, row in delimited.read(lines):
            last = number or 0
            first = last - sum(cell.count("\n") for cell in row.values())
            out.write(lines.header())
            if keep(number):
                out.write(b"".join(lines.seen[line] + b"\n" for line in range(first, last + 1)))
            lines.forget(last)
        out.write(lines.header())


class _Lines(OpenInput):
    """An input that remembers the lines it gave."""

    def __init__(self, opened: OpenInput) -> None:
        super().__init__(
            opened.file, opened.id, opened.path, opened.source, opened.settings, opened.reject, opened.give_up
        )
        self.seen: dict[int, bytes] = {}
        self._header: bytes | None = None

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Give number and bytes of each line."""
        for number, line in super().lines():
            self.seen[number] = line
            if self._header is None:
                self._header = line + b"\n"
            yield number, line

    def header(self) -> bytes:
        """Give the first line, once."""
        header, self._header = self._header or b"", b""
        return header

    def forget(self, number: int) -> None:
        """Let go of the lines up to `number`."""
        for line in [line for line in self.seen if line <= number]:
            del self.seen[line]


def _copy_items(opened: OpenInput, target: Path, keep: Callable[[int | None], bool]) -> None:
    """Copy the items of an array, or of the list within an object; one object is one article."""
    try:
        document = read_whole(opened)
    except DamagedStreamError:
        return
    wrapper = wrapper_of(document)
    if wrapper is None and not document.lstrip().startswith(b"["):
        if keep(1):
            with _packed(opened, target) as out:
                out.write(document)
        return
    around = msgspec.json.decode(document, type=dict[str, msgspec.Raw]) if wrapper else {}
    items = cut_items(bytes(around[wrapper]) if wrapper else document, opened)
    kept = [item for number, item in enumerate(items, 1) if keep(number)]
    array = b"[" + b",\n".join(kept) + b"]"
    with _packed(opened, target) as out:
        out.write(msgspec.json.encode({**around, wrapper: msgspec.Raw(array)}) if wrapper else array + b"\n")


def _copy_table(opened: OpenInput, target: Path, keep: Callable[[int | None], bool]) -> None:
    """Copy rows of Parquet with their schema, metadata and compression."""
    import pyarrow as pa  # noqa: PLC0415  half the start-up time of an audit without Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415

    if opened.path is None:
        raise ValueError("standard input holds no Parquet")
    with pq.ParquetFile(opened.path) as table:
        meta = table.metadata
        packing = meta.row_group(0).column(0).compression if meta.num_row_groups else "ZSTD"
        row = 0
        with pq.ParquetWriter(target, table.schema_arrow, compression=packing) as out:
            for batch in table.iter_batches():
                kept = np.array([keep(row + at) for at in range(1, batch.num_rows + 1)], np.bool_)
                row += batch.num_rows
                out.write_batch(batch.filter(pa.array(kept)))


def _copy_whole(opened: OpenInput, target: Path, keep: Callable[[int | None], bool]) -> None:
    if opened.path is not None and keep(None):
        shutil.copyfile(opened.path, target)


_COPIERS: dict[str, Callable[[OpenInput, Path, Callable[[int | None], bool]], None]] = {
    "jsonl": _copy_lines,
    "json": _copy_items,
    "csv": _copy_rows,
    "parquet": _copy_table,
    "txt": _copy_whole,
}


@contextmanager
def _packed(opened: OpenInput, target: Path) -> Iterator[Writable]:
    """Open `target` for writing, packed as the input is; the same content gives the same bytes."""
    head = opened.source.peek()
    with target.open("wb") as raw:
        if head.startswith(GZIP_MAGIC):
            with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as out:
                yield out
        elif head.startswith(ZSTD_MAGIC):
            with zstandard.ZstdCompressor().stream_writer(raw, closefd=False) as packed:
                yield packed
        else:
            raw.write(BYTE_ORDER_MARK if head.startswith(BYTE_ORDER_MARK) else b"")
            yield raw
