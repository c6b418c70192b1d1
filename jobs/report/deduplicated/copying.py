"""Which records of the inputs are kept, and why each of the others is not."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from dedup.duplicates import RELATIONS
from dedup.errors import CannotWriteError
from jobs.readers import find_inputs
from jobs.records import Record
from jobs.report.deduplicated.formats import copy_kept
from jobs.report.records import WrittenFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobs.readers import InputFile
    from jobs.report.material import Material

#: Folder of the copies within the folder of results, and the file that tells of what is not in them.
FOLDER, DROPPED = "deduplicated", "dropped.jsonl"

WITHDRAWN = "withdrawn by its publisher"


class Dropped(Record, frozen=True, kw_only=True):
    """One record that is not in the deduplicated corpus, and why.

    Attributes
    ----------
    line : int or None
        Line, row or item; None for a file that is one article.
    reason : str
        ``copy: exact`` … for copies, ``rejected: …`` for records that could not be used, or withdrawn.
    kept_id : str or None
        For copies: the article that stands for it.
    kept_file, kept_line
        Where that one stood.
    similarity : float or None
        For copies: Jaccard similarity to it.
    """

    file: str
    line: int | None
    article_id: str | None
    reason: str
    kept_id: str | None
    kept_file: str | None
    kept_line: int | None
    similarity: float | None


def deduplicate(
    material: Material, inputs: Sequence[str], folder: Path
) -> tuple[list[WrittenFile], list[Dropped]]:
    """Copy the inputs into `folder` without what is dropped.

    Parameters
    ----------
    material : Material
    inputs : sequence of str
        Those that were read; standard input is not among them.
    folder : Path
        Created; must not exist.

    Returns
    -------
    list of WrittenFile
        By file.
    list of Dropped
        By file and line.

    Raises
    ------
    CannotWriteError
        Where a copy cannot be written.
    """
    files = find_inputs(inputs)
    targets = _targets(files)
    dropped = _copies_and_rejects(material)
    told = {(drop.file, drop.line) for drop in dropped}
    kept = _kept_places(material)
    written = []
    for file in files:
        copier = _Copier(file.file, kept, told)
        place = folder / targets[file.file]
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            copy_kept(file, place, copier.keep, material.found.settings.input)
        except OSError as error:
            raise CannotWriteError(f"cannot write: {error.strerror or error}", file=str(place)) from error
        dropped += copier.withdrawn
        written.append((file.file, copier))
    lost = Counter(drop.file for drop in dropped)
    return [
        WrittenFile(file=name, written=str(targets[name]), kept=copier.kept, dropped=lost[name])
        for name, copier in written
    ], sorted(dropped, key=lambda drop: (drop.file, drop.line or 0, drop.reason))


class _Copier:
    """Answers for one file which records are kept, and notes those of which nothing is known: the withdrawn."""

    def __init__(
        self, file: str, kept: set[tuple[str, int | None]], told: set[tuple[str, int | None]]
    ) -> None:
        self._file = file
        self._kept = kept
        self._told = told
        self.kept = 0
        self.withdrawn: list[Dropped] = []

    def keep(self, line: int | None) -> bool:
        place = (self._file, line)
        if place in self._kept:
            self.kept += 1
            return True
        if place not in self._told:
            self.withdrawn.append(_dropped(self._file, line, None, WITHDRAWN))
        return False


def _kept_places(material: Material) -> set[tuple[str, int | None]]:
    original = material.analysis.duplicates.original
    places = material.places.by_id
    return {
        (places[name].file, places[name].line)
        for row, name in enumerate(material.corpus.ids)
        if original[row] == row
    }


def _copies_and_rejects(material: Material) -> list[Dropped]:
    duplicates, ids, places = material.analysis.duplicates, material.corpus.ids, material.places.by_id
    copies = []
    for row, name in enumerate(ids):
        original = ids[duplicates.original[row]]
        if original == name:
            continue
        copies.append(
            Dropped(
                file=places[name].file,
                line=places[name].line,
                article_id=name,
                reason=f"copy: {RELATIONS[duplicates.relation[row]]}",
                kept_id=original,
                kept_file=places[original].file,
                kept_line=places[original].line,
                similarity=round(float(duplicates.similarity[row]), 4),
            )
        )
    return copies + [
        _dropped(line.file, line.line, line.article_id, f"rejected: {line.reason}")
        for line in material.found.rejected
    ]


def _dropped(file: str, line: int | None, article_id: str | None, reason: str) -> Dropped:
    return Dropped(
        file=file,
        line=line,
        article_id=article_id,
        reason=reason,
        kept_id=None,
        kept_file=None,
        kept_line=None,
        similarity=None,
    )


def _targets(files: Sequence[InputFile]) -> dict[str, Path]:
    """Give each input its path within the folder: that from the deepest folder that holds all of them."""
    paths = {file.file: os.path.abspath(file.path) for file in files if file.path is not None}  # noqa: PTH100  links stay
    base = os.path.commonpath([os.path.dirname(path) for path in paths.values()])  # noqa: PTH120
    return {name: Path(os.path.relpath(path, base)) for name, path in paths.items()}
