"""The numbers that articles name: what tells a template filled in twice from a text copied once."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed

from dedup.arrays import sort_distinct, with_room
from dedup.compiled import kernel
from dedup.duplicates.sets import HashSets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import TextColumn

#: Articles a task.
CHUNK_TEXTS = 2048

#: The last decimal digit of Unicode 16 lies below.
_END_OF_DIGITS = 0x20000
_NO_DIGIT, _SEPARATOR = 255, 254

#: A single one of these between two digits belongs to the number: 1.250,75 and 06:29 and 1'000.
SEPARATORS = "',.:\u2019\u066b\u066c"
#: Headlines tell scores, 0-3, and one that is only half told is another match report.
HEADLINE_SEPARATORS = SEPARATORS + "-\u2013"


@cache
def _digits() -> NDArray[np.uint8]:
    """Give the value of each code point as a decimal digit of any script, 255 for what is none."""
    values = (unicodedata.decimal(chr(code), _NO_DIGIT) for code in range(_END_OF_DIGITS))
    return np.fromiter(values, np.uint8, _END_OF_DIGITS)


@cache
def _signs(separators: str) -> NDArray[np.uint8]:
    """Give the same with `separators` marked."""
    signs = _digits().copy()
    signs[[ord(character) for character in separators]] = _SEPARATOR
    return signs


@kernel(inner=True)
def _character(data, i):  # type: ignore[no-untyped-def]
    """Decode the character that begins at byte `i`: (code point, bytes)."""
    first = np.int64(data[i])
    if first < 0x80:
        return first, 1
    if first < 0xE0:
        return (first & 0x1F) << 6 | np.int64(data[i + 1]) & 0x3F, 2
    code = (np.int64(data[i + 1]) & 0x3F) << 6 | np.int64(data[i + 2]) & 0x3F
    if first < 0xF0:
        return (first & 0x0F) << 12 | code, 3
    return (first & 0x07) << 18 | code << 6 | np.int64(data[i + 3]) & 0x3F, 4


@kernel(inner=True)
def _scan(data, begin, end, signs, out):  # type: ignore[no-untyped-def]
    """Write the value of every number in ``data[begin:end]`` to `out`, modulo 2**64; return how many.

    Zeros in front and separators inside do not count: 05 is 5, and 1.250 is 1,250 and 1250.
    """
    value = np.uint64(0)
    used = 0
    inside = False
    pending = False
    i = begin
    while i < end:
        code, step = _character(data, i)
        i += step
        digit = signs[code] if code < len(signs) else np.uint8(_NO_DIGIT)
        if digit < _SEPARATOR:
            value = value * np.uint64(10) + np.uint64(digit) if inside else np.uint64(digit)
            inside = True
            pending = False
        elif inside and not pending and digit == _SEPARATOR:
            pending = True
        elif inside:
            out[used] = value
            used += 1
            inside = pending = False
    if inside:
        out[used] = value
        used += 1
    return used


@kernel
def _distinct_numbers(data, bounds, rows, signs):  # type: ignore[no-untyped-def]
    """Collect the sorted distinct numbers of each row."""
    offsets = np.zeros(len(rows) + 1, np.int64)
    found = np.empty(16 * len(rows) + 64, np.uint64)
    used = 0
    for place in range(len(rows)):
        begin, end = bounds[rows[place]], bounds[rows[place] + 1]
        room = (end - begin) // 2 + 1
        found = with_room(found, used, room)
        count = _scan(data, begin, end, signs, found[used:])
        used += sort_distinct(found[used : used + count])
        offsets[place + 1] = used
    return offsets, found[:used].copy()


def numbers_of(
    texts: TextColumn, rows: NDArray[np.int64], separators: str = SEPARATORS, *, n_jobs: int = 1
) -> HashSets:
    """Collect the distinct numbers that each of `rows` has, digits of any script.

    Parameters
    ----------
    texts : TextColumn
    rows : ndarray of int64
        The texts wanted.
    separators : str
        Characters that, between two digits, belong to the number and do not count.
    n_jobs : int, default 1
        Threads.

    Returns
    -------
    HashSets
        One set per entry of `rows`; a number stands for itself modulo 2**64.
    """
    signs = _signs(separators)
    parts = Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(_distinct_numbers)(texts.data, texts.offsets, rows[start : start + CHUNK_TEXTS], signs)
        for start in range(0, max(1, len(rows)), CHUNK_TEXTS)
    )
    offsets = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(np.concatenate([np.diff(bounds) for bounds, _ in parts]), out=offsets[1:])
    return HashSets(offsets, np.concatenate([values for _, values in parts]))
