"""Which files the inputs of a run mean."""

from __future__ import annotations

import glob
import os
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dedup.errors import NoInputError
from jobs.readers.formats import formats_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STANDARD_INPUT = "-"


@dataclass(frozen=True)
class InputFile:
    """One file to read.

    Attributes
    ----------
    path : Path or None
        As given, or found below a given folder; None for standard input.
    id : str
        Path within the given folder, with forward slashes; as given for a file given itself.
    named : bool
        Whether it was given itself, or came by a folder, where files that are no articles may lie about.
    """

    path: Path | None
    id: str
    named: bool

    @property
    def file(self) -> str:
        """How messages and results name it; ``-`` for standard input."""
        return STANDARD_INPUT if self.path is None else _printable(self.path)


def find_inputs(inputs: Iterable[str | Path], *, skipped: list[str] | None = None) -> list[InputFile]:
    """Give the files of paths, globs and folders, each once, in an order that depends on names only.

    Parameters
    ----------
    inputs : iterable of str or Path
        A path that exists is taken as it is; otherwise ``*``, ``?``, ``[…]`` and ``**`` are wildcards.
        Folders are searched to the bottom for files whose suffix is known; hidden ones are passed by.
    skipped : list of str, optional
        Files in folders whose suffix is unknown are added here.

    Raises
    ------
    NoInputError
        Where an input does not exist, or is a folder or a pattern without files.
    """
    found: dict[Path | None, InputFile] = {}
    for each in inputs:
        for file in _expand(str(each), skipped):
            key = file.path and file.path.resolve()
            found.setdefault(key, file)
    if not found:
        raise NoInputError("no input given; name files, folders, patterns, or - for standard input")
    files = sorted(found.values(), key=lambda file: file.file)
    often = Counter(file.id for file in files)
    return [replace(file, id=file.file) if often[file.id] > 1 else file for file in files]


def waiting(inputs: Iterable[str | Path]) -> list[str]:
    """Leave out empty folders and patterns without files, as a spool is between two deliveries.

    What does not exist stays, and so does a folder whose files have suffixes that nobody knows: whoever reads
    them says so.
    """
    return [given for each in inputs if _has_files(given := str(each))]


def _has_files(given: str) -> bool:
    if not Path(given).exists() and glob.has_magic(given):
        return any(_has_files(path) for path in glob.iglob(given, recursive=True))  # noqa: PTH207
    unknown: list[str] = []
    return not Path(given).is_dir() or any(_walk(Path(given), unknown)) or bool(unknown)


def input_bytes(inputs: Iterable[str | Path]) -> int:
    """Give the bytes on disk of all inputs, the total for progress; standard input counts 0.

    Raises
    ------
    NoInputError
        As `find_inputs`.
    """
    return sum(file.path.stat().st_size for file in find_inputs(inputs) if file.path is not None)


def _expand(given: str, skipped: list[str] | None) -> Iterator[InputFile]:
    if given == STANDARD_INPUT:
        yield InputFile(None, "", named=True)
        return
    paths = [Path(given)]
    if not paths[0].exists():
        paths = [Path(path) for path in sorted(glob.glob(given, recursive=True))]  # noqa: PTH207  takes absolute patterns
        if not paths:
            what = "no file matches this pattern" if glob.has_magic(given) else "no such file or folder"
            raise NoInputError(f"{what}; check the spelling and the working folder", file=given)
    files = [file for path in paths for file in _files_of(path, skipped)]
    if not files:
        raise NoInputError(
            "holds no file with a suffix that is read (.jsonl, .csv, .parquet, .txt …)", file=given
        )
    yield from files


def _files_of(path: Path, skipped: list[str] | None) -> Iterator[InputFile]:
    if path.is_dir():
        yield from _walk(path, skipped)
    else:
        yield InputFile(path, _printable(path), named=True)


def _walk(folder: Path, skipped: list[str] | None) -> Iterator[InputFile]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith(".") or not path.is_file():
                continue
            if formats_of(name):
                yield InputFile(path, _printable(path.relative_to(folder)), named=False)
            elif skipped is not None:
                skipped.append(_printable(path))


def _printable(path: Path) -> str:
    """Give a path as valid text, which file names need not be."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")
