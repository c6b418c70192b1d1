"""How long a shingle has to be in scripts that put no blanks between words.

There a token is one character, and five characters are far less text than five words: on real articles cut
into syllables, shingles of five syllables take every fourth report on the same event for a copy.  So texts
mostly in such a script are compared by longer shingles, which hold about as much text as the usual ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.compiled import kernel
from dedup.text.bytewise import HIGH_BITS, load8, trailing_zeros

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import TextColumn
    from dedup.settings import DuplicateSettings

#: Kinds of scripts: blanks between words; Han and kana; Thai, Lao, Khmer and Myanmar.
SPACED, HAN, INDOCHINESE = range(3)

#: Tokens of the tokeniser that make a word, by kind.
TOKENS_A_WORD = (1.0, 1.6, 3.2)

#: Code points that make a word, by kind: what one code point says about the kind of a text.
_POINTS_A_WORD = np.array([5.0, 1.6, 4.5])

#: Bytes of a text that are looked at.
_LOOKED_AT = 1024

_U = np.uint64


@kernel(inner=True)
def _has_unspaced(data, begin, end):  # type: ignore[no-untyped-def]
    """Whether any character may be of a script without blanks, eight bytes at a time: most texts have none."""
    for block in range(begin, end, 8):
        word = load8(data, block)
        high = word & word << _U(1) & word << _U(2) & HIGH_BITS  # bytes from 0xE0 on
        while high != _U(0):
            first = data[block + (trailing_zeros(high) >> 3)]
            if first <= 0xE9 and first != 0xE2:
                return True
            high &= high - _U(1)
    return False


@kernel
def _kinds(data, offsets, rows, points_a_word):  # type: ignore[no-untyped-def]
    """Find the kind of script that most words of each text are in."""
    kinds = np.zeros(len(rows), np.int8)
    counts = np.empty(len(points_a_word))
    for place in range(len(rows)):
        counts[:] = 0
        begin = offsets[rows[place]]
        end = min(offsets[rows[place] + 1], begin + _LOOKED_AT)
        if not _has_unspaced(data, begin, end):
            continue
        for i in range(begin, end):
            first, second = data[i], data[i + 1]
            thai_lao = (first == 0xE0) & (second >= 0xB8) & (second <= 0xBB)
            myanmar_khmer = (first == 0xE1) & ((second >> 1 == 0x40) | (second >> 1 == 0x4F))
            cjk = ((first == 0xE3) & (second != 0x80)) | ((first >= 0xE4) & (first <= 0xE9))
            latin = (first < 0x80) & (first | 0x20 >= 97) & (first | 0x20 <= 122)
            other = (first >= 0xC3) & (first not in (0xE2, 0xE3, 0xEF))  # punctuation and wide forms
            if thai_lao | myanmar_khmer:
                counts[INDOCHINESE] += 1
            elif cjk:
                counts[HAN] += 1
            else:
                counts[SPACED] += latin | other
        for kind in range(1, len(counts)):
            best = kinds[place]
            if counts[kind] / points_a_word[kind] > counts[best] / points_a_word[best]:
                kinds[place] = kind
    return kinds


def script_kinds(texts: TextColumn, rows: NDArray[np.int64]) -> NDArray[np.int8]:
    """Give the kind of script that most words of each of `rows` are in, judged by the first KiB."""
    kinds: NDArray[np.int8] = _kinds(texts.data, texts.offsets, rows, _POINTS_A_WORD)
    return kinds


def shingle_tokens(kind: int, settings: DuplicateSettings) -> int:
    """Give the tokens of a shingle that holds about as much text as ``settings.shingle_words`` words."""
    return round(settings.shingle_words * TOKENS_A_WORD[kind])
