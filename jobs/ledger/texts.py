"""Texts of articles: written by generation, gathered from any of them into one column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from dedup.corpus import PADDING, TextColumn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from jobs.ledger.segments import Arrays

#: Kind of the segments that hold what publishers wrote.
ARTICLES = "articles"

#: Stands for the segment of texts that are not stored yet.
ARRIVED = -1

Column = Literal["title", "text"]


def as_arrays(columns: Mapping[Column, TextColumn]) -> Arrays:
    """Lay text columns out as the arrays of a segment."""
    arrays: Arrays = {}
    for name, column in columns.items():
        arrays[f"{name}_offsets"] = column.offsets
        arrays[f"{name}_data"] = column.data
    return arrays


def as_column(arrays: Arrays, column: Column) -> TextColumn:
    """Give one text column of a segment, without a copy."""
    return TextColumn(arrays[f"{column}_data"], arrays[f"{column}_offsets"])


def portions(columns: Sequence[TextColumn], most: int) -> Iterator[list[TextColumn]]:
    """Cut columns of equal length into columns of fewer rows, which hold `most` bytes together or a single row.

    Examples
    --------
    >>> few = portions([TextColumn.from_strings(["a", "b", "long"]), TextColumn.from_strings(["A", "B", "C"])], 4)
    >>> [list(texts) for texts, _ in few]
    [['a', 'b'], ['long']]
    """
    ends = np.sum([column.offsets for column in columns], axis=0)
    begin, rows = 0, len(ends) - 1
    while begin < rows:
        end = max(begin + 1, int(np.searchsorted(ends, ends[begin] + most, side="right")) - 1)
        whole = end - begin == rows
        yield list(columns) if whole else [column.take(np.arange(begin, end)) for column in columns]
        begin = end


def gather(
    columns: Mapping[int, TextColumn], segments: NDArray[np.int64], rows: NDArray[np.int64]
) -> TextColumn:
    """Give the texts at (`segments`, `rows`), in that order, as one column: each byte is copied once.

    Parameters
    ----------
    columns : mapping of int to TextColumn
        By number of segment.
    segments, rows : ndarray of int64, shape (n,)

    Raises
    ------
    KeyError
        Where a segment is not among `columns`.
    """
    if missing := set(segments.tolist()) - columns.keys():
        raise KeyError(f"no texts are stored for segments {sorted(missing)}")
    begins, ends = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    for number, column in columns.items():
        here = np.flatnonzero(segments == number)
        begins[here], ends[here] = column.offsets[rows[here]], column.offsets[rows[here] + 1]
    offsets = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(ends - begins, out=offsets[1:])
    data = np.empty(int(offsets[-1]) + PADDING, np.uint8)
    data[-PADDING:] = 0
    _copy({number: column.data.data for number, column in columns.items()}, segments, begins, ends, data)
    return TextColumn(data, offsets)


def _copy(
    sources: Mapping[int, memoryview],
    segments: NDArray[np.int64],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    data: NDArray[np.uint8],
) -> None:
    """Copy piece by piece; what lies side by side in its source is one piece."""
    if not len(segments):
        return
    breaks = (segments[1:] != segments[:-1]) | (begins[1:] != ends[:-1])
    first = np.concatenate(([0], np.flatnonzero(breaks) + 1))
    last = np.concatenate((first[1:] - 1, [len(segments) - 1]))
    target, place = data.data, 0
    for number, begin, end in zip(
        segments[first].tolist(), begins[first].tolist(), ends[last].tolist(), strict=True
    ):
        target[place : place + end - begin] = sources[number][begin:end]
        place += end - begin
