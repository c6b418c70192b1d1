"""A folder with files of whole generations, which take their places one by one; a small file says how far."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING

import msgspec

from dedup.errors import CannotWriteError, DamagedStateError
from jobs.records import Commit
from jobs.sinks.files import locked, make_folder
from jobs.sinks.sink import Cursor, Sink

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Holds the commit of the last generation whose files are complete.
COMMIT_FILE = "commit.json"

#: Names of the files of a generation.
GENERATION_FILE = re.compile(r"\d{8}(-\d{4})?\.(parquet|ndjson)", re.ASCII)


class GenerationFolder(Sink):
    """What sinks share that write files for each generation.

    The files of a generation have names and bytes that depend on it alone, so that one which was interrupted is
    simply written again.  Only then `COMMIT_FILE` is replaced: files of later generations do not count yet.
    Files may be taken away once they were used; `COMMIT_FILE` has to stay.

    Parameters
    ----------
    folder : Path
        Made where it is missing.

    Raises
    ------
    CannotWriteError
        Where it cannot be made or written to.
    StateLockedError
        Where another feed writes there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        make_folder(folder)
        with ExitStack() as resources:
            resources.enter_context(locked(folder))
            for left in folder.rglob(".*.tmp"):  # by a feed that was killed
                left.unlink(missing_ok=True)
            self._resources = resources.pop_all()

    def close(self) -> None:
        """Let other feeds in."""
        self._resources.close()

    def cursor(self) -> Cursor | None:
        """Read `COMMIT_FILE`."""
        place = self._folder / COMMIT_FILE
        try:
            commit = msgspec.json.decode(place.read_bytes(), type=Commit)
        except FileNotFoundError:
            return None
        except (msgspec.DecodeError, OSError) as error:
            raise DamagedStateError(f"cannot be read: {error}", file=str(place)) from error
        return Cursor(commit.generation, commit.history)

    def rewind(self, generation: int) -> None:
        """Take everything away where the feed starts over; other files are simply written again."""
        if generation == 0:
            (self._folder / COMMIT_FILE).unlink(missing_ok=True)
            for place in self._folder.rglob("[0-9]*"):
                if GENERATION_FILE.fullmatch(place.name):
                    place.unlink(missing_ok=True)

    def commit(self, commit: Commit) -> None:
        """Say that all files up to this generation are there."""
        with self.new_file(COMMIT_FILE) as file:
            file.write(msgspec.json.encode(commit) + b"\n")

    @contextmanager
    def new_file(self, name: str) -> Iterator[IO[bytes]]:
        """Open the file that takes the place `name`, durably, when the block ends well."""
        place = self._folder / name
        temporary = place.with_name(f".{place.name}.tmp")
        try:
            place.parent.mkdir(exist_ok=True)
            with temporary.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(place)
            _sync(place.parent)
        except OSError as error:
            raise CannotWriteError(f"cannot write: {error.strerror or error}", file=str(place)) from error
        finally:
            temporary.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
