"""Two levels of grouping by one estimator: articles into events, events into stories."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup.corpus import NO_DATE
from dedup.stories.cosines import Cosines, join_remembered
from dedup.stories.days import DayStatistics, with_days
from dedup.stories.identity import earliest_rows
from dedup.stories.linkage import clusters, least_similarity, link
from dedup.stories.rows import content_digests, scale_to_unit
from dedup.stories.settled import SettledEvents, sums_of
from dedup.stories.statistics import REFERENCE_WORDS, TermStatistics
from dedup.stories.vectors import TermVectors, term_vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy import sparse

    from dedup.corpus import Corpus
    from dedup.settings import StorySettings

_SECONDS_A_DAY = 86_400.0

#: Lengths beyond these move a cut no further.
_SHORTEST, _LONGEST = 5.0, 2000.0

_KEY = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Merging:
    """The merges of one level, in the form of `SparseAgglomerativeClustering`.

    Attributes
    ----------
    cut : float
        Distance at and above which clusters stay apart.
    rows : int
        How many rows there were to merge.
    children : ndarray of int64, shape (merges, 2)
    distances : ndarray of float64, shape (merges,)
    """

    cut: float
    rows: int
    children: NDArray[np.int64]
    distances: NDArray[np.float64]

    def distance(self, a: int, b: int) -> float | None:
        """Give the mean distance at which the clusters of rows `a` and `b` became one, None if never."""
        parent = np.full(self.rows + len(self.children), -1)
        parent[self.children] = self.rows + np.arange(len(self.children))[:, None]
        while a != b:
            if min(a, b) < 0:
                return None
            if a < b:
                a = int(parent[a])
            else:
                b = int(parent[b])
        return 0.0 if a < self.rows else float(self.distances[a - self.rows])


@dataclass(frozen=True, slots=True)
class KnownPairs:
    """Similar pairs of both levels.

    Attributes
    ----------
    events : Cosines
        Of articles.
    stories : Cosines
        Of events.
    """

    events: Cosines
    stories: Cosines


@dataclass(frozen=True, slots=True)
class Stories:
    """Articles in events, events in stories.

    Attributes
    ----------
    event, story : ndarray of int64, shape (n,)
        Event and story of each article, both numbered in the order of their earliest article (published,
        then id; undated last).
    event_story : ndarray of int64, shape (n_events,)
        Story of each event.
    settled_story : ndarray of int64, shape (settled,)
        Story of each settled event; stories without any article come after all others.
    vectors : TermVectors
        Unit vectors, one per distinct text.
    vector_of : ndarray of int64, shape (n,)
        Each article's row in `vectors`: its own, or that of the original it copies.
    events_merged, stories_merged : Merging
        How the rows of `vectors`, and then the events and settled events, came together.
    days : DayStatistics
        What the weights of days were made of.
    compared : KnownPairs
        What this run compared, for later ones.
    """

    event: NDArray[np.int64]
    story: NDArray[np.int64]
    event_story: NDArray[np.int64]
    settled_story: NDArray[np.int64]
    vectors: TermVectors
    vector_of: NDArray[np.int64]
    events_merged: Merging
    stories_merged: Merging
    days: DayStatistics
    compared: KnownPairs


def find_stories(
    corpus: Corpus,
    originals: NDArray[np.int64],
    settings: StorySettings,
    *,
    languages: Sequence[str] | None = None,
    terms: TermStatistics | None = None,
    days: DayStatistics | None = None,
    known: KnownPairs | None = None,
    settled: SettledEvents | None = None,
    n_jobs: int = 1,
) -> Stories:
    """Group articles into events and events into stories.

    Parameters
    ----------
    corpus : Corpus
        `n` cleaned articles.
    originals : ndarray of int64, shape (n,)
        Row of the article that each one copies; its own row otherwise (`Duplicates.original`).  A text counts
        once, however many copies it has.
    settings : StorySettings
    languages : sequence of str, length n, optional
        Of each article; found here where absent.
    terms, days : TermStatistics, DayStatistics, optional
        Frequencies as of an earlier run; those of `corpus` where absent.
    known : KnownPairs, optional
        What earlier runs compared.  The result is the same without, and takes longer.
    settled : SettledEvents, optional
        Events of earlier articles, which no article joins, but whose stories go on.
    n_jobs : int, default 1
        Threads; the result is the same for any number.

    Notes
    -----
    Events: average linkage over the articles' term vectors and days.  Stories: the same over the events, each
    the normalised sum of its articles' term vectors, without days.

    Both cuts move with the median length of the texts (`cut_for_length`).  Sums even lengths out in part, so
    that the cut of stories moves half as far: measured on headlines and openings of the labelled sets.
    """
    texts, vector_of = np.unique(originals, return_inverse=True)
    vectors = term_vectors(corpus, texts, settings, languages=languages, statistics=terms, n_jobs=n_jobs)
    published = corpus.published[texts]
    days = days or DayStatistics.of_dates(published)
    words = vectors.statistics.words
    event_cut = cut_for_length(settings.event_cut, words, settings.length_effect)
    story_cut = cut_for_length(settings.story_cut, words, settings.length_effect / 2)
    found, events_merged, new_events = _merge(
        *_event_rows(vectors, published, days, settings),
        event_cut,
        known.events if known else None,
        times=_in_days(published),
        window=settings.event_days,
        n_jobs=n_jobs,
    )
    event = _in_order(corpus, found[vector_of])
    sums, hashes = sums_of(vectors, event[texts], settled)
    scale_to_unit(sums)
    found, stories_merged, new_stories = _merge(
        sums, content_digests(sums, hashes), story_cut, known.stories if known else None, n_jobs=n_jobs
    )
    story = _in_order(corpus, found[event])
    row_story = _numbered(found, event, story)
    events = int(event.max(initial=-1)) + 1
    return Stories(
        event,
        story,
        row_story[:events],
        row_story[events:],
        vectors,
        vector_of,
        events_merged,
        stories_merged,
        days,
        KnownPairs(new_events, new_stories),
    )


def _event_rows(
    vectors: TermVectors, published: NDArray[np.int64], days: DayStatistics, settings: StorySettings
) -> tuple[sparse.csr_array, NDArray[np.uint64]]:
    """Give the rows of the event level, and keys of what they hold and when they were published."""
    rows, covered = with_days(vectors.matrix, published, settings.day_weight, days)
    scale_to_unit(rows)
    digests = content_digests(rows, np.concatenate((vectors.hashes, covered.view(np.uint64))))
    return rows, digests ^ published.view(np.uint64) * _KEY


def cut_for_length(cut: float, words: float, effect: float) -> float:
    """Move a cut from articles of `REFERENCE_WORDS` to articles of another length.

    Short texts on one event share fewer words than long ones do, and share fewer by chance: the similarity
    that tells them apart grows with the logarithm of their length.

    Parameters
    ----------
    cut : float
        Cosine distance for articles of `REFERENCE_WORDS`.
    words : float
        Median length.
    effect : float
        Relative change of the least similarity, ``1 - cut``, for texts e times as long.

    Examples
    --------
    >>> round(cut_for_length(0.77, 10, 0.12), 2), round(cut_for_length(0.77, 750, 0.12), 2)
    (0.86, 0.74)
    """
    ratio = min(max(words, _SHORTEST), _LONGEST) / REFERENCE_WORDS
    return 1 - (1 - cut) * max(1 + effect * math.log(ratio), 0)


def _merge(
    rows: sparse.csr_array,
    keys: NDArray[np.uint64],
    cut: float,
    known: Cosines | None,
    *,
    times: NDArray[np.float64] | None = None,
    window: float | None = None,
    n_jobs: int,
) -> tuple[NDArray[np.int64], Merging, Cosines]:
    """Cluster rows; ties go by their keys."""
    n = rows.shape[0]
    pairs, added = join_remembered(
        rows, keys, least_similarity(cut), known, times=times, window=window, n_jobs=n_jobs
    )
    order = np.lexsort((keys, np.zeros(n) if times is None else times))
    children, distances = link(rows, pairs, cut, order=order, times=times, window=window, n_jobs=n_jobs)
    return clusters(n, children), Merging(cut, n, children, distances), added


def _in_days(published: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(published == NO_DATE, np.nan, published / _SECONDS_A_DAY)


def _in_order(corpus: Corpus, groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Renumber groups by their earliest article."""
    present, groups = np.unique(groups, return_inverse=True)
    first = earliest_rows(corpus, groups)
    dates = corpus.published[first]
    number = np.empty(len(present), np.int64)
    number[np.lexsort((first, dates, dates == NO_DATE))] = np.arange(len(first))
    return number[groups]


def _numbered(
    found: NDArray[np.int64], event: NDArray[np.int64], story: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give the story number of every row of the story level: as its articles have it, or a number of its own."""
    number = np.full(len(found), -1)
    number[found[event]] = story
    without = np.unique(found[number[found] < 0])
    number[without] = story.max(initial=-1) + 1 + np.arange(len(without))
    return number[found]
