"""Tables of text: CSV, and TSV."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from dedup.errors import BadDataError
from jobs.readers.fields import FieldMap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jobs.readers.opened import OpenInput, Record

#: Office programs of half the world write semicolons into a .csv.
DELIMITERS = ",;\t|"

#: Lines of one row; a quote that is never closed would take in the rest of the file.
MAX_ROW_LINES = 10_000


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
    delimiter = delimiter_of(header_line)
    header = [name.strip() for name in next(csv.reader([header_line], delimiter=delimiter))]
    if not FieldMap(opened.settings.fields).is_article(header):
        raise BadDataError(
            f"no column holds a text or a title among: {', '.join(header)[:500]}; "
            "name it with --field text=COLUMN",
            file=opened.file,
        )
    yield from _Rows(feed, header, delimiter, opened)


def recognises(head: bytes) -> bool:
    """Whether the first line names a text or a title among several columns."""
    line = head.partition(b"\n")[0].decode("utf-8", "replace")
    header = line.strip("\r").split(delimiter_of(line))
    return len(header) > 1 and FieldMap({}).is_article(name.strip(' "') for name in header)


class _Rows:
    """Records of a table, and where they go on after a row that is broken.

    A quote that is opened and never closed takes the rows after it into its cell.  What it took is read again
    from the line after the one that the row began on, up to the next line that a row like those before begins on:
    one with as many cells, and no blank within an id or address where none had one, as lines of prose have.
    """

    def __init__(self, feed: _Feed, header: list[str], delimiter: str, opened: OpenInput) -> None:
        self._feed = feed
        self._header = header
        self._opened = opened
        self._rows = csv.reader(feed, delimiter=delimiter, strict=True)
        self._solid = _columns_of(("id", "url"), header, opened)

    def __iter__(self) -> Iterator[Record]:
        while True:
            self._feed.start_row()
            try:
                row = next(self._rows, None)
            except csv.Error as error:
                self._pass_over(f"broken row: {error}")
                continue
            if row is None:
                return
            reason = self._feed.broken or _fault(row, self._header)
            if reason and len(self._feed.taken) > 1:
                self._pass_over(reason)
            elif reason:
                self._opened.reject(self._feed.number, reason)
            elif any(row):
                self._solid -= {column for column in self._solid if " " in row[column]}
                yield self._feed.number, dict(zip(self._header, row, strict=True))

    def _pass_over(self, reason: str) -> None:
        """Reject the row under way, with the lines after its first that are no rows themselves."""
        number = self._feed.taken[0][0]
        self._feed.give_back(1)
        lost = 0
        while not self._begins_row():
            self._feed.give_back(1)
            lost += 1
        self._feed.give_back(0)
        lines = "line" if lost == 1 else "lines"
        self._opened.reject(number, f"{reason}; {lost} {lines} after it left out" if lost else reason)

    def _begins_row(self) -> bool:
        """Whether the next line begins a row like those before, or the input ends."""
        self._feed.start_row()
        try:
            row = next(self._rows, None)
        except csv.Error:
            return False
        if row is None:
            return True
        alike = len(row) == len(self._header) and not any(" " in row[column] for column in self._solid)
        return alike and not self._feed.broken


class _Feed:
    """Lines for the csv module, which wants text.

    Attributes
    ----------
    number : int
        Of the line given last.
    taken : list of (int, bytes)
        Number and content of the lines that the row under way has taken.
    broken : str
        Why the row under way cannot be kept, though the csv module sees nothing wrong.
    """

    def __init__(self, opened: OpenInput) -> None:
        self._lines = opened.lines()
        self._returned: list[tuple[int, bytes]] = []
        self._max_bytes = opened.settings.max_line_bytes
        self._bytes = 0
        self.number = 0
        self.taken: list[tuple[int, bytes]] = []
        self.broken = ""

    def start_row(self) -> None:
        """Forget the row before."""
        self.broken = ""
        self.taken = []
        self._bytes = 0

    def give_back(self, kept: int) -> None:
        """Give the lines of the row under way once more, but for the first `kept`."""
        self._returned += reversed(self.taken[kept:])

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        number, line = self._returned.pop() if self._returned else next(self._lines)
        if self.taken and number != self.number + 1:
            self.broken = "broken row: a line within it was left out"
        self.number = number
        self.taken.append((number, line))
        self._bytes += len(line)
        if len(self.taken) > MAX_ROW_LINES or self._bytes > self._max_bytes:
            raise csv.Error("a quote is opened in it and not closed for too long")
        try:
            return line.decode() + "\n"
        except UnicodeDecodeError:
            self.broken = "invalid UTF-8"
            return line.decode("utf-8", "replace") + "\n"


def delimiter_of(header: str) -> str:
    """Tell by its first line what parts the cells of a table."""
    return max(DELIMITERS, key=header.count)


def _columns_of(parts: Iterable[str], header: list[str], opened: OpenInput) -> set[int]:
    """Give the columns that hold the `parts` of an article."""
    paths = FieldMap(opened.settings.fields).plan(dict.fromkeys(header)).paths
    return {header.index(path[0]) for part in parts for path in paths.get(part, ()) if len(path) == 1}


def _fault(row: list[str], header: list[str]) -> str:
    if row and len(row) != len(header):
        return f"broken row: {len(row)} cells under {len(header)} columns"
    return ""
