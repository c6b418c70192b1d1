"""All inputs of a run, as one stream of articles."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from dedup.errors import BadDataError, NoInputError
from jobs.readers.articles import ArticleBuilder, PlacedArticle
from jobs.readers.formats import format_of
from jobs.readers.inputs import find_inputs
from jobs.readers.opened import OpenInput
from jobs.readers.rejections import InputDigest
from jobs.readers.streams import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from jobs.readers.inputs import InputFile
    from jobs.readers.rejections import Rejections
    from jobs.readers.shelf import Shelf
    from jobs.settings import InputSettings

#: A file is given up once this many of its records are rejected, and a hundred times as many as are good:
#: lines of two bytes would otherwise turn into rejections a hundred times their size.
MAX_HOPELESS = 10_000


def read_articles(
    inputs: Iterable[str | Path],
    settings: InputSettings,
    *,
    now: datetime,
    rejections: Rejections,
    stdin: BinaryIO | None = None,
    progress: Callable[[int], None] | None = None,
    shelf: Shelf | None = None,
) -> Iterator[PlacedArticle]:
    """Give the articles of all inputs; ids may come more than once (`resolve_ids`).

    Parameters
    ----------
    inputs : iterable of str or Path
        Paths, patterns, folders, and ``-`` for standard input.
    settings : InputSettings
        Names of fields, and limits.
    now : datetime
        With a zone; later dates than two days after are refused.
    rejections : Rejections
        Filled on the way; complete when the iterator is exhausted.
    stdin : binary file, optional
        Default: the standard input of the process.
    progress : callable, optional
        Told the bytes read so far, as they lie on disk; `input_bytes` gives the total.
    shelf : Shelf, optional
        Takes the texts; the articles then come without.

    Yields
    ------
    PlacedArticle
        As read; those whose date has two readings, or no zone, come last.

    Raises
    ------
    NoInputError
        Where an input does not exist, cannot be read, or is empty of files.
    BadDataError
        Where a file that was named cannot be read as a whole, or no record of any input has a known field.
    BadSettingsError
        Where the settings name a part of an article that does not exist.
    """
    builder = ArticleBuilder(settings, now, rejections, shelf)
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(done)

    built = False
    closed: list[tuple[str, str]] = []
    files = find_inputs(inputs, skipped=rejections.skipped_files, closed=closed)
    for folder, why in closed:
        rejections.give_up(folder, None, f"not read: {why}")
    for file in files:
        try:
            for article in _read_file(file, settings, builder, rejections, stdin, advance):
                built = True
                yield article
        except (BadDataError, NoInputError) as error:
            if file.named:
                raise
            rejections.give_up(file.file, error.line, f"not read: {error.message}")
    for article in builder.settled():
        built = True
        yield article
    if not built and builder.unknown_shape is not None:
        file_name, reason = builder.unknown_shape
        raise BadDataError(reason, file=file_name)


def _read_file(
    file: InputFile,
    settings: InputSettings,
    builder: ArticleBuilder,
    rejections: Rejections,
    stdin: BinaryIO | None,
    advance: Callable[[int], None],
) -> Iterator[PlacedArticle]:
    try:
        handle = file.path.open("rb", buffering=0) if file.path is not None else stdin or sys.stdin.buffer
    except OSError as error:
        raise NoInputError(f"cannot be opened: {error.strerror}", file=file.file) from error
    name = file.file
    patience = _Patience(name, rejections)

    def reject(line: int | None, reason: str) -> None:
        rejections.reject(name, line, reason)
        patience.check()

    try:
        source = Source(handle, advance)
        give_up = partial(rejections.give_up, name)
        opened = OpenInput(name, file.id, file.path, source, settings, reject, give_up)
        for line, record in format_of(opened).read(opened):
            path_id = f"{file.id}:{line}" if file.id and line is not None else file.id
            article = builder.build(record, file=name, line=line, path_id=path_id)
            if article is not None:
                yield article
            else:
                patience.check()
        for _ in source.pieces():
            pass
        rejections.inputs.append(InputDigest(name, source.bytes, source.digest))
    except OSError as error:
        raise NoInputError(f"cannot be read: {error.strerror}", file=file.file) from error
    finally:
        if file.path is not None:
            handle.close()


class _Patience:
    """Gives up a file that is something else than it seems."""

    def __init__(self, file: str, rejections: Rejections) -> None:
        self._file = file
        self._rejections = rejections
        self._records = rejections.records
        self._rejected = len(rejections.rejected)

    def check(self) -> None:
        """Raise BadDataError where nearly all records were rejected."""
        rejected = len(self._rejections.rejected) - self._rejected
        if rejected >= MAX_HOPELESS and rejected * 101 > 100 * (self._rejections.records - self._records):
            last = self._rejections.rejected[-1]
            raise BadDataError(
                f"{rejected} records are broken, nearly all (the last one: {last.reason}); "
                "it is not what its name says, or name its format with --format",
                file=self._file,
                line=last.line,
            )
