"""Which files the inputs of a run mean."""

from __future__ import annotations

import glob
import os
from collections import Counter
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

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


def find_inputs(
    inputs: Iterable[str | Path],
    *,
    skipped: list[str] | None = None,
    closed: list[tuple[str, str]] | None = None,
) -> list[InputFile]:
    """Give the files of paths, globs and folders, each once, in an order that depends on names only.

    Parameters
    ----------
    inputs : iterable of str or Path
        A path that exists is taken as it is; otherwise ``*``, ``?``, ``[…]`` and ``**`` are wildcards.
        Folders are searched to the bottom for files whose suffix is known; hidden ones are passed by.
    skipped : list of str, optional
        Files in folders whose suffix is unknown are added here, and links to folders or to nothing.
    closed : list of (str, str), optional
        Folders within folders that cannot be looked into are added here, with the reason.

    Raises
    ------
    NoInputError
        Where an input does not exist, or is a folder or a pattern without files.
    """
    found: dict[Path | None, InputFile] = {}
    passed = _Passed([] if skipped is None else skipped, [] if closed is None else closed)
    for each in inputs:
        for file in _expand(str(each), passed):
            key = file.path and file.path.resolve()
            found.setdefault(key, file)
    if not found:
        raise NoInputError("no input given; name files, folders, patterns, or - for standard input")
    files = sorted(found.values(), key=lambda file: file.file)
    often = Counter(file.id for file in files)
    return [replace(file, id=file.file) if often[file.id] > 1 else file for file in files]


def waiting(inputs: Iterable[str | Path]) -> list[str]:
    """Leave out empty folders and patterns without files, as a spool is between two deliveries.

    What does not exist stays, and so does a pattern below a folder that does not, and a folder with files that
    nobody can read: whoever reads them says so.
    """
    return [given for each in inputs if _has_files(given := str(each))]


def _has_files(given: str) -> bool:
    if not Path(given).exists() and glob.has_magic(given):
        found = any(_has_files(path) for path in glob.iglob(given, recursive=True))  # noqa: PTH207
        return found or not _fixed_part(given).is_dir()
    passed = _Passed([], [])
    return not Path(given).is_dir() or any(_walk(Path(given), passed)) or any(passed)


def _fixed_part(pattern: str) -> Path:
    """Give the folder below which a pattern looks."""
    return Path(*takewhile(lambda part: not glob.has_magic(part), Path(pattern).parts[:-1]))


def input_bytes(inputs: Iterable[str | Path]) -> int:
    """Give the bytes on disk of all inputs, the total for progress; standard input counts 0.

    Raises
    ------
    NoInputError
        As `find_inputs`.
    """
    return sum(file.path.stat().st_size for file in find_inputs(inputs) if file.path is not None)


class _Passed(NamedTuple):
    """What a folder holds that is not read: other files and links, and folders that are closed."""

    skipped: list[str]
    closed: list[tuple[str, str]]


def _expand(given: str, passed: _Passed) -> Iterator[InputFile]:
    if given == STANDARD_INPUT:
        yield InputFile(None, "", named=True)
        return
    paths = [Path(given)]
    if not paths[0].exists():
        paths = [Path(path) for path in sorted(glob.glob(given, recursive=True))]  # noqa: PTH207  takes absolute patterns
        if not paths:
            what = "no file matches this pattern" if glob.has_magic(given) else "no such file or folder"
            raise NoInputError(f"{what}; check the spelling and the working folder", file=given)
    files = [file for path in paths for file in _files_of(path, passed)]
    if not files and not passed.closed:
        raise NoInputError(
            "holds no file with a suffix that is read (.jsonl, .csv, .parquet, .txt …)", file=given
        )
    yield from files


def _files_of(path: Path, passed: _Passed) -> Iterator[InputFile]:
    if path.is_dir():
        yield from _walk(path, passed)
    else:
        yield InputFile(path, _printable(path), named=True)


def _walk(folder: Path, passed: _Passed) -> Iterator[InputFile]:
    def refused(error: OSError) -> None:
        passed.closed.append((_printable(Path(str(error.filename))), f"cannot be opened: {error.strerror}"))

    for place, folders, names in os.walk(folder, onerror=refused):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in sorted([*names, *links]):
            path = Path(place, name)
            if name.startswith("."):
                continue
            if path.is_file() and formats_of(name):
                yield InputFile(path, _printable(path.relative_to(folder)), named=False)
            elif path.is_file() or path.is_symlink():
                passed.skipped.append(_printable(path))


def _printable(path: Path) -> str:
    """Give a path as valid text, which file names need not be."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")
