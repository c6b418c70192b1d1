"""Result files: written beside their place under another name, made durable, then renamed into it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

import msgspec

from dedup.errors import CannotWriteError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def make_folder(folder: Path) -> None:
    """Create `folder` where it is missing.

    Raises
    ------
    CannotWriteError
        Where it cannot be created or is not a writable folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWriteError(f"cannot create the folder: {error.strerror}", file=str(folder)) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CannotWriteError(
            "the folder is not writable; choose another or change its mode", file=str(folder)
        )


@contextmanager
def replace_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes the place of `path` when the context ends well, and leaves no trace otherwise.

    The temporary name lies in the same folder, because a rename is atomic only within one file system; the
    content is synced before the rename, the folder after it.

    Raises
    ------
    CannotWriteError
        Where any step fails; `path` then holds what it held before.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise CannotWriteError(f"cannot write: {error.strerror or error}", file=str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_lines(path: Path, records: Iterable[msgspec.Struct]) -> int:
    """Write `records` as JSON Lines in place of `path` and count them."""
    encoder = msgspec.json.Encoder()
    count = 0
    with replace_file(path) as file:
        for record in records:
            file.write(encoder.encode(record) + b"\n")
            count += 1
    return count


def write_json(path: Path, document: object) -> None:
    """Write one indented JSON document in place of `path`."""
    with replace_file(path) as file:
        file.write(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
