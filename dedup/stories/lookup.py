"""The event and the story of one article among those that are known already."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup.corpus import NO_DATE
from dedup.stories.days import SPAN_DAYS
from dedup.stories.grouping import cut_for_length
from dedup.stories.linkage import least_similarity
from dedup.stories.rows import scale_to_unit
from dedup.stories.settled import SettledEvents, sums_of
from dedup.stories.vectors import term_vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dedup.corpus import Corpus
    from dedup.model import Model
    from dedup.settings import StorySettings

_SECONDS_A_DAY = 86_400


class Nearest(NamedTuple):
    """Where an article would go.

    Attributes
    ----------
    event : int
        Number of the event, -1 where none is near enough.
    story : int
        Number of the story, that of the event where there is one, else -1 where none is near enough.
    closeness : float
        Mean cosine with the articles of the event, else with the events of the story; of the nearest story
        where none is near enough.
    """

    event: int
    story: int
    closeness: float


class StoryIndex:
    """Vectors of known articles and events, held to find where a new article goes.

    Parameters
    ----------
    corpus : Corpus
        `n` cleaned articles.
    originals : ndarray of int64, shape (n,)
        Row of the article that each one copies; its own row otherwise.
    events : ndarray of int64, shape (n,)
        Event of each article, numbered from 0.
    settled : SettledEvents
        Events without articles in `corpus`, numbered on from those of `events`.
    stories : ndarray of int64, shape (n_events + settled,)
        Story of each event.
    model : Model
        What articles are weighed by.
    settings : StorySettings
    languages : sequence of str, length n
    n_jobs : int, default 1
        Threads while it is built.
    """

    def __init__(
        self,
        corpus: Corpus,
        originals: NDArray[np.int64],
        events: NDArray[np.int64],
        settled: SettledEvents,
        stories: NDArray[np.int64],
        model: Model,
        settings: StorySettings,
        languages: Sequence[str],
        *,
        n_jobs: int = 1,
    ) -> None:
        self._model, self._settings, self._stories = model, settings, stories
        texts = np.unique(originals)
        vectors = term_vectors(
            corpus, texts, settings, languages=languages, statistics=model.terms, n_jobs=n_jobs
        )
        self._hashes, self._rows = vectors.hashes, vectors.matrix
        self._texts, self._events, self._published = texts, events[texts], corpus.published[texts]
        self._sums, self._sum_hashes = sums_of(vectors, self._events, settled)
        scale_to_unit(self._sums)
        self._events_of = np.bincount(stories)

    def nearest(self, corpus: Corpus, language: str, copies: Sequence[int] = ()) -> Nearest:
        """Say where the only article of `corpus`, cleaned and in `language`, would go.

        It joins the event whose articles are nearest on the mean, days counted, where that reaches the cut of
        events; else the story whose events are, where that reaches the cut of stories.  `copies` are rows of
        originals that it stands for from now on, the most similar first: the event of that one goes on with it
        where the others in it are near enough, or where there are none.
        """
        vector = term_vectors(
            corpus, np.zeros(1, np.int64), self._settings, languages=[language], statistics=self._model.terms
        )
        own = dict(zip(vector.hashes.tolist(), vector.matrix.toarray()[0].tolist(), strict=True))
        others = ~np.isin(self._texts, np.asarray(copies, np.int64))
        by_event = self._by_event(own, int(corpus.published[0]), others)
        words, effect = self._model.terms.words, self._settings.length_effect
        least = least_similarity(cut_for_length(self._settings.event_cut, words, effect))
        choices = [int(np.argmax(by_event))] if len(by_event) else []
        if len(copies):
            choices.insert(0, int(self._events[np.searchsorted(self._texts, copies[0])]))
        for event in choices:
            if by_event[event] >= least:
                return Nearest(event, int(self._stories[event]), float(by_event[event]))
        by_story = np.bincount(
            self._stories, self._sums @ _spread(own, self._sum_hashes), len(self._events_of)
        ) / np.maximum(self._events_of, 1)
        story = int(np.argmax(by_story)) if len(by_story) else -1
        if story < 0:
            return Nearest(-1, -1, 0.0)
        least = least_similarity(cut_for_length(self._settings.story_cut, words, effect / 2))
        return Nearest(-1, story if by_story[story] >= least else -1, float(by_story[story]))

    def _by_event(
        self, own: dict[int, float], published: int, others: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Give the mean cosine with the others of each event, -1 where the days are too far apart.

        An event that holds none of the others, but did hold articles, is what the article stands for: 1.
        """
        cosines = self._rows @ _spread(own, self._hashes)
        shares, mine = self._day_shares(self._published), self._day_shares(np.array([published]))[0]
        apart = np.abs(self._published // _SECONDS_A_DAY - published // _SECONDS_A_DAY)
        agreement = np.where(shares * mine > 0, np.maximum(0, SPAN_DAYS - apart) / SPAN_DAYS, 0)
        cosines = np.sqrt((1 - shares) * (1 - mine)) * cosines + np.sqrt(shares * mine) * agreement
        count, events = len(self._stories), self._events[others]
        members = np.bincount(events, minlength=count)
        means = np.bincount(events, cosines[others], count) / np.maximum(members, 1)
        if published != NO_DATE:
            first, last = _spans(self._published[others], events, count)
            span = np.maximum(last, published) - np.minimum(first, published)
            means[span > self._settings.event_days * _SECONDS_A_DAY] = -1
        means[(members == 0) & (np.bincount(self._events, minlength=count) > 0)] = 1
        return means

    def _day_shares(self, published: NDArray[np.int64]) -> NDArray[np.float64]:
        shares = self._model.days.share(published // _SECONDS_A_DAY, self._settings.day_weight)
        return np.where(published == NO_DATE, 0.0, shares)


def _spans(
    published: NDArray[np.int64], events: NDArray[np.int64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the first and last date of each event; infinities where it has none."""
    first, last = np.full(count, np.inf), np.full(count, -np.inf)
    dated = published != NO_DATE
    np.minimum.at(first, events[dated], published[dated])
    np.maximum.at(last, events[dated], published[dated])
    return first, last


def _spread(own: dict[int, float], hashes: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Lay the terms of one article out over the columns of others."""
    row = np.zeros(len(hashes))
    if not len(hashes):
        return row
    terms = np.array(list(own), np.uint64)
    places = np.minimum(np.searchsorted(hashes, terms), len(hashes) - 1)
    shared = hashes[places] == terms
    row[places[shared]] = np.array(list(own.values()))[shared]
    return row
