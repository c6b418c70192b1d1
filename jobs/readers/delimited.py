"""Tables of text: CSV, and TSV."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from dedup.errors import BadDataError
from jobs.readers.fields import FieldMap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.readers.opened import OpenInput, Record

#: Office programs of half the world write semicolons into a .csv.
DELIMITERS = ",;\t|"


def read(opened: OpenInput) -> Iterator[Record]:
    """Give one record a row, under the names of the first row.

    A record's number is the line its row ends on.

    Raises
    ------
    BadDataError
        Where the first row has no column for a text or a title.
    """
    csv.field_size_limit(opened.settings.max_line_bytes)
    feed = _Feed(opened)
    header_line = next(feed, None)
    if header_line is None:
        return
    delimiter = _delimiter(header_line)
    header = [name.strip() for name in next(csv.reader([header_line], delimiter=delimiter))]
    if not FieldMap(opened.settings.fields).is_article(header):
        raise BadDataError(
            f"no column holds a text or a title among: {', '.join(header)[:500]}; "
            "name it with --field text=COLUMN",
            file=opened.file,
        )
    feed.start_row()
    rows = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            opened.reject(feed.number, f"broken row: {error}")
            feed.start_row()
            continue
        if row is None:
            return
        reason = feed.broken or _fault(row, header)
        feed.start_row()
        if reason:
            opened.reject(feed.number, reason)
        elif any(row):
            yield feed.number, dict(zip(header, row, strict=True))


def recognises(head: bytes) -> bool:
    """Whether the first line names a text or a title among several columns."""
    line = head.partition(b"\n")[0].decode("utf-8", "replace")
    header = line.strip("\r").split(_delimiter(line))
    return len(header) > 1 and FieldMap({}).is_article(name.strip(' "') for name in header)


class _Feed:
    """Lines for the csv module, which wants text.

    Attributes
    ----------
    number : int
        Of the line given last.
    broken : str
        Why the row under way cannot be kept, though the csv module sees nothing wrong.
    """

    def __init__(self, opened: OpenInput) -> None:
        self._lines = opened.lines()
        self.number = 0
        self.broken = ""
        self._within_row = False

    def start_row(self) -> None:
        """Forget what was wrong with the row before."""
        self.broken = ""
        self._within_row = False

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        number, line = next(self._lines)
        if self._within_row and number != self.number + 1:
            self.broken = "broken row: a line within it was left out"
        self.number = number
        self._within_row = True
        try:
            return line.decode() + "\n"
        except UnicodeDecodeError:
            self.broken = "invalid UTF-8"
            return line.decode("utf-8", "replace") + "\n"


def _delimiter(header: str) -> str:
    return max(DELIMITERS, key=header.count)


def _fault(row: list[str], header: list[str]) -> str:
    if row and len(row) != len(header):
        return f"broken row: {len(row)} cells under {len(header)} columns"
    return ""
