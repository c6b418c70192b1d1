"""A second handle on a file that SQLite has open."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

_open: dict[tuple[int, int], tuple[BinaryIO, int]] = {}


class SharedFile:
    """Reads a file without breaking SQLite's locks on it.

    POSIX drops all locks of a process on a file when the process closes *any* handle on it.  One handle per
    file is therefore shared by all who want one, and closed with the last of them, who must have closed their
    connections before.
    """

    def __init__(self, place: Path) -> None:
        self._place = place
        self._key = (0, 0)

    def __enter__(self) -> BinaryIO:
        found = self._place.stat()
        self._key = (found.st_dev, found.st_ino)
        if self._key in _open:
            file, users = _open[self._key]
        else:
            file, users = self._place.open("rb", buffering=0), 0
        _open[self._key] = file, users + 1
        return file

    def __exit__(self, *_: object) -> None:
        file, users = _open.pop(self._key)
        if users > 1:
            _open[self._key] = file, users - 1
        else:
            file.close()
