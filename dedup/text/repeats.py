"""Lines that an outlet repeats over articles which have nothing else in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.compiled import kernel
from dedup.text.lines import STOP, tables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import Corpus
    from dedup.settings import BoilerplateSettings
    from dedup.text.lines import Lines

_SLOTS = 1 << 22
_SKETCH = 48
_PAIRS = 32


@kernel
def _mix(value: int) -> int:
    """Spread the bits of `value` (finaliser of SplitMix64; Steele et al. 2014)."""
    value = np.uint64(value)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@kernel
def _words(data, start, stop, flags, lower, out):  # type: ignore[no-untyped-def]
    """Write the hash of each word (of each pair of characters in scripts without spaces); give their number."""
    prime = np.uint64(0x100000001B3)
    seed = np.uint64(0xCBF29CE484222325)
    count = 0
    hashed = seed
    length = 0
    before = 0
    at = start
    while at <= stop:
        point, size, kind = 0, 1, 0
        if at < stop:
            lead = np.int64(data[at])
            if lead < 0x80:
                point = lead
            elif lead < 0xE0:
                point, size = (lead & 0x1F) << 6 | (data[at + 1] & 0x3F), 2
            elif lead < 0xF0:
                point = (lead & 0x0F) << 12 | np.int64(data[at + 1] & 0x3F) << 6 | (data[at + 2] & 0x3F)
                size = 3
            else:
                point, size = lead << 8 | data[at + 3], 4
            kind = flags[point] if point < flags.shape[0] else 0
        at += size
        if kind & 32:
            if before:
                out[count] = _mix(np.uint64(before) << np.uint64(32) | np.uint64(point))
                count += 1
            before = point
            continue
        before = 0
        if kind & 1:
            hashed = (hashed ^ np.uint64(lower[point])) * prime
            length += 1
        elif length:
            if length > 2:
                out[count] = _mix(hashed)
                count += 1
            hashed = seed
            length = 0
    return count


@kernel
def _count_words(data, first, start, stop, use, counted, flags, lower, counts, last):  # type: ignore[no-untyped-def]
    """Count the articles of each word, by slot of its hash."""
    longest = 0
    for line in range(start.shape[0]):
        longest = max(longest, stop[line] - start[line])
    out = np.empty(longest + 1, np.uint64)
    for row in range(first.shape[0] - 1):
        if not counted[row]:
            continue
        for line in range(first[row], first[row + 1]):
            if use[line]:
                for word in range(_words(data, start[line], stop[line], flags, lower, out)):
                    slot = np.int64(out[word] & np.uint64(counts.shape[0] - 1))
                    if last[slot] != row + 1:
                        last[slot] = row + 1
                        counts[slot] += 1


@kernel
def _sketch(data, first, start, stop, use, counted, flags, lower, counts, most, sketch):  # type: ignore[no-untyped-def]
    """Keep the least hashes of each article's words that are neither common nor its own (Broder 1997)."""
    longest = 0
    for line in range(start.shape[0]):
        longest = max(longest, stop[line] - start[line])
    out = np.empty(longest + 1, np.uint64)
    size = sketch.shape[1]
    for row in range(first.shape[0] - 1):
        if not counted[row]:
            continue
        held = sketch[row]
        for line in range(first[row], first[row + 1]):
            if not use[line]:
                continue
            for word in range(_words(data, start[line], stop[line], flags, lower, out)):
                value = out[word]
                seen = counts[np.int64(value & np.uint64(counts.shape[0] - 1))]
                if seen < 2 or seen > most or value >= held[size - 1]:
                    continue
                place = np.searchsorted(held, value)
                if held[place] == value:
                    continue
                for at in range(size - 1, place, -1):
                    held[at] = held[at - 1]
                held[place] = value


@kernel
def _alike(one, other):  # type: ignore[no-untyped-def]
    """Estimate the Jaccard similarity of two sketches; -1 where one says too little."""
    none = np.uint64(0xFFFFFFFFFFFFFFFF)
    if one[5] == none or other[5] == none:
        return -1.0
    a = b = union = shared = 0
    size = one.shape[0]
    while union < size and (a < size or b < size):
        left = one[a] if a < size else none
        right = other[b] if b < size else none
        if left == none and right == none:
            break
        union += 1
        shared += left == right
        a += left <= right
        b += right <= left
    return shared / union


@kernel
def _kinship(rows, begins, ends, sketch, most_pairs, kin, pairs):  # type: ignore[no-untyped-def]
    """Average the likeness of articles within each group ``rows[begins[g]:ends[g]]``, near and far ones."""
    for group in range(begins.shape[0]):
        low, size = begins[group], ends[group] - begins[group]
        half = max(1, size // 2)
        step = max(1, 2 * size // most_pairs)
        total = 0.0
        for at in range(0, size, step):
            for ahead in (1, half):
                if at + ahead < size and (ahead == 1 or half > 1):
                    value = _alike(sketch[rows[low + at]], sketch[rows[low + at + ahead]])
                    if value >= 0:
                        total += value
                        pairs[group] += 1
        kin[group] = total / pairs[group] if pairs[group] else 1.0


def _first_copies(lines: Lines, sources: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the articles whose lines no earlier article of the outlet has, all in the same order."""
    place = np.arange(len(lines), dtype=np.uint64) - lines.first[lines.row].astype(np.uint64)
    mixed = (lines.key + place) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    summed = np.concatenate(
        [[np.uint64(0)], np.cumsum(mixed * np.uint64(0xBF58476D1CE4E5B9), dtype=np.uint64)]
    )
    prints = summed[lines.first[1:]] - summed[lines.first[:-1]]
    prints += sources.astype(np.uint64) * np.uint64(0x94D049BB133111EB)
    marked = np.zeros(len(sources), bool)
    marked[np.unique(prints, return_index=True)[1]] = True
    return marked & (np.diff(lines.first) > 0)


def repeated_lines(
    corpus: Corpus,
    lines: Lines,
    eligible: NDArray[np.bool_],
    settings: BoilerplateSettings,
) -> NDArray[np.bool_]:
    """Mark lines that repeat across articles of one outlet which are otherwise no more alike than any two.

    Copies, later versions and follow-ups of an article share lines as well, but then they share their words too:
    the words of lines that do not repeat are compared, by bottom-k sketches, between the articles that carry the
    line and between articles of the outlet at large.

    Parameters
    ----------
    corpus : Corpus
        The articles; those without a source count as one outlet.
    lines : Lines
        Their lines.
    eligible : ndarray of bool, shape (m,)
        Lines that stand alone, not in the middle of a sentence.
    settings : BoilerplateSettings
        Thresholds.

    Returns
    -------
    ndarray of bool, shape (m,)
    """
    sources = corpus.sources.astype(np.int64) + 1
    counted = _first_copies(lines, sources)
    row = lines.row
    grouping = lines.key ^ (sources[row].astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    order = np.argsort(grouping, kind="stable")
    order = order[lines.key[order] != 0]
    group_of = np.cumsum(np.concatenate([[0], np.diff(grouping[order]) != 0]))
    grouped_rows = row[order]
    fresh = np.ones(len(order), bool)
    fresh[1:] = (np.diff(group_of) != 0) | (np.diff(grouped_rows) != 0)
    own = fresh & counted[grouped_rows] & eligible[order]
    n_groups = int(group_of[-1]) + 1 if len(group_of) else 0
    spread = np.bincount(group_of[own], minlength=n_groups)
    outlet = np.zeros(n_groups, np.int64)
    outlet[group_of] = sources[grouped_rows]
    n_articles = np.bincount(sources[counted], minlength=len(corpus.source_names) + 1)
    any_spread = np.bincount(group_of[fresh & counted[grouped_rows]], minlength=n_groups)

    prose = np.zeros(n_groups, bool)
    prose[group_of] = ((lines.end == STOP) & (lines.words >= 5))[order]
    least = np.where(prose, settings.repeated_prose, settings.repeated_lines)
    candidate = (spread >= least) & (n_articles[outlet] >= settings.outlet_articles)
    result = np.zeros(len(lines), bool)
    if not candidate.any():
        return result

    use = np.zeros(len(lines), bool)
    use[order] = any_spread[group_of] <= 1
    sketch = _sketches(corpus, lines, use, counted)
    kin, pairs = _group_kinship(grouped_rows[own], group_of[own], candidate, sketch)
    base = _outlet_kinship(sources, counted, sketch)
    accepted = np.zeros(n_groups, bool)
    limit = np.minimum(
        settings.kinship_cap, np.maximum(0.02, settings.kinship_ratio * base[outlet[candidate]])
    )
    accepted[candidate] = (kin <= limit) & (pairs >= 2)
    result[order] = accepted[group_of] & eligible[order]
    return result


def _sketches(
    corpus: Corpus, lines: Lines, use: NDArray[np.bool_], counted: NDArray[np.bool_]
) -> NDArray[np.uint64]:
    """Give the sketch of each article over the lines in `use`, shape (n, `_SKETCH`), ascending."""
    flags, lower, _, _ = tables()
    counts, last = np.zeros(_SLOTS, np.int32), np.zeros(_SLOTS, np.int32)
    data = corpus.texts.data
    _count_words(data, lines.first, lines.start, lines.stop, use, counted, flags, lower, counts, last)
    most = max(3, int(counted.sum()) // 10)
    sketch = np.full((len(corpus), _SKETCH), np.iinfo(np.uint64).max, np.uint64)
    _sketch(data, lines.first, lines.start, lines.stop, use, counted, flags, lower, counts, most, sketch)
    return sketch


def _group_kinship(
    rows: NDArray[np.int64],
    group_of: NDArray[np.int64],
    candidate: NDArray[np.bool_],
    sketch: NDArray[np.uint64],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Give the mean likeness of the articles of each candidate line, and from how many pairs."""
    groups = np.flatnonzero(candidate)
    begins, ends = np.searchsorted(group_of, groups), np.searchsorted(group_of, groups, side="right")
    kin, pairs = np.zeros(len(groups)), np.zeros(len(groups), np.int64)
    _kinship(rows, begins, ends, sketch, _PAIRS, kin, pairs)
    return kin, pairs


def _outlet_kinship(
    sources: NDArray[np.int64], counted: NDArray[np.bool_], sketch: NDArray[np.uint64]
) -> NDArray[np.float64]:
    """Give the mean likeness of two articles of each outlet."""
    rows = np.flatnonzero(counted)
    rows = rows[np.argsort(sources[rows], kind="stable")]
    edges = np.searchsorted(sources[rows], np.arange(int(sources.max(initial=0)) + 2))
    kin, pairs = np.zeros(len(edges) - 1), np.zeros(len(edges) - 1, np.int64)
    _kinship(rows, edges[:-1], edges[1:], sketch, 50 * _PAIRS, kin, pairs)
    return kin
