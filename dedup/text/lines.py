"""Lines of texts as records of numbers: what the boilerplate rules look at instead of strings."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed

from dedup.compiled import kernel
from dedup.text.phrases import PRIME, SEED, find_inner_phrases, is_dash, look_up
from dedup.text.signs import (
    BAR,
    BLANK,
    BULLET,
    CLOSER,
    CLOSING,
    COLON,
    COMMA,
    DENSE,
    DIGIT,
    LOWER,
    MARK,
    OPEN,
    OPENER,
    STOP,
    UNCASED,
    UPPER,
    WORD,
    decode,
    signs,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import TextColumn
    from dedup.text.phrases import Phrases

#: Texts whose lines one task describes: what is held of all their bytes at once stays small.
_CHUNK_TEXTS = 4096

#: One line.  `start` and `stop` are bytes in the column's data, surrounding white space left out.
LINE = np.dtype(
    [
        ("start", np.int64),
        ("stop", np.int64),
        ("phrase_stop", np.int64),  # byte after the known phrase and the colon that follows it
        ("key", np.uint64),  # hash of the words in lower case, 0 without a word
        ("words", np.int32),  # two characters of a script without blanks make one
        ("chars", np.int32),  # visible ones
        ("digits", np.int32),
        ("stops", np.int32),  # sentences that end before the line does
        ("end", np.uint8),
        ("begin", np.uint8),
        ("phrase", np.uint8),  # code of the longest known phrase at the beginning, 0 without
        ("whole", np.uint8),  # the phrase is all there is
        ("cued", np.uint8),  # a colon or an opening quote follows the phrase
        ("bullet", np.uint8),
        ("numbered", np.uint8),  # begins like "1." or "2)", no digit after
        ("quoted", np.uint8),  # stands in quotes or brackets as a whole
        ("fresh", np.uint8),  # after a blank line or with an indent
        ("separated", np.uint8),  # cells of a table: a dash between blanks, an arrow or a bar
        ("inside", np.uint8),  # its sentence began on the line before or runs on into the next
        ("wrapped", np.uint8),  # in a text that is broken at a fixed width
    ],
    align=True,
)

#: A full stop after fewer letters marks an abbreviation, as in "U.S." or "Sen.".
_SHORTEST_LAST_WORD = 4
#: A phrase stands within so many visible characters of the beginning of a line.
_PHRASE_CHARS = 64


@dataclass(frozen=True, slots=True)
class Lines:
    """Every line with a visible character, article by article.

    Attributes
    ----------
    first : ndarray of int64, shape (n + 1,)
        Lines of article `i` are ``records[first[i]:first[i + 1]]``.
    records : ndarray of `LINE`, shape (m,)
    """

    first: NDArray[np.int64]
    records: NDArray[Any]

    def __len__(self) -> int:
        return len(self.records)

    @property
    def row(self) -> NDArray[np.int64]:
        """Article of each line, shape (m,)."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))


@kernel(inner=True)
def _set_end(data, line, table):  # type: ignore[no-untyped-def]
    """Say how the line ends, a note in brackets at its end skipped, and whether quotes hold all of it."""
    flags, _, ends, _ = table
    at, depth, closed, shut = line.stop, 0, False, False
    while at > line.start:
        at -= 1
        while at > line.start and (data[at] & 0xC0) == 0x80:
            at -= 1
        point, _ = decode(data, at)
        kind = flags[point]
        bracket = point in (0x29, 0x5D, 0xFF09)
        if depth == 0 and not bracket and not kind & (CLOSER | BLANK):
            line.end = ends[point]
            break
        shut |= depth == 0 and bool(kind & CLOSER)
        closed |= bracket
        depth += bracket
        if depth and point in (0x28, 0x5B, 0xFF08):
            depth -= 1
        if depth and line.stop - at > 80:
            break
    point, _ = decode(data, line.start)
    line.quoted = (shut and (flags[point] & OPENER) > 0) or (closed and at == line.start)


@kernel(inner=True)
def _set_cue(data, line, table):  # type: ignore[no-untyped-def]
    """Move `phrase_stop` past the colon or dash after the phrase; say whether one or a quote follows."""
    flags, _, ends, _ = table
    at = line.phrase_stop
    while at < line.stop:
        point, size = decode(data, at)
        if flags[point] & WORD:
            break
        is_colon = ends[point] == COLON or is_dash(data, at)
        if is_colon or (flags[point] & OPENER):
            line.cued = 1
        if not is_colon and not flags[point] & BLANK:
            break
        at += size
        line.phrase_stop = at


@kernel
def _describe(data, records, low, high, table, phrases):  # type: ignore[no-untyped-def]
    """Fill records `low` to `high` from their bytes."""
    flags, lower, ends, begins = table
    prime = np.uint64(PRIME)
    for index in range(low, high):
        line = records[index]
        key, found = np.uint64(SEED), np.uint64(0)
        inside = begun = ended = blank = False
        words = chars = digits = stops = dense = letters = 0
        at, stop = line.start, line.stop
        while at <= stop:
            point, size = decode(data, at) if at < stop else (0x20, 1)
            kind = flags[point]
            if kind & WORD:
                sort = begins[point]
                if not inside:
                    key = (key ^ np.uint64(0x20)) * prime
                    words, letters = words + 1, 0
                if not begun:
                    line.begin = sort
                key = (key ^ np.uint64(lower[point])) * prime
                letters += 1
                dense += (kind & DENSE) > 0
                digits += sort == DIGIT
                stops += ended and sort in (UPPER, UNCASED)
                inside, begun, ended, blank = True, True, False, False
                chars, at = chars + 1, at + size
                continue
            code = look_up(key, phrases) if inside and chars <= _PHRASE_CHARS else np.uint8(0)
            if code:
                line.phrase, line.phrase_stop, found = code, at, key
            sign = ends[point]
            if inside and words == 1 and digits == chars and (sign == STOP or point == 0x29):
                line.numbered = digits <= 2 and at + 1 < stop and not 0x30 <= data[at + 1] <= 0x39
            if not begun:
                line.bullet |= chars == 0 and (kind & BULLET) > 0
                if begins[point] == CLOSING:
                    line.begin, begun = CLOSING, True
            elif kind & BAR or (blank and point == 0x2D and at + 1 < stop and data[at + 1] == 0x20):
                line.separated = 1
            abbreviated = point == 0x2E and letters < _SHORTEST_LAST_WORD
            ended = (ended and (kind & (CLOSER | OPENER | BLANK)) > 0) or (
                sign in (STOP, MARK) and not abbreviated
            )
            inside = False
            blank = (kind & BLANK) > 0
            chars += not blank
            at += size
        line.words, line.chars, line.digits, line.stops = words + dense // 2, chars, digits, stops
        line.key = key if words else np.uint64(0)
        line.whole = line.phrase > 0 and found == key
        _set_end(data, line, table)
        if line.phrase:
            _set_cue(data, line, table)


@kernel
def _trim(data, records):  # type: ignore[no-untyped-def]
    """Leave white space out of the lines; tell which begin with an indent."""
    for index in range(records.shape[0]):
        line = records[index]
        start, stop = line.start, line.stop
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
        line.fresh = start - line.start >= 3
        line.start, line.stop = start, stop


@kernel
def _lay_out(first, records):  # type: ignore[no-untyped-def]
    """Find texts broken at a fixed width, and lines whose sentence is not theirs alone.

    A sentence runs on where the next line begins in lower case or with a comma, where a line of a wrapped
    text is about full, and where a short line lies between two parts of a sentence, as links set apart do.
    """
    for row in range(first.shape[0] - 1):
        low, high = first[row], first[row + 1]
        width = running = 0
        for at in range(low, high):
            width = max(width, records[at].chars)
            running += at + 1 < high and _runs_on(records[at], records[at + 1], 0)
        wrapped = high - low >= 4 and width <= 100 and 4 * running >= high - low
        follows = False
        for at in range(high - 1, low - 1, -1):
            line = records[at]
            line.wrapped = wrapped
            runs = at + 1 < high and _runs_on(line, records[at + 1], width if wrapped else 0)
            if at + 1 < high and follows and line.end == OPEN and records[at + 1].words <= 6:
                runs = runs or not (records[at + 1].fresh or records[at + 1].bullet)
            if runs:
                line.inside = records[at + 1].inside = 1
            follows = runs


@kernel(inner=True)
def _runs_on(line, after, width):  # type: ignore[no-untyped-def]
    if after.fresh or after.bullet or line.end not in (OPEN, COMMA):
        return False
    if after.begin in (LOWER, CLOSING) or line.end == COMMA:
        return True
    tail_of_sentence = after.end == STOP and after.words <= 3
    return tail_of_sentence or (width > 0 and 4 * line.chars >= 3 * width)


def split_lines(texts: TextColumn, phrases: Phrases, *, break_before: int = 0, n_jobs: int = 1) -> Lines:
    """Find and describe the lines of `texts`.

    Parameters
    ----------
    texts : TextColumn
        Bodies; a line ends at LF, CR or both.
    phrases : Phrases
        From `phrase_table`.
    break_before : int, default 0
        A line also ends before a phrase of this code with a colon or dash after it; 0 for none.
    n_jobs : int, default 1
        Threads.

    Returns
    -------
    Lines
        The same for any number of threads.
    """
    edges = [*range(0, len(texts), _CHUNK_TEXTS), len(texts)]
    chunks = Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(_describe_lines)(texts.data, texts.offsets[low : high + 1], phrases, break_before)
        for low, high in pairwise(edges)
    )
    records = np.concatenate([np.zeros(0, LINE), *chunks])
    lines = Lines(np.searchsorted(records["start"], texts.offsets), records)
    _lay_out(lines.first, lines.records)
    return lines


def _describe_lines(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], phrases: Phrases, break_before: int
) -> NDArray[Any]:
    """Find and describe the lines of neighbouring texts."""
    first, end = int(offsets[0]), int(offsets[-1])
    text, after = data[first:end], data[first + 1 : end + 1]
    breaks = np.flatnonzero((text == 0x0A) | ((text == 0x0D) & (after != 0x0A)))
    inner = np.zeros(int(((text == 0x3A) | (text == 0x2D)).sum()) if break_before else 0, np.int64)
    if len(inner):
        found = find_inner_phrases(data[first:], end - first, signs(), phrases, break_before, inner)
        inner = inner[:found]
    starts = np.unique(np.concatenate([offsets[:-1], first + breaks + 1, first + inner]))
    starts = starts[starts < end]
    records = np.zeros(len(starts), LINE)
    records["start"], records["stop"] = starts, np.append(starts[1:], end)[: len(starts)]
    _trim(data, records)
    seen = records["stop"] > records["start"]
    records["fresh"][1:] |= ~seen[:-1]
    records = records[seen]
    _describe(data, records, 0, len(records), signs(), phrases)
    return records
