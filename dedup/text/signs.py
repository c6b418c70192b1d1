"""What single characters mean to the shape of a line: letter, blank, full stop, bracket, bullet."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: How a line ends, closing quotes and brackets skipped: without a sign, with the full stop of any script, a
#: question mark or the like, a colon, a comma.
OPEN, STOP, MARK, COLON, COMMA = range(5)

#: What a line begins with, opening quotes and bullets skipped; CLOSING is a comma, a full stop, a colon or a
#: closing bracket.
OTHER, LOWER, UPPER, UNCASED, DIGIT, CLOSING = range(6)

#: Code points from `_LISTED` on are taken for letters without case (the supplementary ideographs).
_POINTS, _LISTED = 0x110000, 0x20000
#: Flags of code points.
WORD, BLANK, CLOSER, OPENER, BULLET, DENSE, BAR = 1, 2, 4, 8, 16, 32, 64

_SIGNS = {STOP: ".。｡．।॥۔።။។᙮", MARK: "?!…？！؟‽⁈⁉՞", COLON: ":：﹕", COMMA: ",;،，、；؛"}
_BULLETS = "-–—•·*▪●■►▶»>○◦‣⁃→+"
_BARS = "–—→|│"
#: Thai, Lao, Khmer, Myanmar and what East Asia writes without blanks.
_UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x9FFF), (0xF900, 0xFAFF))
_LETTER_KINDS = {"Lu": UPPER, "Lt": UPPER, "Ll": LOWER, "Nd": DIGIT}


class Signs(NamedTuple):
    """What each code point is, in the form that kernels take: arrays of shape (0x110000,)."""

    flags: NDArray[np.uint8]
    lower: NDArray[np.int32]
    ends: NDArray[np.uint8]
    begins: NDArray[np.uint8]


@cache
def signs() -> Signs:
    """Give flags, lower-case form, kind of end and kind of beginning of every code point."""
    flags, ends, begins = (np.zeros(_POINTS, np.uint8) for _ in range(3))
    lower = np.arange(_POINTS, dtype=np.int32)
    flags[_LISTED:], begins[_LISTED:] = WORD | DENSE, UNCASED
    for point in range(_LISTED):
        letter = chr(point)
        category = unicodedata.category(letter)
        if category[0] in "LMN":
            flags[point] = WORD
            begins[point] = _LETTER_KINDS.get(category, UNCASED)
            if len(letter.lower()) == 1:
                lower[point] = ord(letter.lower())
        elif letter.isspace() or category in {"Cc", "Cf"}:
            flags[point] = BLANK
        else:
            closes, opens = category in {"Pe", "Pf"}, category in {"Ps", "Pi"}
            both = letter in "\"'"
            flags[point] = CLOSER * (closes or both) | OPENER * (opens or both) | BAR * (letter in _BARS)
            flags[point] |= BULLET * (letter in _BULLETS)
            begins[point] = CLOSING * (category == "Pe")
    for low, high in _UNSPACED:
        block = flags[low : high + 1]
        block[(block & WORD) > 0] |= DENSE
    for kind, letters in _SIGNS.items():
        ends[[ord(letter) for letter in letters]] = kind
    begins[[ord(letter) for kind in (STOP, COLON, COMMA) for letter in _SIGNS[kind]]] = CLOSING
    return Signs(flags, lower, ends, begins)


@kernel
def decode(data, at):  # type: ignore[no-untyped-def]
    """Give the code point at byte `at` of valid UTF-8 and the bytes it takes."""
    lead = np.int64(data[at])
    if lead < 0x80:
        return lead, 1
    if lead < 0xE0:
        return (lead & 0x1F) << 6 | np.int64(data[at + 1] & 0x3F), 2
    if lead < 0xF0:
        return (lead & 0x0F) << 12 | np.int64(data[at + 1] & 0x3F) << 6 | np.int64(data[at + 2] & 0x3F), 3
    point = (lead & 0x07) << 18 | np.int64(data[at + 1] & 0x3F) << 12
    return point | np.int64(data[at + 2] & 0x3F) << 6 | np.int64(data[at + 3] & 0x3F), 4
