"""What everything needs that writes files: errors that name the place, and folders that are synced."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dedup.errors import CannotWriteError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn what the system refuses into an error that names `place`.

    Raises
    ------
    CannotWriteError
        Where the block raises an `OSError`.
    """
    try:
        yield
    except OSError as error:
        raise CannotWriteError(f"cannot write: {error.strerror or error}", file=str(place)) from error


def open_folder(folder: Path) -> int:
    """Give a descriptor of a folder, to lock or to sync it by."""
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = open_folder(folder)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
