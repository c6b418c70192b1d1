"""The feed as JSON Lines: in a file that knows what it holds, or down a pipe.

A generation counts once its commit is there.  What a killed feed left behind the last commit is cut off before
the next one writes; a reader who applies what it reads commit by commit never sees that.
"""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import suppress
from io import FileIO
from typing import IO, TYPE_CHECKING

from dedup.errors import CannotWriteError, StateLockedError
from jobs.records import SCHEMA_VERSION
from jobs.sinks.disk import writing
from jobs.sinks.lines import commit_in, feed_lines
from jobs.sinks.sink import Cursor, Sink

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from jobs.records import Commit
    from jobs.sinks.sink import Generation

#: Bytes that are read at once from the end of a file on the way to its last commit.
TAIL_BYTES = 1 << 20

#: Bytes that are written at once.
BLOCK_BYTES = 1 << 18

#: How the first line of a feed begins: with a change, or with a commit where a generation changed nothing.
BEGINNINGS = tuple(
    f'{{"schema_version":"{SCHEMA_VERSION}",{rest}'.encode() for rest in ('"generation":', '"kind":"commit",')
)


class JsonLinesStream(Sink):
    """Writes to a pipe, which knows nothing of what went down it before.

    Parameters
    ----------
    file : binary file
        Stays open.
    with_text : bool, default False
    """

    def __init__(self, file: IO[bytes], *, with_text: bool = False) -> None:
        self._file = file
        self.wants_text = with_text

    def write(self, generation: Generation) -> None:
        """Write the lines, and hand them over once the commit is among them."""
        self._file.writelines(feed_lines(generation))
        self._file.flush()


class JsonLinesFile(Sink):
    """Appends to a file, whose last commit is the cursor.

    Parameters
    ----------
    path : Path
        Made where it is missing.
    with_text : bool, default False

    Raises
    ------
    CannotWriteError
        Where it cannot be opened, or holds other things than a feed.
    StateLockedError
        Where another feed writes there.
    """

    whole = True

    def __init__(self, path: Path, *, with_text: bool = False) -> None:
        self._path = path
        self.wants_text = with_text
        with writing(path):
            self._file = _open(path)
        try:
            with writing(path):
                self._lock()
                self._last = self._cut_after_commit(None)
        except BaseException:
            self._file.close()
            raise

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StateLockedError("another feed writes here; wait for it", file=str(self._path)) from error

    def close(self) -> None:
        """Close the file; that lets go of the lock."""
        self._file.close()

    def cursor(self) -> Cursor | None:
        """Give the last commit of the file."""
        return Cursor.of(self._last) if self._last else None

    def rewind(self, generation: int) -> None:
        """Cut off the generations that are to come again."""
        if self._last and self._last.generation > generation:
            with writing(self._path):
                self._last = self._cut_after_commit(generation)

    def write(self, generation: Generation) -> None:
        """Append the lines; they are on the disk when this returns, or cut off again where it fails."""
        end = self._file.tell()
        with writing(self._path):
            try:
                for block in _blocks(feed_lines(generation)):
                    _write_all(self._file, block)
                os.fsync(self._file.fileno())
            except BaseException:
                with suppress(OSError):
                    self._file.truncate(end)
                    self._file.seek(end)
                raise

    def _cut_after_commit(self, highest: int | None) -> Commit | None:
        """Cut the file off behind the last commit of a generation up to `highest`, and give that commit."""
        found, end = None, 0
        for stop, line in _lines_backwards(self._file):
            commit = commit_in(line)
            if commit and (highest is None or commit.generation <= highest):
                found, end = commit, stop
                break
        size = self._file.seek(0, os.SEEK_END)
        if size and not found and not _starts_like_a_feed(self._file):
            raise CannotWriteError("holds other things than a feed; name another file", file=str(self._path))
        if end < size:
            self._file.truncate(end)
        self._file.seek(end)
        return found


def _open(path: Path) -> FileIO:
    """Open without a buffer: what was not written yet when something fails is not to be written later."""
    file = FileIO(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o666), "rb+")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise CannotWriteError("is no file that can be cut; `--to -` writes down a pipe", file=str(path))
    return file


def _blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Join lines into blocks worth a system call."""
    held, size = [], 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= BLOCK_BYTES:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def _write_all(file: FileIO, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[file.write(rest) :]


def _starts_like_a_feed(file: FileIO) -> bool:
    """Tell a feed, which may have been cut off anywhere, from other files, the results of a run among them."""
    file.seek(0)
    head = file.read(max(map(len, BEGINNINGS)))
    return any(head.startswith(start) or start.startswith(head) for start in BEGINNINGS)


def _lines_backwards(file: FileIO) -> Iterator[tuple[int, bytes]]:
    """Give the complete lines of a file from the last to the first, each with the place where it ends."""
    place = file.seek(0, os.SEEK_END)
    rest = b""
    while place:
        start = max(0, place - TAIL_BYTES)
        file.seek(start)
        block = file.read(place - start) + rest
        first = 0 if start == 0 else block.find(b"\n") + 1
        if start and not first:  # no line ends in here
            rest, place = block, start
            continue
        yield from _ends(block, first, start)
        rest, place = block[:first], start


def _ends(block: bytes, first: int, start: int) -> Iterator[tuple[int, bytes]]:
    stop = block.rfind(b"\n", first) + 1
    while stop > first:
        begin = block.rfind(b"\n", first, stop - 1) + 1 or first
        yield start + stop, block[begin:stop]
        stop = begin
