"""What is measured on a pair beside its shingles: outlets, headlines, dates and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.corpus import NO_DATE, TextColumn
from dedup.duplicates.compare import compare_pairs
from dedup.duplicates.numbers import HEADLINE_SEPARATORS, mentions_of, numbers_of
from dedup.duplicates.rule import Evidence
from dedup.duplicates.sets import HashSets
from dedup.text.tokens import find_tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import Corpus
    from dedup.settings import DuplicateSettings

_SECONDS_A_DAY = 86_400

#: The lead of a text is as long as so many shingles end to end: fifty words, its first paragraph.
LEAD_SHINGLES = 10


def outlets(corpus: Corpus) -> NDArray[np.int32]:
    """Give each article the number of its outlet, whatever the case of the name; -1 where unknown."""
    names = [name.casefold() for name in corpus.source_names]
    code = {name: number for number, name in enumerate(sorted(set(names)))}
    codes = np.array([*(code[name] for name in names), -1], np.int32)
    return codes[corpus.sources]


def outlets_and_days(
    corpus: Corpus, a: NDArray[np.int64], b: NDArray[np.int64]
) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Say of each pair whether it is of one outlet (-1: unknown) and how many days apart (NaN: unknown)."""
    outlet = outlets(corpus)
    known = (outlet[a] >= 0) & (outlet[b] >= 0)
    same_outlet = np.where(known, outlet[a] == outlet[b], -1).astype(np.int8)
    at_a, at_b = corpus.published[a], corpus.published[b]
    dated = (at_a != NO_DATE) & (at_b != NO_DATE)
    apart = np.abs(np.where(dated, at_a, 0) - np.where(dated, at_b, 0)) / _SECONDS_A_DAY
    return same_outlet, np.where(dated, apart, np.nan)


def leads_of(texts: TextColumn, rows: NDArray[np.int64], words: int, *, n_jobs: int = 1) -> TextColumn:
    """Cut each of `rows` after so many words."""
    taken = texts.take(rows)
    tokens = find_tokens(taken, n_jobs=n_jobs)
    counts = np.diff(tokens.offsets)
    last = tokens.offsets[:-1] + np.minimum(counts, words) - 1
    stops = np.where(counts > 0, tokens.stops[np.maximum(0, last)] if len(tokens.stops) else 0, 0)
    cut = (
        taken.data[start : start + stop].tobytes().decode()
        for start, stop in zip(taken.offsets[:-1].tolist(), stops.tolist(), strict=True)
    )
    return TextColumn.from_strings(cut)


def lead_share(
    texts: TextColumn,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    settings: DuplicateSettings,
    *,
    n_jobs: int = 1,
) -> NDArray[np.float64]:
    """Say how much of the lead of each text `a` the text `b` has: containment of its shingles."""
    rows, places = np.unique(np.concatenate((a, b)), return_inverse=True)
    leads = leads_of(texts, rows, LEAD_SHINGLES * settings.shingle_words, n_jobs=n_jobs)
    both = TextColumn.from_strings([*leads, *texts.take(rows)])
    found = compare_pairs(both, places[: len(a)], len(rows) + places[len(a) :], settings, n_jobs=n_jobs)
    return found.containment_a


def measure(
    corpus: Corpus,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    *,
    shared: NDArray[np.int64],
    sizes: tuple[NDArray[np.int64], NDArray[np.int64]],
    leads: tuple[NDArray[np.float64], NDArray[np.float64]],
    n_jobs: int = 1,
) -> Evidence:
    """Gather the evidence on the pairs of rows ``a[k]``, ``b[k]``.

    Parameters
    ----------
    corpus : Corpus
        Articles without boilerplate.
    a, b : ndarray of int64, shape (pairs,)
        Rows of `corpus`.
    shared : ndarray of int64, shape (pairs,)
        Shingles in both texts.
    sizes : tuple of two ndarrays of int64, shape (pairs,)
        Distinct shingles of either text.
    leads : tuple of two ndarrays of float64, shape (pairs,)
        Share of the lead of either text that the other has, `lead_share`.
    n_jobs : int, default 1
        Threads.
    """
    same_outlet, days = outlets_and_days(corpus, a, b)
    rows, places = np.unique(np.concatenate((a, b)), return_inverse=True)
    place_a, place_b = places[: len(a)], places[len(a) :]
    tokens = find_tokens(corpus.titles.take(rows), n_jobs=n_jobs)
    headlines = HashSets.from_lists(tokens.offsets, tokens.hashes)
    common = headlines.shared(place_a, place_b)
    words_a, words_b = headlines.sizes[place_a], headlines.sizes[place_b]
    both = (words_a > 0) & (words_b > 0)
    numbers = numbers_of(corpus.titles, rows).union(numbers_of(corpus.texts, rows, n_jobs=n_jobs))
    named = numbers_of(corpus.titles, rows, HEADLINE_SEPARATORS)
    mentions = mentions_of(corpus.texts, rows, n_jobs=n_jobs)
    fewer_named = np.minimum(named.sizes[place_a], named.sizes[place_b])
    return Evidence(
        shared=shared,
        size_a=sizes[0],
        size_b=sizes[1],
        same_outlet=same_outlet,
        headline=np.where(both, common / np.maximum(1, words_a + words_b - common), np.nan),
        headline_numbers_differ=named.shared(place_a, place_b) < fewer_named,
        days=days,
        shared_numbers=numbers.shared(place_a, place_b),
        numbers_a=numbers.sizes[place_a],
        numbers_b=numbers.sizes[place_b],
        replaced_a=mentions.replaced(place_a, place_b, numbers),
        replaced_b=mentions.replaced(place_b, place_a, numbers),
        lead_a=leads[0],
        lead_b=leads[1],
    )
