"""Known phrases as a table that compiled code looks words up in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup.compiled import kernel
from dedup.text.signs import BLANK, CLOSER, MARK, STOP, WORD, decode, signs

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Start and factor of the hash of words (FNV-1a over code points).
SEED, PRIME = 0xCBF29CE484222325, 0x100000001B3
#: Bytes and words of the longest phrase that is looked for within a line.
_INNER_BYTES, _INNER_WORDS = 48, 4


class Phrases(NamedTuple):
    """Known phrases as an open hash table: a key per phrase, and its code (0 in empty slots)."""

    keys: NDArray[np.uint64]
    codes: NDArray[np.uint8]


def phrase_key(phrase: str) -> int:
    """Hash the words of `phrase` as the `key` of a line of the same words."""
    key, inside = SEED, False
    for letter in phrase:
        point = ord(letter)
        is_word = bool(signs().flags[point] & WORD)
        if is_word and not inside:
            key = (key ^ 0x20) * PRIME & 0xFFFFFFFFFFFFFFFF
        if is_word:
            key = (key ^ int(signs().lower[point])) * PRIME & 0xFFFFFFFFFFFFFFFF
        inside = is_word
    return key


def phrase_table(codes: dict[str, int]) -> Phrases:
    """Lay out phrases and their codes (1 to 255) for `split_lines`; case and punctuation do not count."""
    size = 1 << max(4, (4 * len(codes)).bit_length())
    table = Phrases(np.zeros(size, np.uint64), np.zeros(size, np.uint8))
    for phrase, code in sorted(codes.items()):
        key = phrase_key(phrase)
        slot = (key >> 20) & (size - 1)
        while table.codes[slot]:
            slot = (slot + 1) & (size - 1)
        table.keys[slot], table.codes[slot] = key, code
    return table


@kernel(inner=True)
def look_up(key, phrases):  # type: ignore[no-untyped-def]
    """Give the code of the phrase with this key, 0 where there is none."""
    mask = phrases.keys.shape[0] - 1
    slot = np.int64(key >> np.uint64(20)) & mask
    while phrases.codes[slot]:
        if phrases.keys[slot] == key:
            return phrases.codes[slot]
        slot = (slot + 1) & mask
    return np.uint8(0)


@kernel(inner=True)
def _previous(data, at):  # type: ignore[no-untyped-def]
    """Give the first byte of the character before byte `at`, which is not 0."""
    at -= 1
    while at > 0 and (data[at] & 0xC0) == 0x80:
        at -= 1
    return at


@kernel(inner=True)
def _begins_anew(data, at, table):  # type: ignore[no-untyped-def]
    """Whether a link set into a text could begin at `at`: a sentence ends before it, or a sign without a blank."""
    before = _previous(data, at)
    point, _ = decode(data, before)
    if not table.flags[point] & BLANK:
        return not table.flags[point] & WORD
    while before > 0 and data[before] == 0x20:
        before = _previous(data, before)
    point, _ = decode(data, before)
    return table.ends[point] in (STOP, MARK) or (table.flags[point] & CLOSER) > 0


@kernel(inner=True)
def is_dash(data, at):  # type: ignore[no-untyped-def]
    """Whether a hyphen between blanks stands at `at`, which is not 0."""
    return data[at] == 0x2D and data[at - 1] == 0x20 and data[at + 1] == 0x20


@kernel
def find_inner_phrases(data, stop, table, phrases, code, found):  # type: ignore[no-untyped-def]
    """Find phrases of kind `code` before a colon or a dash that begin in the middle of a line; give their number.

    A phrase in a bracket begins with the bracket.
    """
    flags = table.flags
    count = 0
    for at in range(1, stop):
        if data[at] != 0x3A and not is_dash(data, at):
            continue
        begin, word_starts = at, 0
        while begin > 0 and at - begin < _INNER_BYTES and word_starts < _INNER_WORDS:
            begin = _previous(data, begin)
            point, _ = decode(data, begin)
            if not flags[point] & (WORD | BLANK) or data[begin] < 0x20:
                break
            if begin == 0 or not flags[point] & WORD or flags[decode(data, _previous(data, begin))[0]] & WORD:
                continue
            word_starts += 1
            if _code_of(data, begin, at, table, phrases) == code and _begins_anew(data, begin, table):
                found[count] = begin - (data[begin - 1] == 0x5B)
                count += 1
                break
    return count


@kernel(inner=True)
def _code_of(data, start, stop, table, phrases):  # type: ignore[no-untyped-def]
    """Give the code of the phrase that ``data[start:stop]`` is, 0 for none."""
    flags, lower = table.flags, table.lower
    key, inside, at = np.uint64(SEED), False, start
    while at < stop:
        point, size = decode(data, at)
        is_word = (flags[point] & WORD) > 0
        if is_word and not inside:
            key = (key ^ np.uint64(0x20)) * np.uint64(PRIME)
        if is_word:
            key = (key ^ np.uint64(lower[point])) * np.uint64(PRIME)
        inside = is_word
        at += size
    return look_up(key, phrases)
