"""One open input, and what every reader does with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dedup.errors import BadDataError
from jobs.readers.lines import split_lines
from jobs.readers.streams import DamagedStreamError, decompressed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from jobs.readers.streams import Source
    from jobs.settings import InputSettings

#: Line, row or item counted from 1 (None for a file that is one article), and its fields.
Record = tuple[int | None, dict[str, Any]]

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass
class OpenInput:
    """One input while it is read.

    Attributes
    ----------
    file : str
        How messages name it; ``-`` for standard input.
    id : str
        Its path within the input folder; empty for standard input.
    path : Path or None
        None for standard input.
    source : Source
        Its bytes as they lie on disk.
    settings : InputSettings
        Limits and names of fields.
    reject : callable
        Takes the line and the reason of a record that cannot be read.
    give_up : callable
        The same where nothing behind it can be read either.
    """

    file: str
    id: str
    path: Path | None
    source: Source
    settings: InputSettings
    reject: Callable[[int | None, str], None]
    give_up: Callable[[int | None, str], None]
    _plain: Iterator[bytes] | None = None
    _head: list[bytes] = field(default_factory=list)
    _damage: DamagedStreamError | None = None

    def head(self) -> bytes:
        """Give the first plain bytes without taking them.

        Raises
        ------
        BadDataError
            Where they are UTF-16 or unpack without end.
        """
        if self._plain is None:
            self._plain = decompressed(self.source, self.file, self.settings)
            try:
                head = next(filter(None, self._plain), b"")
            except DamagedStreamError as error:
                self._damage, head = error, b""
            if head.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise BadDataError(
                    "is UTF-16; turn it into UTF-8 first (iconv -f UTF-16 -t UTF-8)", file=self.file
                )
            self._head = [head.removeprefix(BYTE_ORDER_MARK)]
        return self._head[0] if self._head else b""

    def pieces(self) -> Iterator[bytes]:
        """Give all plain bytes, piece by piece.

        Raises
        ------
        DamagedStreamError
            Where a compressed stream breaks off, after what could be read.
        """
        self.head()
        yield from self._head
        self._head.clear()
        if self._damage is not None:
            raise self._damage
        yield from self._plain or ()

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Give number and bytes of each line; what is too long or damaged is rejected here."""
        limit = self.settings.max_line_bytes
        number = 0
        try:
            for number, line in enumerate(split_lines(self.pieces(), max_bytes=limit), 1):
                if line is None:
                    self.reject(number, f"line too long: more than {limit} bytes")
                else:
                    yield number, line
        except DamagedStreamError as error:
            self.give_up(number + 1, str(error))
