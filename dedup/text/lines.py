"""Lines of texts as columns of numbers: what the boilerplate rules look at instead of strings."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed

from dedup.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import TextColumn

#: How a line ends, closing quotes and brackets skipped.
OPEN, STOP, MARK, COLON = 0, 1, 2, 3

#: What a line begins with, opening quotes and bullets skipped.
OTHER, LOWER, UPPER, UNCASED, DIGIT, CONTINUING = 0, 1, 2, 3, 4, 5

#: Code points above are taken for letters without case (the supplementary ideographs).
_TABLE = 0x20000

_WORD, _SPACE, _CLOSING, _OPENING, _BULLET, _DENSE = 1, 2, 4, 8, 16, 32

_STOPS = ".。｡．।॥۔։።។။᙮"
_MARKS = "?!…？！؟‽⁈⁉՞"
_COLONS = ":：﹕"
_CONTINUING = ",;،，、)]"
_BULLETS = "-–—•·*▪●■►▶»>○◦‣⁃→+"


@dataclass(frozen=True, slots=True)
class Lines:
    """Every line with a visible character, in the order of the articles.

    Attributes
    ----------
    first : ndarray of int64, shape (n + 1,)
        Lines of article `i` are ``first[i]`` to ``first[i + 1]``.
    start, stop : ndarray of int64, shape (m,)
        Bytes in the column's data, surrounding white space left out.
    key : ndarray of uint64, shape (m,)
        Hash of the words in lower case; punctuation and spacing do not count.  0 where there is no word.
    words, chars, upper, digits, stops : ndarray of int32, shape (m,)
        Words (two characters of a script without spaces make one), visible characters, upper-case letters,
        digits, and ends of sentences within the line.
    end : ndarray of uint8, shape (m,)
        `OPEN`, `STOP` (full stop of any script), `MARK` (question mark and the like) or `COLON`.
    begin : ndarray of uint8, shape (m,)
        `OTHER`, `LOWER`, `UPPER`, `UNCASED`, `DIGIT` or `CONTINUING` (a comma or closing bracket).
    bullet, enclosed, fresh, colon : ndarray of bool, shape (m,)
        Begins with a bullet; stands in brackets as a whole; a blank line or an indent comes before it;
        holds a colon.
    phrase : ndarray of uint8, shape (m,)
        Code of the longest known phrase at the beginning of the line, 0 without.
    phrase_stop : ndarray of int64, shape (m,)
        Byte after that phrase, and the white space and colon that follow it.
    """

    first: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    key: NDArray[np.uint64]
    words: NDArray[np.int32]
    chars: NDArray[np.int32]
    upper: NDArray[np.int32]
    digits: NDArray[np.int32]
    stops: NDArray[np.int32]
    end: NDArray[np.uint8]
    begin: NDArray[np.uint8]
    bullet: NDArray[np.bool_]
    enclosed: NDArray[np.bool_]
    fresh: NDArray[np.bool_]
    colon: NDArray[np.bool_]
    phrase: NDArray[np.uint8]
    phrase_stop: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start)

    @property
    def row(self) -> NDArray[np.int64]:
        """Article of each line, shape (m,)."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))


@cache
def tables() -> tuple[NDArray[np.uint8], NDArray[np.int32], NDArray[np.uint8], NDArray[np.uint8]]:
    """Give flags, lower-case form, kind of end and kind of beginning of every code point below `_TABLE`."""
    flags, ends, begins = (np.zeros(_TABLE, np.uint8) for _ in range(3))
    lower = np.arange(_TABLE, dtype=np.int32)
    for point in range(_TABLE):
        letter = chr(point)
        category = unicodedata.category(letter)
        if category[0] in "LMN" or letter == "_":
            flags[point] |= _WORD
            begins[point] = {"Lu": UPPER, "Lt": UPPER, "Ll": LOWER, "Nd": DIGIT}.get(category, UNCASED)
            folded = letter.lower()
            if len(folded) == 1:
                lower[point] = ord(folded)
        elif letter.isspace() or category in {"Cc", "Cf"}:
            flags[point] |= _SPACE
        elif category in {"Pe", "Pf"} or letter in "\"'":
            flags[point] |= _CLOSING
        if category in {"Ps", "Pi"} or letter in "\"'":
            flags[point] |= _OPENING
    for low, high in (
        (0x0E00, 0x0EFF),
        (0x1000, 0x109F),
        (0x1780, 0x17FF),
        (0x2E80, 0x9FFF),
        (0xF900, 0xFAFF),
    ):
        flags[low : high + 1] |= np.where(flags[low : high + 1] & _WORD, _DENSE, 0).astype(np.uint8)
    for letters, table, value in (
        (_STOPS, ends, STOP),
        (_MARKS, ends, MARK),
        (_COLONS, ends, COLON),
        (_CONTINUING, begins, CONTINUING),
    ):
        table[[ord(letter) for letter in letters]] = value
    flags[[ord(letter) for letter in _BULLETS]] |= _BULLET
    return flags, lower, ends, begins


@kernel
def _decode(data: NDArray[np.uint8], at: int) -> tuple[int, int]:
    """Give the code point at byte `at` of valid UTF-8 and the bytes it takes."""
    lead = np.int64(data[at])
    if lead < 0x80:
        return lead, 1
    if lead < 0xE0:
        return (lead & 0x1F) << 6 | (data[at + 1] & 0x3F), 2
    if lead < 0xF0:
        return (lead & 0x0F) << 12 | np.int64(data[at + 1] & 0x3F) << 6 | (data[at + 2] & 0x3F), 3
    point = (lead & 0x07) << 18 | np.int64(data[at + 1] & 0x3F) << 12
    return point | np.int64(data[at + 2] & 0x3F) << 6 | (data[at + 3] & 0x3F), 4


@kernel
def _end_kind(data, start, stop, flags, ends):  # type: ignore[no-untyped-def]
    """Say how the line ends, and whether brackets hold all of it."""
    at = stop
    depth = 0
    brackets = False
    while at > start:
        at -= 1
        while at > start and (data[at] & 0xC0) == 0x80:
            at -= 1
        point, _ = _decode(data, at)
        if point >= flags.shape[0]:
            if depth == 0:
                return OPEN, False
            continue
        if point == 0x29 or point == 0x5D or point == 0xFF09:  # noqa: PLR1714 - numba compares faster so
            depth += 1
            brackets = True
            continue
        if depth > 0:
            if point == 0x28 or point == 0x5B or point == 0xFF08:  # noqa: PLR1714
                depth -= 1
            elif stop - at > 80:
                return OPEN, False
            continue
        if flags[point] & (_CLOSING | _SPACE):
            continue
        return ends[point], False
    return OPEN, brackets


@kernel
def _describe(
    data, starts, stops_, low, high, flags, lower, ends, begins, phrase_keys, phrase_codes,
    key, words, chars, upper, digits, stops, end, begin, bullet, enclosed, fresh, colon, phrase, phrase_stop,
):  # type: ignore[no-untyped-def]  # fmt: skip
    """Fill the columns of lines `low` to `high`."""
    prime = np.uint64(0x100000001B3)
    mask = phrase_keys.shape[0] - 1
    for line in range(low, high):
        at, stop = starts[line], stops_[line]
        hashed = np.uint64(0xCBF29CE484222325)
        inside = False
        begun = False
        wide = 0
        ended = False
        visible = 0
        while at <= stop:
            if at < stop:
                point, size = _decode(data, at)
                kind = flags[point] if point < flags.shape[0] else np.uint8(_WORD | _DENSE)
            else:
                point, size, kind = 0x20, 1, np.uint8(_SPACE)
            if kind & _WORD:
                form = lower[point] if point < lower.shape[0] else point
                if not inside:
                    hashed = (hashed ^ np.uint64(0x20)) * prime
                    words[line] += 1
                    inside = True
                hashed = (hashed ^ np.uint64(form)) * prime
                sort = begins[point] if point < begins.shape[0] else np.uint8(UNCASED)
                if not begun:
                    begin[line] = sort
                    begun = True
                if kind & _DENSE:
                    wide += 1
                elif ended and sort != DIGIT and sort != LOWER:
                    stops[line] += 1
                if sort == UPPER:
                    upper[line] += 1
                elif sort == DIGIT:
                    digits[line] += 1
                ended = False
            else:
                if inside and visible < 64:
                    slot = np.int64(hashed >> np.uint64(20)) & mask
                    while phrase_codes[slot]:
                        if phrase_keys[slot] == hashed:
                            phrase[line] = phrase_codes[slot]
                            phrase_stop[line] = at
                        slot = (slot + 1) & mask
                inside = False
                if point < ends.shape[0]:
                    if ends[point] == STOP and point > 0x2E:
                        stops[line] += 1
                    elif ends[point] == STOP or ends[point] == MARK:
                        ended = True
                    elif ends[point] == COLON:
                        colon[line] = True
                    if not begun and begins[point] == CONTINUING:
                        begin[line] = CONTINUING
                        begun = True
                    if visible == 0 and kind & _BULLET:
                        bullet[line] = True
            if not kind & _SPACE:
                visible += 1
            at += size
        chars[line] = visible
        words[line] += wide // 2
        key[line] = hashed if words[line] else np.uint64(0)
        end[line], enclosed[line] = _end_kind(data, starts[line], stop, flags, ends)
        if phrase[line]:
            at = phrase_stop[line]
            while at < stop and (data[at] == 0x20 or data[at] == 0x3A):
                at += 1
            phrase_stop[line] = at


@kernel
def _trim(data, starts, stops, low, high, fresh):  # type: ignore[no-untyped-def]
    """Leave white space out of lines `low` to `high`; tell which begin with an indent."""
    for line in range(low, high):
        start, stop = starts[line], stops[line]
        while start < stop:
            if data[start] <= 0x20:
                start += 1
            elif data[start] == 0xC2 and data[start + 1] == 0xA0:
                start += 2
            elif data[start] == 0xE3 and data[start + 1] == 0x80 and data[start + 2] == 0x80:
                start += 3
            else:
                break
        while stop > start:
            if data[stop - 1] <= 0x20:
                stop -= 1
            elif stop - start >= 2 and data[stop - 2] == 0xC2 and data[stop - 1] == 0xA0:
                stop -= 2
            else:
                break
        fresh[line] = start - starts[line] >= 3
        starts[line], stops[line] = start, stop


def phrase_key(phrase: str) -> int:
    """Hash `phrase` as `Lines.key` hashes a line of the same words."""
    flags, lower, _, _ = tables()
    hashed, inside = 0xCBF29CE484222325, False
    for letter in phrase:
        point = ord(letter)
        if point >= _TABLE or flags[point] & _WORD:
            for form in (*([0x20] if not inside else []), int(lower[point]) if point < _TABLE else point):
                hashed = (hashed ^ form) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
            inside = True
        else:
            inside = False
    return hashed


def phrase_table(phrases: dict[str, int]) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """Lay out phrases and their codes (1 to 255) as an open hash table for `split_lines`."""
    size = 1 << max(4, (4 * len(phrases)).bit_length())
    keys, codes = np.zeros(size, np.uint64), np.zeros(size, np.uint8)
    for phrase, code in sorted(phrases.items()):
        key = phrase_key(phrase)
        slot = key >> 20 & size - 1
        while codes[slot]:
            slot = slot + 1 & size - 1
        keys[slot], codes[slot] = key, code
    return keys, codes


def split_lines(
    texts: TextColumn, phrases: tuple[NDArray[np.uint64], NDArray[np.uint8]], *, n_jobs: int = 1
) -> Lines:
    """Find and describe the lines of `texts`.

    Parameters
    ----------
    texts : TextColumn
        Bodies; a line ends at LF or CR.
    phrases : tuple of ndarray
        From `phrase_table`.
    n_jobs : int, default 1
        Threads.

    Returns
    -------
    Lines
        The same for any number of threads.
    """
    data, offsets = texts.data, texts.offsets
    body = data[: offsets[-1]]
    breaks = np.flatnonzero((body == 0x0A) | (body == 0x0D))
    starts = np.unique(np.concatenate([offsets[:-1], breaks + 1]))
    starts = starts[starts < offsets[-1]]
    stops = np.append(starts[1:], offsets[-1])[: len(starts)]
    stops -= np.isin(stops - 1, breaks, assume_unique=True)
    fresh = np.zeros(len(starts), bool)
    _trim(data, starts, stops, 0, len(starts), fresh)
    seen = stops > starts
    after_blank = np.zeros(len(starts), bool)
    after_blank[1:] = ~seen[:-1]
    fresh = (fresh | after_blank)[seen]
    starts, stops = starts[seen], stops[seen]
    count = len(starts)
    ints = [np.zeros(count, np.int32) for _ in range(5)]
    key = np.zeros(count, np.uint64)
    end, begin, phrase = (np.zeros(count, np.uint8) for _ in range(3))
    bullet, enclosed, colon = (np.zeros(count, bool) for _ in range(3))
    phrase_stop = np.zeros(count, np.int64)
    edges = np.linspace(0, count, 4 * n_jobs + 1 if n_jobs > 1 else 2).astype(np.int64)
    Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(_describe)(
            data, starts, stops, low, high, *tables(), *phrases,
            key, *ints, end, begin, bullet, enclosed, fresh, colon, phrase, phrase_stop,
        )
        for low, high in zip(edges[:-1], edges[1:], strict=True)
    )  # fmt: skip
    return Lines(
        np.searchsorted(starts, offsets), starts, stops, key, *ints, end, begin, bullet, enclosed, fresh, colon,
        phrase, phrase_stop,
    )  # fmt: skip
