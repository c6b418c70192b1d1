"""Two levels of grouping by one estimator: articles into events, events into stories."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from dedup.corpus import NO_DATE
from dedup.stories.days import with_days
from dedup.stories.identity import earliest_rows
from dedup.stories.linkage import SparseAgglomerativeClustering
from dedup.stories.vectors import TermVectors, term_vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import Corpus
    from dedup.settings import StorySettings

_SECONDS_A_DAY = 86_400.0

#: Length, in words, of the articles for which the cuts of `StorySettings` stand.
REFERENCE_WORDS = 250.0

#: Lengths beyond these move a cut no further.
_SHORTEST, _LONGEST = 5.0, 2000.0


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
class Stories:
    """Articles in events, events in stories.

    Attributes
    ----------
    event, story : ndarray of int64, shape (n,)
        Event and story of each article, both numbered in the order of their earliest article (published,
        then id; undated last).
    event_story : ndarray of int64, shape (n_events,)
        Story of each event.
    vectors : TermVectors
        Unit vectors, one per distinct text.
    vector_of : ndarray of int64, shape (n,)
        Each article's row in `vectors`: its own, or that of the original it copies.
    events_merged, stories_merged : Merging
        How the rows of `vectors`, and then the events, came together.
    """

    event: NDArray[np.int64]
    story: NDArray[np.int64]
    event_story: NDArray[np.int64]
    vectors: TermVectors
    vector_of: NDArray[np.int64]
    events_merged: Merging
    stories_merged: Merging


def find_stories(
    corpus: Corpus, originals: NDArray[np.int64], settings: StorySettings, *, n_jobs: int = 1
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
    vectors = term_vectors(corpus, texts, settings, n_jobs=n_jobs)
    published = corpus.published[texts]
    rows = with_days(vectors.matrix, published, settings.day_weight)
    words = float(np.median(vectors.lengths)) if len(texts) else REFERENCE_WORDS
    event_cut = cut_for_length(settings.event_cut, words, settings.length_effect)
    story_cut = cut_for_length(settings.story_cut, words, settings.length_effect / 2)
    found, events_merged = _merge(
        rows, event_cut, n_jobs=n_jobs, times=_in_days(published), window=settings.event_days
    )
    event = _in_order(corpus, found[vector_of])
    sums = _sums(vectors.matrix, event[texts])
    found, stories_merged = _merge(sums, story_cut, n_jobs=n_jobs)
    story = _in_order(corpus, found[event])
    event_story = np.empty(sums.shape[0], np.int64)
    event_story[event] = story
    return Stories(event, story, event_story, vectors, vector_of, events_merged, stories_merged)


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
    cut: float,
    *,
    n_jobs: int,
    times: NDArray[np.float64] | None = None,
    window: float | None = None,
) -> tuple[NDArray[np.int64], Merging]:
    if rows.shape[0] < 2 or rows.shape[1] == 0:
        return np.arange(rows.shape[0]), Merging(cut, rows.shape[0], np.empty((0, 2), np.int64), np.empty(0))
    tree = SparseAgglomerativeClustering(distance_threshold=cut, window=window, n_jobs=n_jobs)
    tree.fit(rows, times=times)
    return tree.labels_, Merging(cut, rows.shape[0], tree.children_, tree.distances_)


def _in_days(published: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(published == NO_DATE, np.nan, published / _SECONDS_A_DAY)


def _in_order(corpus: Corpus, groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Renumber groups by their earliest article."""
    first = earliest_rows(corpus, groups)
    dates = corpus.published[first]
    number = np.empty(len(first), np.int64)
    number[np.lexsort((first, dates, dates == NO_DATE))] = np.arange(len(first))
    return number[groups]


def _sums(matrix: sparse.csr_array, groups: NDArray[np.int64]) -> sparse.csr_array:
    """Add the rows of each group; terms in the order of their rows, so that sums never differ."""
    members = sparse.csr_array(
        (np.ones(len(groups)), (groups, np.arange(len(groups)))),
        shape=(int(groups.max(initial=-1)) + 1, len(groups)),
    )
    sums = sparse.csr_array(members @ matrix.astype(np.float64))
    sums.sort_indices()
    return sums
