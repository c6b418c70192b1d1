"""The numbers that articles name: what tells a template filled in twice from a text copied once.

A template shows in another number between the same words.  A number whose sentence the other article lacks,
or that it writes in another way, says nothing.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed

from dedup.arrays import sort_distinct, with_room
from dedup.compiled import kernel
from dedup.duplicates.sets import HashSets
from dedup.text.tokens import find_tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import TextColumn

#: Articles a task.
CHUNK_TEXTS = 2048

#: The last decimal digit of Unicode 16 lies below.
_END_OF_DIGITS = 0x20000
_NO_DIGIT, _SEPARATOR = 255, 254
_MIX = np.uint64(0x9FB21C651E98DF25)

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
def _scan(data, begin, end, signs, out, edges):  # type: ignore[no-untyped-def]
    """Write the value of every number in ``data[begin:end]`` to `out`, modulo 2**64; return how many.

    Zeros in front and separators inside do not count: 05 is 5, and 1.250 is 1,250 and 1250.  `edges` receives
    where each number begins and ends, counted from `begin`.
    """
    value = np.uint64(0)
    used = 0
    inside = False
    pending = False
    i = begin
    while i < end:
        code, step = _character(data, i)
        digit = signs[code] if code < len(signs) else np.uint8(_NO_DIGIT)
        if digit < _SEPARATOR:
            if not inside:
                edges[used, 0] = i - begin
            edges[used, 1] = i + step - begin
            value = value * np.uint64(10) + np.uint64(digit) if inside else np.uint64(digit)
            inside = True
            pending = False
        elif inside and not pending and digit == _SEPARATOR:
            pending = True
        elif inside:
            out[used] = value
            used += 1
            inside = pending = False
        i += step
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
        edges = np.empty((room, 2), np.int64)
        count = _scan(data, begin, end, signs, found[used:], edges)
        used += sort_distinct(found[used : used + count])
        offsets[place + 1] = used
    return offsets, found[:used].copy()


@kernel(inner=True)
def _is_word(data, i, signs):  # type: ignore[no-untyped-def]
    """Say whether the token that begins at byte `i` is no number."""
    code, _ = _character(data, i)
    return code >= len(signs) or signs[code] >= _SEPARATOR


@kernel
def _mentions(  # type: ignore[no-untyped-def]
    data, bounds, token_offsets, hashes, starts, stops, signs
):
    """List every number of each text with its slot: a hash of the nearest words around it that are no numbers."""
    offsets = np.zeros(len(bounds), np.int64)
    numbers = np.empty(16 * len(bounds) + 64, np.uint64)
    slots = np.empty(16 * len(bounds) + 64, np.uint64)
    used = 0
    for text in range(len(bounds) - 1):
        begin, end = bounds[text], bounds[text + 1]
        room = (end - begin) // 2 + 1
        numbers, slots = with_room(numbers, used, room), with_room(slots, used, room)
        edges = np.empty((room, 2), np.int64)
        count = _scan(data, begin, end, signs, numbers[used:], edges)
        token, last = token_offsets[text], token_offsets[text + 1]
        behind, before = token, np.uint64(0)
        for k in range(count):
            while token < last and stops[token] <= edges[k, 0]:
                if _is_word(data, begin + starts[token], signs):
                    before = hashes[token]
                token += 1
            while behind < last and (
                starts[behind] < edges[k, 1] or not _is_word(data, begin + starts[behind], signs)
            ):
                behind += 1
            after = hashes[behind] if behind < last else np.uint64(0)
            slots[used] = (before ^ before >> np.uint64(32)) * _MIX + after
            used += 1
        offsets[text + 1] = used
    return offsets, numbers[:used].copy(), slots[:used].copy()


@kernel(inner=True)
def _has(values, low, high, value):  # type: ignore[no-untyped-def]
    """Say whether `value` is in the sorted stretch ``values[low:high]``."""
    end = high
    while low < high:
        middle = (low + high) // 2
        if values[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low < end and values[low] == value


@kernel
def _count_replaced(  # type: ignore[no-untyped-def]
    offsets, numbers, slots, named_offsets, named, slot_offsets, slot_values, a, b
):
    """Count the distinct numbers of `a` that `b` never names and for which it has another in a slot."""
    counts = np.zeros(len(a), np.int64)
    for pair in range(len(a)):
        named_low, named_high = named_offsets[b[pair]], named_offsets[b[pair] + 1]
        slot_low, slot_high = slot_offsets[b[pair]], slot_offsets[b[pair] + 1]
        end = offsets[a[pair] + 1]
        i = offsets[a[pair]]
        while i < end:
            number, replaced = numbers[i], False
            while i < end and numbers[i] == number:
                replaced = replaced or _has(slot_values, slot_low, slot_high, slots[i])
                i += 1
            counts[pair] += replaced and not _has(named, named_low, named_high, number)
    return counts


@dataclass(frozen=True, slots=True)
class Mentions:
    """Numbers of many texts, each with the slot that it fills: the word before it and the word after it.

    Attributes
    ----------
    offsets : ndarray of int64, shape (n + 1,)
        Text `i` has the mentions ``offsets[i]:offsets[i + 1]``.
    numbers, slots : ndarray of uint64
        Number and hash of its slot, ascending by number within a text.
    """

    offsets: NDArray[np.int64]
    numbers: NDArray[np.uint64]
    slots: NDArray[np.uint64]

    def replaced(self, a: NDArray[np.int64], b: NDArray[np.int64], named: HashSets) -> NDArray[np.int64]:
        """Count the numbers of text ``a[k]`` for which text ``b[k]`` has another between the same words.

        `named` are all numbers of each article; one that both name anywhere is not replaced.
        """
        filled = HashSets.from_lists(self.offsets, self.slots)
        counts: NDArray[np.int64] = _count_replaced(
            self.offsets,
            self.numbers,
            self.slots,
            named.offsets,
            named.values,
            filled.offsets,
            filled.values,
            a,
            b,
        )
        return counts


def mentions_of(texts: TextColumn, rows: NDArray[np.int64], *, n_jobs: int = 1) -> Mentions:
    """Find every number in the texts `rows` and the words around it."""

    def find(start: int) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint64]]:
        part = texts.take(rows[start : start + CHUNK_TEXTS])
        tokens = find_tokens(part)
        return _mentions(  # type: ignore[no-any-return]
            part.data,
            part.offsets,
            tokens.offsets,
            tokens.hashes,
            tokens.starts,
            tokens.stops,
            _signs(SEPARATORS),
        )

    parts = Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(find)(start) for start in range(0, max(1, len(rows)), CHUNK_TEXTS)
    )
    counts = np.concatenate([np.diff(bounds) for bounds, _, _ in parts])
    numbers, slots = (np.concatenate([part[k] for part in parts]) for k in (1, 2))
    order = np.lexsort((slots, numbers, np.repeat(np.arange(len(rows)), counts)))
    return Mentions(np.concatenate(([0], np.cumsum(counts))), numbers[order], slots[order])


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
