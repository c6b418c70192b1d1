"""Lines that an outlet repeats over articles which have nothing else in common."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.compiled import kernel
from dedup.text.lines import split_lines
from dedup.text.phrases import phrase_table
from dedup.text.signs import signs
from dedup.text.structure import is_figures, is_headline, is_prose
from dedup.text.words import mix, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from dedup.corpus import Corpus
    from dedup.settings import BoilerplateSettings
    from dedup.text.lines import Lines

#: Counters of words; two words that share one are at worst taken for a more common one.
_SLOTS = 1 << 22
#: Words in the sketch of an article, and the fewest that say something.
_SKETCH, _LEAST = 48, 6
#: Places from which pairs of a line's articles are taken, and of an outlet's.
_PLACES, _OUTLET_PLACES = 64, 1024
#: Share of an outlet's articles from which even a part of a sentence is the outlet's.
_MOST = 0.5
_EMPTY = np.iinfo(np.uint64).max
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class SiteLines:
    """Lines that outlets were found to repeat, to be known again in articles that come later.

    Attributes
    ----------
    outlets : tuple of str
        Names of the outlets, ascending; the empty name stands for articles without one.
    outlet : ndarray of int32, shape (k,)
        Place in `outlets`; ascending, then `key`.
    key : ndarray of uint64, shape (k,)
        Hash of the words of a line (`dedup.text.lines`).
    inside : ndarray of bool, shape (k,)
        So common that the line goes even where it stands inside a sentence broken at a fixed width.
    """

    outlets: tuple[str, ...]
    outlet: NDArray[np.int32]
    key: NDArray[np.uint64]
    inside: NDArray[np.bool_]

    @classmethod
    def none(cls) -> SiteLines:
        """Give the lines of no outlet."""
        return cls((), np.zeros(0, np.int32), np.zeros(0, np.uint64), np.zeros(0, np.bool_))

    def __len__(self) -> int:
        return len(self.key)

    def mark(self, corpus: Corpus, lines: Lines) -> NDArray[np.bool_]:
        """Mark those of `lines`, of the articles of `corpus`, that are among these."""
        place = {name: number for number, name in enumerate(self.outlets)}
        codes = np.array([place.get(name, -1) for name in ("", *corpus.source_names)], np.int64)
        outlet = codes[corpus.sources.astype(np.int64) + 1][lines.row]
        key, inside = lines.records["key"], lines.records["inside"] > 0
        marked = np.zeros(len(lines), bool)
        bounds = np.searchsorted(self.outlet, np.arange(len(self.outlets) + 1))
        for number in np.unique(outlet[outlet >= 0]).tolist():
            known = slice(bounds[number], bounds[number + 1])
            here = np.flatnonzero(outlet == number)
            at = np.minimum(
                np.searchsorted(self.key[known], key[here]), bounds[number + 1] - bounds[number] - 1
            )
            same = (self.key[known][at] == key[here]) & (~inside[here] | self.inside[known][at])
            marked[here[same]] = True
        marked &= (key != 0) & ~_of_articles(corpus, lines)
        return marked

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give the lines as arrays of numbers, `outlets` as the bytes of a JSON list."""
        names = np.frombuffer(json.dumps(self.outlets).encode(), np.uint8)
        return {"outlets": names, "outlet": self.outlet, "key": self.key, "inside": self.inside}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> SiteLines:
        """Take what `to_arrays` gave."""
        return cls(
            tuple(json.loads(arrays["outlets"].tobytes())),
            arrays["outlet"].astype(np.int32),
            arrays["key"].astype(np.uint64),
            arrays["inside"].astype(np.bool_),
        )


@kernel
def _count_words(data, first, records, use, counted, table, out, counts):  # type: ignore[no-untyped-def]
    """Count the articles of each word, by slot of its hash; `out` has room for the words of any line."""
    last = np.zeros(counts.shape[0], np.int32)
    mask = np.uint64(counts.shape[0] - 1)
    for row in range(counted.shape[0]):
        for at in range(first[row], first[row + 1] if counted[row] else 0):
            if not use[at]:
                continue
            count = words_of(data, records[at].start, records[at].stop, table, out)
            for word in range(count):
                slot = np.int64(out[word] & mask)
                if last[slot] != row + 1:
                    last[slot] = row + 1
                    counts[slot] += 1


@kernel
def _sketch(data, first, records, use, counted, table, out, counts, most, sketch):  # type: ignore[no-untyped-def]
    """Keep the least hashes of each article's words that are neither common nor its own."""
    mask = np.uint64(counts.shape[0] - 1)
    size = sketch.shape[1]
    for row in range(counted.shape[0]):
        for at in range(first[row], first[row + 1] if counted[row] else 0):
            if not use[at]:
                continue
            count = words_of(data, records[at].start, records[at].stop, table, out)
            for word in range(count):
                value = out[word]
                seen = counts[np.int64(value & mask)]
                if seen < 2 or seen > most or value >= sketch[row, size - 1]:
                    continue
                place = size - 1
                while place > 0 and sketch[row, place - 1] >= value:
                    place -= 1
                if sketch[row, place] != value:
                    for after in range(size - 1, place, -1):
                        sketch[row, after] = sketch[row, after - 1]
                    sketch[row, place] = value


@kernel(inner=True)
def _alike(one, other):  # type: ignore[no-untyped-def]
    """Estimate the Jaccard similarity of two sketches; -1 where one of them says too little."""
    if one[_LEAST - 1] == _EMPTY or other[_LEAST - 1] == _EMPTY:
        return -1.0
    a = b = union = shared = np.int64(0)
    size = len(one)
    while union < size and (a < size or b < size):
        left = one[a] if a < size else np.uint64(_EMPTY)
        right = other[b] if b < size else np.uint64(_EMPTY)
        if left == _EMPTY and right == _EMPTY:
            break
        union += 1
        shared += left == right
        a += left <= right
        b += right <= left
    return shared / union


@kernel
def _kinship(rows, begins, ends, sketch, places, kin, pairs):  # type: ignore[no-untyped-def]
    """Average the likeness of articles within each group ``rows[begins[g]:ends[g]]``.

    From evenly spread places each article is compared with the next one and with one drawn by a hash.
    """
    for group in range(begins.shape[0]):
        low, size = begins[group], ends[group] - begins[group]
        total = 0.0
        for at in range(0, size - 1, max(1, size // places)):
            drawn = at + 1 + np.int64(mix(np.uint64(at)) % np.uint64(size - 1))
            for other in (at + 1, drawn % size):
                value = _alike(sketch[rows[low + at]], sketch[rows[low + other]])
                if value >= 0:
                    total += value
                    pairs[group] += 1
        kin[group] = total / pairs[group] if pairs[group] else 1.0


@kernel
def _headlines(records, out):  # type: ignore[no-untyped-def]
    for at in range(records.shape[0]):
        out[at] = is_headline(records[at])


@kernel
def _of_article(first, records, out):  # type: ignore[no-untyped-def]
    """Mark rows of tables, and a place that stands before the dash of its text."""
    for row in range(first.shape[0] - 1):
        for at in range(first[row], first[row + 1]):
            figures = 0
            for near in range(max(first[row], at - 2), min(first[row + 1], at + 3)):
                figures += is_figures(records[near]) and records[near].words >= 3
            place = records[at].words <= 3 and records[at].digits == 0 and at + 1 < first[row + 1]
            dateline = place and records[at + 1].bullet and is_prose(records[at + 1])
            out[at] = (figures >= 2 and records[at].words >= 3) or dateline


def _first_copies(lines: Lines, outlet: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the articles whose lines no earlier article of the outlet has, all in the same order."""
    place = (np.arange(len(lines)) - lines.first[lines.row]).astype(np.uint64)
    mixed = (lines.records["key"] + place) * _GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    summed = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed, dtype=np.uint64)])
    prints = summed[lines.first[1:]] - summed[lines.first[:-1]] + outlet.astype(np.uint64) * _GOLDEN
    marked = np.zeros(len(outlet), bool)
    marked[np.unique(prints, return_index=True)[1]] = True
    return marked & (np.diff(lines.first) > 0)


def repeated_lines(
    corpus: Corpus, lines: Lines, settings: BoilerplateSettings
) -> tuple[NDArray[np.bool_], SiteLines]:
    """Mark lines that an outlet repeats over articles that are no more alike than any two of its articles.

    Copies, later versions and follow-ups of an article share lines as well, but also their other words.  So
    the words of lines that do not repeat are compared, by bottom-k sketches (Broder 1997), between the articles
    that carry a line and between articles of the outlet at large.  Exact copies count once.

    Parameters
    ----------
    corpus : Corpus
        The articles; those without a source count as one outlet.
    lines : Lines
        Their lines.
    settings : BoilerplateSettings
        Thresholds.

    Returns
    -------
    marked : ndarray of bool, shape (m,)
        Never a row of a table, nor what the article's own title says.
    site_lines : SiteLines
        What was marked, to be known again; ``site_lines.mark(corpus, lines)`` gives the same.
    """
    outlet = corpus.sources.astype(np.int64) + 1
    counted = _first_copies(lines, outlet)
    row, key = lines.row, lines.records["key"]
    outlet_line = key ^ (outlet[row].astype(np.uint64) * _GOLDEN)
    order = np.argsort(outlet_line, kind="stable")
    order = order[key[order] != 0]
    if not len(order):
        return np.zeros(len(lines), bool), SiteLines.none()
    changes = np.diff(outlet_line[order]) != 0
    group = np.concatenate([[0], np.cumsum(changes)])
    rows = row[order]
    once = counted[rows]
    once[1:] &= changes | (np.diff(rows) != 0)
    n_groups = int(group[-1]) + 1
    of_outlet = outlet[rows[np.searchsorted(group, np.arange(n_groups))]]
    size = np.bincount(outlet[counted], minlength=len(corpus.source_names) + 1)[of_outlet]
    spread = np.bincount(group[once], minlength=n_groups)
    common = spread >= np.maximum(settings.repeated_other, _MOST * size)
    ours = _of_articles(corpus, lines)
    eligible = ((lines.records["inside"][order] == 0) | common[group]) & ~ours[order]
    chosen = once & eligible
    candidate = size >= settings.outlet_articles
    candidate &= np.bincount(group[chosen], minlength=n_groups) >= _needed(
        lines, order, group, size, settings
    )

    use = np.zeros(len(lines), bool)
    use[order] = spread[group] <= 1
    result = np.zeros(len(lines), bool)
    if candidate.any():
        sketch = _sketches(corpus, lines, use, counted)
        groups = np.flatnonzero(candidate)
        kin, pairs = _kinship_of(rows[chosen], group[chosen], groups, sketch, _PLACES)
        by_outlet = np.argsort(outlet, kind="stable")
        by_outlet = by_outlet[counted[by_outlet]]
        base, _ = _kinship_of(
            by_outlet, outlet[by_outlet], np.arange(len(corpus.source_names) + 1), sketch, _OUTLET_PLACES
        )
        limit = np.maximum(settings.kinship_floor, settings.kinship_ratio * base[of_outlet[groups]])
        candidate[groups] = (kin <= np.minimum(limit, settings.kinship_cap)) & (pairs >= 2)
        result[order] = candidate[group] & eligible
    repeated = order[np.searchsorted(group, np.flatnonzero(candidate))]
    return result, _site_lines(corpus, outlet[row[repeated]], key[repeated], common[candidate])


def _site_lines(
    corpus: Corpus, outlet: NDArray[np.int64], key: NDArray[np.uint64], inside: NDArray[np.bool_]
) -> SiteLines:
    order = np.lexsort((key, outlet))
    present, codes = np.unique(outlet[order], return_inverse=True)
    names = ("", *corpus.source_names)
    outlets = tuple(names[number] for number in present.tolist())
    return SiteLines(outlets, codes.astype(np.int32), key[order], inside[order])


def _of_articles(corpus: Corpus, lines: Lines) -> NDArray[np.bool_]:
    """Mark lines that are the article's own, however often they come."""
    ours = np.zeros(len(lines), bool)
    _of_article(lines.first, lines.records, ours)
    return ours | _own_titles(corpus, lines)


def _own_titles(corpus: Corpus, lines: Lines) -> NDArray[np.bool_]:
    """Mark the lines that say what the article's own title says."""
    titles = split_lines(corpus.titles, phrase_table({}))
    key = np.zeros(len(corpus), np.uint64)
    key[titles.row] = titles.records["key"]
    same: NDArray[np.bool_] = lines.records["key"] == key[lines.row]
    return same


def _needed(
    lines: Lines,
    order: NDArray[np.int64],
    group: NDArray[np.int64],
    size: NDArray[np.int64],
    settings: BoilerplateSettings,
) -> NDArray[np.float64]:
    """Say how many articles each repeated line must stand in, by its shape and the size of its outlet."""
    headline = np.zeros(len(lines), bool)
    _headlines(lines.records, headline)
    like_headline, wrapped = np.zeros(len(size), bool), np.zeros(len(size), bool)
    like_headline[group] = headline[order]
    wrapped[group] = lines.records["wrapped"][order] > 0
    share = np.where(wrapped, settings.repeated_wrapped_share, settings.repeated_share)
    other = np.maximum(settings.repeated_other, share * size)
    return np.where(like_headline & ~wrapped, settings.repeated_headline, other)


def _sketches(
    corpus: Corpus, lines: Lines, use: NDArray[np.bool_], counted: NDArray[np.bool_]
) -> NDArray[np.uint64]:
    """Give the sketch of each article over the lines in `use`, shape (n, `_SKETCH`), ascending."""
    records, counts = lines.records, np.zeros(_SLOTS, np.int32)
    out = np.empty(int((records["stop"] - records["start"]).max(initial=0)) + 1, np.uint64)
    given = (corpus.texts.data, lines.first, records, use, counted, signs(), out, counts)
    _count_words(*given)
    most = max(3, int(counted.sum()) // 10)
    sketch = np.full((len(corpus), _SKETCH), _EMPTY, np.uint64)
    _sketch(*given, most, sketch)
    return sketch


def _kinship_of(
    rows: NDArray[np.int64],
    group: NDArray[np.int64],
    groups: NDArray[np.int64],
    sketch: NDArray[np.uint64],
    places: int,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Give the mean likeness of the articles of each of `groups`, and of how many pairs it is the mean."""
    begins, ends = np.searchsorted(group, groups), np.searchsorted(group, groups, side="right")
    kin, pairs = np.zeros(len(groups)), np.zeros(len(groups), np.int64)
    _kinship(rows, begins, ends, sketch, places, kin, pairs)
    return kin, pairs
