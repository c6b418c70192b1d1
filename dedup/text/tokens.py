"""The one tokeniser: words of any script, folded and hashed, straight from UTF-8 bytes.

A token is a run of letters, digits and marks; in scripts without blanks between words it is one character
with its marks.  Tokens are compared by a hash of their folded form (`dedup.text.alphabet`).

Three steps a text: fold and classify every byte, find the edges of tokens, hash what lies between.  Text that
is ASCII, apart from characters that no folding touches, stays on a vectorised path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from joblib import Parallel, delayed

from dedup.arrays import copy_into, with_room
from dedup.compiled import kernel
from dedup.corpus import TextColumn
from dedup.text.alphabet import (
    DROPPED,
    EXTEND,
    GAP,
    KIND_BITS,
    LETTER,
    MAPPED,
    MAX_EXPANSION,
    SINGLE,
    alphabet,
)
from dedup.text.bytewise import HIGH_BITS, bits64, load8, store8, trailing_zeros

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Bits of a class byte: part of a token; a token must begin here; a token of one character begins here.
IN_TOKEN, BEGINS, ALONE = 1, 2, 4

#: Longest text that is read, in bytes; what follows is left out.
MAX_TEXT_BYTES = 1 << 20

#: Characters of a token that are read; what follows is left out.
MAX_TOKEN_CHARACTERS = 256

#: Bytes of a text for which working memory is allocated at first.
FIRST_BYTES = 1 << 13

#: Texts a task: enough to hide the cost of a task, few enough to share the work evenly.
CHUNK_TEXTS = 2048

_BITS = (1 << KIND_BITS) - 1
#: How the first and the second eight bytes of a word are masked, by its length in bytes.
_FIRST = np.array([(1 << 8 * min(length, 8)) - 1 for length in range(17)], np.uint64)
_SECOND = np.array([(1 << 8 * max(length - 8, 0)) - 1 for length in range(17)], np.uint64)
_MIX_1 = np.uint64(0x9FB21C651E98DF25)
_MIX_2 = np.uint64(0xD6E8FEB86659FD93)
_U = np.uint64


class Scratch(NamedTuple):
    """Working memory for one text, reused from text to text.

    Attributes
    ----------
    folded, classes : ndarray of uint8
        Folded bytes and the class of each, at the places of their source.
    moved, moved_classes : ndarray of uint8
        The same where folding changes lengths.
    origins : ndarray of int32
        The source index of each byte of `moved`; empty where nobody asks.
    edges : ndarray of int32
        First byte of each token and first byte after it, by turns, in `folded` or `moved`.
    starts, stops : ndarray of int32
        The same memory as `edges`, seen as two columns.
    hashes : ndarray of uint64
        One per token.
    cut : ndarray of int64, shape (1,)
        Tokens that were too long, over all texts so far.
    """

    folded: NDArray[np.uint8]
    classes: NDArray[np.uint8]
    moved: NDArray[np.uint8]
    moved_classes: NDArray[np.uint8]
    origins: NDArray[np.int32]
    edges: NDArray[np.int32]
    starts: NDArray[np.int32]
    stops: NDArray[np.int32]
    hashes: NDArray[np.uint64]
    cut: NDArray[np.int64]


@kernel(inner=True)
def scratch(size: int, with_origins: bool = False) -> Scratch:
    """Allocate for texts of up to `size` bytes, with `origins` only if asked: filling them takes a while."""
    wide = MAX_EXPANSION * size + 256
    edges = np.empty(2 * wide, np.int32)
    return Scratch(
        np.zeros(size + 256, np.uint8),
        np.zeros(size + 256, np.uint8),
        np.zeros(wide, np.uint8),
        np.zeros(wide, np.uint8),
        np.zeros(wide if with_origins else 0, np.int32),
        edges,
        edges[::2],
        edges[1::2],
        np.empty(wide, np.uint64),
        np.zeros(1, np.int64),
    )


@kernel(inner=True)
def _fold_ascii(source, folded, classes):  # type: ignore[no-untyped-def]
    """Lower-case and classify as if all were ASCII; return the union of all bits seen.

    Takes slices, not offsets: only then does LLVM vectorise the loop.
    """
    seen = np.uint8(0)
    for i in range(len(source)):
        byte = source[i]
        seen |= byte
        lower = np.uint8(byte | np.uint8(0x20)) if (byte >= 65) & (byte <= 90) else byte
        folded[i] = lower
        is_word = ((lower >= 97) & (lower <= 122)) | ((byte >= 48) & (byte <= 57))
        classes[i] = np.uint8(IN_TOKEN) if is_word else np.uint8(0)
    return seen


@kernel(inline="always")
def _code_point(data, i):  # type: ignore[no-untyped-def]
    """Decode the character that begins at byte `i` (not ASCII, valid): (code point, bytes)."""
    first = np.int64(data[i])
    second = np.int64(data[i + 1]) & 0x3F
    if first < 0xE0:
        return (first & 0x1F) << 6 | second, 2
    third = np.int64(data[i + 2]) & 0x3F
    if first < 0xF0:
        return (first & 0x0F) << 12 | second << 6 | third, 3
    return (first & 0x07) << 18 | second << 12 | third << 6 | (np.int64(data[i + 3]) & 0x3F), 4


@kernel(inline="always")
def _encode(code, out, i):  # type: ignore[no-untyped-def]
    """Write one code point as UTF-8 at `out[i]` and return its length."""
    if code < 0x80:
        out[i] = np.uint8(code)
        return 1
    if code < 0x800:
        out[i] = np.uint8(0xC0 | code >> 6)
        out[i + 1] = np.uint8(0x80 | code & 0x3F)
        return 2
    if code < 0x10000:
        out[i] = np.uint8(0xE0 | code >> 12)
        out[i + 1] = np.uint8(0x80 | code >> 6 & 0x3F)
        out[i + 2] = np.uint8(0x80 | code & 0x3F)
        return 3
    out[i] = np.uint8(0xF0 | code >> 18)
    out[i + 1] = np.uint8(0x80 | code >> 12 & 0x3F)
    out[i + 2] = np.uint8(0x80 | code >> 6 & 0x3F)
    out[i + 3] = np.uint8(0x80 | code & 0x3F)
    return 4


@kernel(inner=True)
def _fold_in_place(data, begin, size, codes, classes):  # type: ignore[no-untyped-def]
    """Mark letters beyond ASCII that stand for themselves; False as soon as one does not."""
    i = 0
    while i < size:
        high = load8(data, begin + i) & HIGH_BITS
        if high == _U(0):
            i += 8
            continue
        i += trailing_zeros(high) >> 3
        if i >= size:
            break
        code, step = _code_point(data, begin + i)
        kind = np.int64(codes[code]) & _BITS
        if kind == LETTER:
            for k in range(step):
                classes[i + k] = IN_TOKEN
        elif kind != GAP:
            return False
        i += step
    return True


@kernel(inner=True)
def _fold_moving(data, begin, size, codes, pool, work):  # type: ignore[no-untyped-def]  # noqa: PLR0912, PLR0915
    """Write the folded form of any text to `work.moved`; return its length and whether it has lone characters."""
    moved, classes, origins = work.moved, work.moved_classes, work.origins
    has_origins = len(origins) > 0
    i = 0
    end = 0
    after_single = False
    has_singles = False
    while i < size:
        if i + 32 <= size and not after_single:
            high = load8(data, begin + i) | load8(data, begin + i + 8)
            high |= load8(data, begin + i + 16) | load8(data, begin + i + 24)
            if high & HIGH_BITS == _U(0):
                for k in range(0, 32, 8):
                    store8(moved, end + k, load8(work.folded, i + k))
                    store8(classes, end + k, load8(work.classes, i + k))
                if has_origins:
                    for k in range(32):
                        origins[end + k] = i + k
                i += 32
                end += 32
                continue
        high = load8(data, begin + i) & HIGH_BITS
        plain = min(trailing_zeros(high) >> 3, size - i)
        if plain:
            store8(moved, end, load8(work.folded, i))
            store8(classes, end, load8(work.classes, i))
            if has_origins:
                for k in range(8):
                    origins[end + k] = i + k
            if after_single and classes[end] & IN_TOKEN:
                classes[end] |= BEGINS
            after_single = False
            i += plain
            end += plain
            continue
        code, step = _code_point(data, begin + i)
        entry = np.int64(codes[code])
        place, count, kind = entry >> 11, entry >> KIND_BITS & 0xFF, entry & _BITS
        is_mapped = kind == MAPPED
        for k in range(count if is_mapped else 1):
            if is_mapped:
                folded = np.int64(pool[place + k])
                code, kind = folded >> KIND_BITS, folded & _BITS
            if kind == DROPPED:
                continue
            if kind == GAP:
                code = 32
            length = _encode(code, moved, end)
            for q in range(length):
                classes[end + q] = 0 if kind == GAP else IN_TOKEN
                if has_origins:
                    origins[end + q] = i
            if kind == SINGLE:
                classes[end] |= BEGINS | ALONE
                has_singles = True
            elif kind == LETTER and after_single:
                classes[end] |= BEGINS
            after_single = kind == SINGLE or (after_single and kind == EXTEND)
            end += length
        i += step
    return end, has_singles


@kernel(inner=True)
def _edges(classes, size, has_singles, edges):  # type: ignore[no-untyped-def]
    """Find where tokens begin and end, 64 bytes at a time; return the number of tokens.

    Bits of a block say which bytes are in a token; a bit whose predecessor differs is an edge.  Edges are taken
    out four at a time, needed or not, because a loop of exact length is mispredicted at every block.
    """
    found = 0
    carry = _U(0)
    for block in range(0, size + 1, 64):
        inside = bits64(classes, block, np.uint8(IN_TOKEN))
        before = inside << _U(1) | carry
        carry = inside >> _U(63)
        if has_singles:
            begins = bits64(classes, block, np.uint8(BEGINS))
            rising = inside & (~before | begins)
            falling = before & (~inside | begins)
            both = rising | falling
            while both != _U(0):
                lowest = both & -both
                edges[found] = block + trailing_zeros(both)
                edges[found + 1] = edges[found]
                found += 1 + (rising & falling & lowest != _U(0))
                both ^= lowest
            continue
        changes = inside ^ before
        after = found
        while changes != _U(0):
            for k in range(4):
                edges[found + k] = block + trailing_zeros(changes)
                after += changes != _U(0)
                changes &= changes - _U(1)
            found += 4
        found = after
    return found >> 1


@kernel(inner=True)
def _cut_token(folded, start, length, longest):  # type: ignore[no-untyped-def]
    """Give the bytes of a token's first `longest` characters."""
    characters = 0
    for i in range(length):
        characters += folded[start + i] & 0xC0 != 0x80
        if characters > longest:
            return i
    return length


@kernel(inner=True)
def _hash(folded, count, key, longest, work):  # type: ignore[no-untyped-def]
    """Hash the bytes of each token under `key`: two loads and two multiplications up to 16 bytes."""
    edges, hashes = work.edges, work.hashes
    for token in range(count):
        start = np.int64(edges[2 * token])
        length = edges[2 * token + 1] - start
        if length > longest:
            kept = _cut_token(folded, start, length, longest)
            work.cut[0] += kept < length
            length = kept
        if length <= 16:
            first = load8(folded, start) & _FIRST[length]
            second = load8(folded, start + 8) & _SECOND[length]
        else:
            first = load8(folded, start)
            last = start + length - 8
            second = load8(folded, last)
            for i in range(start + 8, last, 8):
                first = (first ^ first >> _U(31)) * _MIX_2 + load8(folded, i)
        mixed = (first ^ _U(length) ^ key) * _MIX_1
        mixed ^= mixed >> _U(32)
        mixed = (mixed + second) * _MIX_2
        hashes[token] = mixed ^ mixed >> _U(29)


@kernel(inner=True)
def cut_at(data, begin, end, limit):  # type: ignore[no-untyped-def]
    """Give the end of a text of at most `limit` bytes that splits no character."""
    if end - begin <= limit:
        return end
    end = begin + limit
    while end > begin and data[end] & 0xC0 == 0x80:
        end -= 1
    return end


@kernel(inner=True)
def tokenise_into(data, begin, end, codes, pool, key, work, longest):  # type: ignore[no-untyped-def]
    """Fold, split and hash the text at ``data[begin:end]``.

    Parameters
    ----------
    data : ndarray of uint8
        Valid UTF-8 with padding, `dedup.corpus.TextColumn.data`.
    begin, end : int
        The text; at most as many bytes as `work` was allocated for.
    codes, pool : ndarray of uint32
        `dedup.text.alphabet.Alphabet`.
    key : uint64
        Key of the hashes.
    work : Scratch
        Receives `edges` (`starts`, `stops`) and `hashes`; places count from the folded text.
    longest : int
        Characters of a token that count.

    Returns
    -------
    count : int
        Number of tokens.
    was_moved : bool
        Whether places refer to `work.moved` (else to `work.folded`, which has the places of the source).
    """
    size = end - begin
    folded, classes = work.folded, work.classes
    seen = _fold_ascii(data[begin:end], folded, classes)
    has_singles = False
    was_moved = seen >= 128 and not _fold_in_place(data, begin, size, codes, classes)
    if was_moved:
        length, has_singles = _fold_moving(data, begin, size, codes, pool, work)
        folded, classes = work.moved, work.moved_classes
        if len(work.origins):
            work.origins[length] = size
        size = length
    classes[size : size + 64] = 0
    count = _edges(classes, size, has_singles, work.edges)
    _hash(folded, count, key, longest, work)
    return count, was_moved


@kernel(inner=True)
def _to_source(data, begin, count, was_moved, work, starts, stops, alone):  # type: ignore[no-untyped-def]
    """Give the places of tokens in the source text, and which of them are lone characters."""
    for token in range(count):
        start, stop = work.starts[token], work.stops[token]
        alone[token] = was_moved and work.moved_classes[start] & ALONE != 0
        if was_moved:
            last = work.origins[stop - 1]
            start, stop = work.origins[start], work.origins[stop]
            if stop == last:  # one character became several tokens
                _, step = _code_point(data, begin + last)
                stop = last + step
        starts[token] = start
        stops[token] = stop


@kernel
def _tokens_of(data, offsets, first, last, limit, codes, pool, key):  # type: ignore[no-untyped-def]
    """Tokenise texts ``first:last`` into arrays that grow as needed."""
    counts = np.zeros(last - first, np.int64)
    room = max((offsets[last] - offsets[first]) // 4, 64)
    hashes = np.empty(room, np.uint64)
    starts = np.empty(room, np.int32)
    stops = np.empty(room, np.int32)
    alone = np.empty(room, np.bool_)
    size = FIRST_BYTES
    work = scratch(size, True)
    used = 0
    for text in range(first, last):
        begin = offsets[text]
        end = cut_at(data, begin, offsets[text + 1], limit)
        if end - begin > size:
            size = 2 * (end - begin)
            work = scratch(size, True)
        count, was_moved = tokenise_into(data, begin, end, codes, pool, key, work, MAX_TOKEN_CHARACTERS)
        hashes, alone = with_room(hashes, used, count), with_room(alone, used, count)
        starts, stops = with_room(starts, used, count), with_room(stops, used, count)
        copy_into(hashes[used:], work.hashes[:count])
        _to_source(data, begin, count, was_moved, work, starts[used:], stops[used:], alone[used:])
        counts[text - first] = count
        used += count
    return counts, hashes[:used], starts[:used], stops[:used], alone[:used]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of many texts, one text after another.

    Attributes
    ----------
    offsets : ndarray of int64, shape (n + 1,)
        Text `i` has the tokens ``offsets[i]:offsets[i + 1]``.
    hashes : ndarray of uint64
        Of the folded form; equal tokens have equal hashes in every text, run and machine.
    starts, stops : ndarray of int32
        Bytes within the text's own UTF-8, so that ``text.encode()[start:stop]`` is the word as written,
        trailing marks included.
    alone : ndarray of bool
        Whether the token is one character of a script without blanks between words.
    """

    offsets: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    starts: NDArray[np.int32]
    stops: NDArray[np.int32]
    alone: NDArray[np.bool_]


def find_tokens(texts: TextColumn, *, n_jobs: int = 1, max_text_bytes: int = MAX_TEXT_BYTES) -> Tokens:
    """Tokenise a column of texts.

    Parameters
    ----------
    texts : TextColumn
        `n` texts.
    n_jobs : int, default 1
        Threads; the result is the same for any number.
    max_text_bytes : int, default 1 MiB
        Bytes of a text that are read.

    Returns
    -------
    Tokens
        About 17 bytes a token.
    """
    tables = alphabet()
    chunks = Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(_tokens_of)(
            texts.data,
            texts.offsets,
            first,
            min(first + CHUNK_TEXTS, len(texts)),
            max_text_bytes,
            *tables,
            _U(0),
        )
        for first in range(0, len(texts), CHUNK_TEXTS)
    )
    if not chunks:
        chunks = [_tokens_of(texts.data, texts.offsets, 0, 0, max_text_bytes, *tables, _U(0))]
    counts, *columns = (np.concatenate(parts) for parts in zip(*chunks, strict=True))
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return Tokens(offsets, *columns)


def tokenise(text: str) -> list[str]:
    r"""Split one text into its tokens, in a readable form: lower case, NFKC, no invisible characters.

    Tokens that compare equal may read differently (``"café"``, ``"cafe"``); `dedup.text.normalise.fold` gives
    what their hashes are made of.

    Examples
    --------
    >>> tokenise("Łódź–Köln: 3,5 Mio. \u200bEuro; 東京")
    ['łódź', 'köln', '3', '5', 'mio', 'euro', '東', '京']
    """
    from dedup.text.normalise import normalise  # noqa: PLC0415  (brings regex, which no kernel needs)

    encoded = text.encode()
    tokens = find_tokens(TextColumn.from_strings([text]), max_text_bytes=len(encoded))
    spans = zip(tokens.starts.tolist(), tokens.stops.tolist(), strict=True)
    return [normalise(encoded[start:stop].decode()).lower() for start, stop in spans]
