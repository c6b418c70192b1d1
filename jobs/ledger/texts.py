"""Texts of articles: written by generation, gathered from any of them into one column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from dedup.corpus import PADDING, TextColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from jobs.ledger.segments import Arrays

#: Kinds of segment: what publishers wrote, and what was left of it without boilerplate.
ARTICLES, CLEANED = "articles", "cleaned"

#: Stands for the segment of texts that are not stored yet.
ARRIVED = -1

Column = Literal["title", "text", "cleaned"]


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
