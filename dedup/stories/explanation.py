"""Why two articles share an event or story, or do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from dedup.corpus import Corpus
    from dedup.stories.grouping import Stories


class SharedTerm(NamedTuple):
    """A term of both articles.

    Attributes
    ----------
    term : str
        As the first article writes it; compared are its first characters only.
    weight : float
        What it adds to the cosine.
    """

    term: str
    weight: float


class Explanation(NamedTuple):
    """Two articles compared.

    Attributes
    ----------
    cosine : float
        Of the two term vectors, days left aside.
    shared : list of SharedTerm
        The heaviest first.
    same_event, same_story : bool
    event_similarity, story_similarity : float or None
        Mean similarity of the two clusters at the merge that brought the articles into one event, or their
        events into one story; 1 where there was nothing to merge; None where they stayed apart.
    event_least, story_least : float
        The least similarity at which clusters merge in this run.
    """

    cosine: float
    shared: list[SharedTerm]
    same_event: bool
    same_story: bool
    event_similarity: float | None
    story_similarity: float | None
    event_least: float
    story_least: float


def explain_pair(corpus: Corpus, stories: Stories, a: int, b: int, *, terms: int = 10) -> Explanation:
    """Compare articles `a` and `b`.

    Parameters
    ----------
    corpus : Corpus
        The cleaned articles that `stories` was made from.
    stories : Stories
    a, b : int
        Rows of `corpus`.
    terms : int, default 10
        How many shared terms to give.

    Raises
    ------
    IndexError
        Where there is no such row.
    """
    vectors = stories.vectors
    first, second = (int(stories.vector_of[row]) for row in (a, b))
    columns, weights = _shared(stories, first, second)
    heaviest = np.lexsort((columns, -weights))[:terms]
    shared = [SharedTerm(vectors.spell(corpus, first, int(columns[k])), float(weights[k])) for k in heaviest]
    events = int(stories.event[a]), int(stories.event[b])
    return Explanation(
        cosine=float(weights.sum()),
        shared=shared,
        same_event=events[0] == events[1],
        same_story=bool(stories.story[a] == stories.story[b]),
        event_similarity=_similarity(stories.events_merged.distance(first, second)),
        story_similarity=_similarity(stories.stories_merged.distance(*events)),
        event_least=1 - stories.events_merged.cut,
        story_least=1 - stories.stories_merged.cut,
    )


def _shared(stories: Stories, first: int, second: int) -> tuple[np.ndarray, np.ndarray]:
    """Columns that both vectors hold and the product of their weights."""
    matrix = stories.vectors.matrix
    one, other = (slice(matrix.indptr[row], matrix.indptr[row + 1]) for row in (first, second))
    columns, left, right = np.intersect1d(
        matrix.indices[one], matrix.indices[other], assume_unique=True, return_indices=True
    )
    return columns, matrix.data[one][left].astype(np.float64) * matrix.data[other][right]


def _similarity(distance: float | None) -> float | None:
    return None if distance is None else 1 - distance
