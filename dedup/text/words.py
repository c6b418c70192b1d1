"""Words of lines, as far as the boilerplate rules need them: which are shared, and where a headline ends."""

from __future__ import annotations

import numpy as np

from dedup.arrays import sort_distinct
from dedup.compiled import kernel
from dedup.text.phrases import PRIME, SEED
from dedup.text.signs import CLOSER, COLON, DENSE, DIGIT, LOWER, MARK, OPENER, WORD, decode

#: Bytes of the longest headline that is looked for within a paragraph.
_HEADLINE_BYTES = 240


@kernel(inner=True)
def mix(value):  # type: ignore[no-untyped-def]
    """Spread the bits of `value` (finaliser of SplitMix64; Steele et al. 2014)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@kernel(inner=True)
def words_of(data, start, stop, table, out):  # type: ignore[no-untyped-def]
    """Write a hash for each word of three letters or more; give their number.

    In scripts without blanks every pair of characters counts for a word.  `out` holds ``stop - start + 1``.
    """
    flags, lower = table.flags, table.lower
    prime, seed = np.uint64(PRIME), np.uint64(SEED)
    count = length = 0
    before = np.uint64(0)
    key, at = seed, start
    while at <= stop:
        point, size, kind = 0, 1, np.uint8(0)
        if at < stop:
            point, size = decode(data, at)
            kind = flags[point]
        at += size
        if kind & DENSE:
            if before:
                out[count] = mix(before << np.uint64(32) | np.uint64(point))
                count += 1
            before = np.uint64(point)
            continue
        before = np.uint64(0)
        if kind & WORD:
            key = (key ^ np.uint64(lower[point])) * prime
            length += 1
        elif length:
            if length > 2:
                out[count] = mix(key)
                count += 1
            key, length = seed, 0
    return count


@kernel
def _shared(words, others):  # type: ignore[no-untyped-def]
    """Count what two sorted sets have in common."""
    i = j = shared = 0
    while i < len(words) and j < len(others):
        word, other = words[i], others[j]
        shared += word == other
        i += word <= other
        j += other <= word
    return shared


@kernel(inner=True)
def has_label(data, line, table):  # type: ignore[no-untyped-def]
    """Whether a line begins with one or two words and a colon."""
    words, inside, at = 0, False, line.start
    while at < line.stop and words < 3:
        point, size = decode(data, at)
        is_word = (table.flags[point] & WORD) > 0
        words += is_word and not inside
        if table.ends[point] == COLON and words:
            return words < 3
        inside = is_word
        at += size
    return False


@kernel(inner=True)
def likeness_of_neighbours(data, records, low, high, skipped, table):  # type: ignore[no-untyped-def]
    """Average the Jaccard similarity of the words of each line and the next, lines in `skipped` left out."""
    total = 0.0
    pairs = held = 0
    before = np.empty(0, np.uint64)
    for at in range(low, high):
        line = records[at]
        if skipped[at] or line.words == 0:
            continue
        out = np.empty(line.stop - line.start + 1, np.uint64)
        words = out[: words_of(data, line.start, line.stop, table, out)]
        words = words[: sort_distinct(words)]
        if held and len(words) and len(before):
            shared = _shared(words, before)
            total += shared / (len(words) + len(before) - shared)
            pairs += 1
        before = words
        held += 1
    return total / pairs if pairs else 0.0


@kernel(inner=True)
def read_on(data, start, stop, table):  # type: ignore[no-untyped-def]
    """Find where a headline of capitalised words ends that runs on into a sentence without a sign between.

    The sentence is recognised by its first two words in a row that are in lower case; it begins with the last
    capitalised word before them.  A question mark or exclamation mark ends the headline, too, and so does a
    comma without a blank after it, which is what some converters leave of a line break.  Gives `start` where
    no such place is found, or the headline is not written in capitalised words.
    """
    flags, _, ends, begins = table
    at, word = start, start
    sentence = start
    lower_run = words = 0
    inside = False
    opened = -1
    while at < min(stop, start + _HEADLINE_BYTES):
        point, size = decode(data, at)
        kind = flags[point]
        if kind & WORD:
            if not inside:
                word = opened if opened >= 0 else at
                words += 1
                if begins[point] == LOWER:
                    lower_run += 1
                else:
                    sentence, lower_run = word, 0
                if lower_run == 2:
                    return sentence if words >= 6 else start
            inside, opened = True, -1
        else:
            if ends[point] == MARK and words >= 3:
                at += size
                while at < stop and flags[decode(data, at)[0]] & CLOSER and data[at] != 0x22:
                    at += decode(data, at)[1]
                return at
            glued = data[at] == 0x2C and data[at + 1] != 0x20 and begins[decode(data, at + 1)[0]] != DIGIT
            if glued and words >= 3 and at + 1 < stop:
                return at + 1
            opened = at if kind & OPENER else -1
            inside = False
        at += size
    return start
