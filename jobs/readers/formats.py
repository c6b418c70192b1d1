"""The formats that are read.  A new one is a module with `read`, and a line in `FORMATS`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from dedup.errors import BadDataError
from jobs.readers import delimited, json_document, json_lines, parquet, plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jobs.readers.opened import OpenInput, Record


@dataclass(frozen=True)
class Format:
    """One shape of input.

    Attributes
    ----------
    name : str
        What ``--format`` calls it.
    suffixes : tuple of str
        Of files that hold it, compression left out.
    read : callable
        Gives the records of an open input.
    recognises : callable
        Whether the first plain bytes look like it; asked where suffixes do not decide.  None: anything does.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[OpenInput], Iterator[Record]]
    recognises: Callable[[bytes], bool] | None


FORMATS = (
    Format("jsonl", (".jsonl", ".ndjson", ".jl", ".json"), json_lines.read, json_lines.recognises),
    Format("json", (".json", ".jsonld"), json_document.read, json_document.recognises),
    Format("csv", (".csv", ".tsv", ".tab"), delimited.read, delimited.recognises),
    Format("parquet", (".parquet", ".pq"), parquet.read, parquet.recognises),
    Format("txt", (".txt",), plain_text.read, None),
)

COMPRESSIONS = (".gz", ".zst", ".zstd")


def formats_of(name: str) -> list[Format]:
    """Give the formats that a file of this name may hold; none where its suffix is unknown."""
    path = PurePath(name.lower())
    suffix = PurePath(path.stem).suffix if path.suffix in COMPRESSIONS else path.suffix
    return [form for form in FORMATS if suffix in form.suffixes]


def format_of(opened: OpenInput) -> Format:
    """Give the format of an input: by the settings, else by its name, else by its first bytes.

    Raises
    ------
    BadDataError
        Where nothing tells.
    """
    wanted = opened.settings.format
    if wanted != "auto":
        return next(form for form in FORMATS if form.name == wanted)
    by_name = formats_of(opened.file)
    if len(by_name) == 1:
        return by_name[0]
    head = opened.head()
    for form in by_name or FORMATS:
        if form.recognises and form.recognises(head):
            return form
    if by_name or not head:
        return (by_name or FORMATS)[0]
    raise BadDataError(
        "neither its name nor its first bytes tell what it is; name it with --format "
        f"({', '.join(form.name for form in FORMATS)})",
        file=opened.file,
    )
