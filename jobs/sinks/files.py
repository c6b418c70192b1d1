"""Result files: written beside their places under other names, made durable, then renamed into them together."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Self

import msgspec

from dedup.errors import CannotWriteError, StateLockedError
from jobs.ledger.folder import LEDGER
from jobs.sinks.disk import open_folder, sync_folder, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def make_folder(folder: Path) -> None:
    """Create `folder` where it is missing.

    Raises
    ------
    CannotWriteError
        Where it cannot be created, is not a writable folder, or is one of a state.
    """
    if any((place / LEDGER).exists() for place in (folder, folder.parent)):
        raise CannotWriteError("holds the state of scheduled runs; choose another folder", file=str(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWriteError(f"cannot create the folder: {error.strerror}", file=str(folder)) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CannotWriteError(
            "the folder is not writable; choose another or change its mode", file=str(folder)
        )


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep `folder` to this process; the kernel frees it when the process ends, however it ends.

    File systems that know no locks give none.

    Raises
    ------
    StateLockedError
        Where another process keeps it.
    CannotWriteError
        Where it cannot be opened.
    """
    with writing(folder):
        descriptor = open_folder(folder)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StateLockedError(
                "another run writes here; wait for it, or choose another folder", file=str(folder)
            ) from error
        except OSError:
            pass
        yield
    finally:
        os.close(descriptor)


class ResultFiles:
    """Files of one folder that take their places together, or leave what was there.

    Each is written under a temporary name in the same folder, because a rename is atomic only within one file
    system, and synced.  When the context ends well they are renamed in the order they were written.  The last
    one is the seal: its predecessor goes before the first rename, so that it is there only beside the files it
    was written with.

    Parameters
    ----------
    folder : Path
        Exists already; see `make_folder` and `locked`.

    Raises
    ------
    CannotWriteError
        Where any step fails.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: list[tuple[Path, Path]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None and self._written:
                self._publish()
        finally:
            for temporary, _place in self._written:
                temporary.unlink(missing_ok=True)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open the file that is to be `name`, and sync it at the end."""
        place, temporary = self._folder / name, self._folder / f".{name}.tmp"
        with writing(place):
            temporary.unlink(missing_ok=True)  # left by a run that was killed
            self._written.append((temporary, place))
            with temporary.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())

    def write_lines(self, name: str, records: Iterable[msgspec.Struct | msgspec.Raw]) -> None:
        """Write `records`, or lines that are encoded already, as JSON Lines."""
        encoder = msgspec.json.Encoder()
        with self.open(name) as file:
            for record in records:
                file.write(encoder.encode(record) + b"\n")

    def write_json(self, name: str, document: object) -> None:
        """Write one indented JSON document."""
        with self.open(name) as file:
            file.write(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")

    def _publish(self) -> None:
        seal = self._written[-1][1]
        with writing(seal):
            seal.unlink(missing_ok=True)
            sync_folder(self._folder)
        for temporary, place in self._written:
            with writing(place):
                if place == seal:
                    sync_folder(self._folder)
                temporary.replace(place)
        with writing(seal):
            sync_folder(self._folder)
