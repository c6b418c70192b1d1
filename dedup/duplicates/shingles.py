"""Shingles: the hashes of every run of a few words in a text, and the sets they make.

A shingle's hash is a polynomial of its words' hashes, rolled along the text (Karp & Rabin 1987) and
finalised.  All constants that enter it come from a seed: without the seed nobody can choose words whose
hashes are small.
"""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from joblib import Parallel, delayed

from dedup.arrays import copy_into, sort_distinct, with_room
from dedup.compiled import kernel
from dedup.text.alphabet import alphabet
from dedup.text.tokens import FIRST_BYTES, Scratch, cut_at, scratch, tokenise_into

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import TextColumn
    from dedup.settings import DuplicateSettings

#: Articles a task when sets are built.
CHUNK_TEXTS = 2048

_GOLDEN = 0x9E3779B97F4A7C15
_U = np.uint64


class ShingleKey(NamedTuple):
    """What a seed turns into.

    Attributes
    ----------
    word, shingle : uint64
        Keys of the word hashes and of the shingle hashes.
    multiplier : uint64
        Base of the polynomial; odd.
    leading : uint64
        The multiplier to the power of the shingle's length.
    words : int
        Words a shingle.
    """

    word: np.uint64
    shingle: np.uint64
    multiplier: np.uint64
    leading: np.uint64
    words: int


def shingle_key(settings: DuplicateSettings) -> ShingleKey:
    """Derive the key of all hashes from ``settings.seed`` (SplitMix64, Steele et al. 2014)."""
    state = settings.seed * _GOLDEN
    word, shingle, multiplier = (_split_mix(state + step * _GOLDEN) for step in (1, 2, 3))
    multiplier |= 1
    leading = pow(multiplier, settings.shingle_words, 1 << 64)
    return ShingleKey(_U(word), _U(shingle), _U(multiplier), _U(leading), settings.shingle_words)


def _split_mix(state: int) -> int:
    mask = (1 << 64) - 1
    value = state & mask
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & mask
    value = (value ^ value >> 27) * 0x94D049BB133111EB & mask
    return value ^ value >> 31


@kernel(inline="always")
def _finalise(value):  # type: ignore[no-untyped-def]
    """Spread every input bit over all output bits (MurmurHash3, 64 bits)."""
    value = (value ^ value >> _U(33)) * _U(0xFF51AFD7ED558CCD)
    value = (value ^ value >> _U(33)) * _U(0xC4CEB9FE1A85EC53)
    return value ^ value >> _U(33)


@kernel(inner=True)
def shingles_into(words, count, key, out):  # type: ignore[no-untyped-def]
    """Hash every run of ``key.words`` words; a shorter text is one shingle, an empty one none.

    Parameters
    ----------
    words : ndarray of uint64
        Word hashes, the first `count` of them valid.
    key : ShingleKey
    out : ndarray of uint64
        Receives the hashes, in the order of the text, repeats included.

    Returns
    -------
    int
        Number of shingles.
    """
    rolling = _U(0)
    for i in range(min(count, key.words)):
        rolling = rolling * key.multiplier + words[i]
    if count == 0:
        return 0
    if count < key.words:
        out[0] = _finalise(rolling ^ key.shingle ^ _U(count))
        return 1
    out[0] = _finalise(rolling ^ key.shingle)
    for i in range(key.words, count):
        rolling = rolling * key.multiplier + words[i] - words[i - key.words] * key.leading
        out[i - key.words + 1] = _finalise(rolling ^ key.shingle)
    return count - key.words + 1


@kernel(inner=True)
def sort_unique(values, count, spare, fill):  # type: ignore[no-untyped-def]
    """Sort uniformly spread hashes and drop repeats, in place; return how many are left.

    One pass deals the values to as many buckets as there are values by their highest bits, after which
    insertion has next to nothing to do.

    Parameters
    ----------
    values, spare : ndarray of uint64
        The first `count` of `values` are sorted; `spare` is overwritten.
    fill : ndarray of int32
        At least twice as long as `count`, plus two.
    """
    if count < 2:
        return count
    bits = 1
    while 1 << bits < count:
        bits += 1
    shift = _U(64 - bits)
    fill[: (1 << bits) + 1] = 0
    for i in range(count):
        fill[np.int64(values[i] >> shift) + 1] += 1
    largest = 0
    for i in range(1 << bits):
        largest = max(largest, fill[i + 1])
        fill[i + 1] += fill[i]
    for i in range(count):
        bucket = np.int64(values[i] >> shift)
        spare[fill[bucket]] = values[i]
        fill[bucket] += 1
    if largest > 64:  # a text that repeats itself; insertion might be quadratic
        copy_into(values, spare[:count])
        return sort_distinct(values[:count])
    left = 0
    for i in range(count):
        value = spare[i]
        place = left
        while place > 0 and values[place - 1] > value:
            place -= 1
        if place > 0 and values[place - 1] == value:
            continue
        for k in range(left, place, -1):
            values[k] = values[k - 1]
        values[place] = value
        left += 1
    return left


class SetScratch(NamedTuple):
    """Working memory for the shingles of one text."""

    tokens: Scratch
    shingles: NDArray[np.uint64]
    spare: NDArray[np.uint64]
    fill: NDArray[np.int32]


@kernel(inner=True)
def set_scratch(size: int) -> SetScratch:
    """Allocate for texts of up to `size` bytes."""
    tokens = scratch(size)
    most = len(tokens.hashes)
    return SetScratch(
        tokens, np.empty(most, np.uint64), np.empty(most, np.uint64), np.empty(2 * most + 2, np.int32)
    )


@kernel
def _sets_of(data, offsets, rows, limit, longest, codes, pool, key):  # type: ignore[no-untyped-def]
    """Give the sorted, distinct shingle hashes of texts `rows`, one text after another, and their ends."""
    ends = np.zeros(len(rows) + 1, np.int64)
    values = np.empty(1 << 16, np.uint64)
    size = FIRST_BYTES
    work = set_scratch(size)
    used = 0
    for place, row in enumerate(rows):
        begin = offsets[row]
        end = cut_at(data, begin, offsets[row + 1], limit)
        if end - begin > size:
            size = 2 * (end - begin)
            work = set_scratch(size)
        words, _ = tokenise_into(data, begin, end, codes, pool, key.word, work.tokens, longest)
        count = shingles_into(work.tokens.hashes, words, key, work.shingles)
        count = sort_unique(work.shingles, count, work.spare, work.fill)
        values = with_room(values, used, count)
        copy_into(values[used:], work.shingles[:count])
        used += count
        ends[place + 1] = used
    return values[:used], ends


class ShingleSets(NamedTuple):
    """Sets of shingle hashes, one after another.

    Attributes
    ----------
    values : ndarray of uint64
        Ascending and distinct within a set.
    offsets : ndarray of int64, shape (n + 1,)
        Set `i` is ``values[offsets[i]:offsets[i + 1]]``.
    """

    values: NDArray[np.uint64]
    offsets: NDArray[np.int64]


def let_go(texts: TextColumn, first: int, last: int) -> None:
    """Give the memory of texts that are mapped from a file back, so that only a chunk of them is resident."""
    data = texts.data
    mapping: object = data.base
    if (
        isinstance(data, np.memmap)
        and isinstance(mapping, mmap.mmap)
        and data.mode != "c"
        and not data.offset
    ):
        start = int(texts.offsets[first]) // mmap.PAGESIZE * mmap.PAGESIZE
        mapping.madvise(mmap.MADV_DONTNEED, start, int(texts.offsets[last]) - start)


def shingle_sets(
    texts: TextColumn, rows: NDArray[np.int64], settings: DuplicateSettings, *, n_jobs: int = 1
) -> ShingleSets:
    """Build the shingle sets of some texts.

    Parameters
    ----------
    texts : TextColumn
    rows : ndarray of int64, shape (n,)
        The texts wanted.
    settings : DuplicateSettings
        `shingle_words`, `seed`, `max_text_bytes` and `max_token_characters` matter.
    n_jobs : int, default 1
        Threads.

    Returns
    -------
    ShingleSets
        `n` sets in the order of `rows`; eight bytes a shingle.
    """
    key, tables = shingle_key(settings), alphabet()
    limits = settings.max_text_bytes, settings.max_token_characters

    def sets_of(start: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        part = rows[start : start + CHUNK_TEXTS]
        found: tuple[NDArray[np.uint64], NDArray[np.int64]] = _sets_of(
            texts.data, texts.offsets, part, *limits, *tables, key
        )
        if len(part):
            let_go(texts, int(part.min()), int(part.max()) + 1)
        return found

    chunks = Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(sets_of)(start) for start in range(0, max(len(rows), 1), CHUNK_TEXTS)
    )
    sizes = np.concatenate([np.diff(ends) for _, ends in chunks])
    offsets = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return ShingleSets(np.concatenate([values for values, _ in chunks]), offsets)
