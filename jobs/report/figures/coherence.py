"""How well the articles of a story hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from dedup.stories.closeness import closeness
from jobs.report.limits import FARTHEST, LOOSE_TEXTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.stories import Stories

#: Cohesion below this is taken for it where its logarithm is asked for.
_LEAST = 1e-3


class Coherence:
    """Cohesion of every story.

    Attributes
    ----------
    texts : ndarray of int64, shape (stories,)
        Distinct texts.
    cohesion : ndarray of float64, shape (stories,)
        Mean cosine of all pairs of its texts; NaN for a story of one text.
    usual : ndarray of float64, shape (stories,)
        Cohesion that stories with as many texts have: a power of their number, fitted to those of
        `LOOSE_TEXTS` and more; NaN for fewer.
    weakest_merge : ndarray of float64, shape (stories,)
        The least mean similarity at which two parts became one; NaN for a story of one event.

    Notes
    -----
    With S the sum of n unit rows, the mean cosine of their pairs is (⟨S, S⟩ − n) / (n (n − 1)).
    """

    def __init__(self, stories: Stories) -> None:
        self._stories = stories
        vectors = stories.vectors
        self._story_of_text = np.empty(len(vectors.rows), np.int64)
        self._story_of_text[stories.vector_of] = stories.story
        self.texts = np.bincount(self._story_of_text)
        added = sums(vectors.matrix, self._story_of_text)
        of_row = np.repeat(np.arange(added.shape[0]), np.diff(added.indptr))
        squares = np.bincount(of_row, added.data**2, added.shape[0])
        own = np.bincount(self._story_of_text, np.diff(vectors.matrix.indptr) > 0)
        pairs = self.texts * (self.texts - 1)
        self.cohesion = np.where(pairs > 0, (squares - own) / np.maximum(pairs, 1), np.nan)
        self.usual = usual_cohesion(self.cohesion, self.texts)
        self.weakest_merge = _weakest_merges(stories, len(self.texts))

    def farthest(self, story: int) -> list[int]:
        """Give the rows of the articles that stand farthest from the middle of `story`, the farthest first."""
        texts = np.flatnonzero(self._story_of_text == story)
        vectors = self._stories.vectors
        near = closeness(vectors.matrix[texts], np.arange(len(texts)), np.zeros(len(texts), np.int64))
        order = texts[np.argsort(near, kind="stable")]
        return [int(row) for row in vectors.rows[order[:FARTHEST]]]


def sums(matrix: sparse.csr_array, groups: NDArray[np.int64]) -> sparse.csr_array:
    """Add the rows of each group, in the order of the rows."""
    size = int(groups.max(initial=-1)) + 1
    places = (groups, np.arange(len(groups)))
    members = sparse.csr_array((np.ones(len(groups)), places), shape=(size, len(groups)))
    added = sparse.csr_array(members @ matrix.astype(np.float64))
    added.sort_indices()
    return added


def usual_cohesion(cohesion: NDArray[np.float64], texts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Fit cohesion as a power of the number of texts, by least squares on logarithms.

    Parameters
    ----------
    cohesion, texts : ndarray, shape (stories,)

    Returns
    -------
    ndarray of float64, shape (stories,)
        NaN for stories of fewer than `LOOSE_TEXTS` texts, which take no part.
    """
    usual = np.full(len(cohesion), np.nan)
    judged = np.flatnonzero(texts >= LOOSE_TEXTS)
    sizes = np.log(texts[judged])
    held = np.log(np.maximum(cohesion[judged], _LEAST))
    if len(judged):
        spread = float(((sizes - sizes.mean()) ** 2).sum())
        slope = float(((sizes - sizes.mean()) * held).sum()) / spread if spread else 0.0
        usual[judged] = np.exp(held.mean() + slope * (sizes - sizes.mean()))
    return usual


def _weakest_merges(stories: Stories, number: int) -> NDArray[np.float64]:
    """Read the last merge of each story off the merges, which ascend by distance."""
    merged = stories.stories_merged
    story = np.concatenate((stories.event_story, np.empty(len(merged.children), np.int64)))
    weakest = np.full(number, np.nan)
    for place, (one, _) in enumerate(merged.children.tolist()):
        here = story[merged.rows + place] = story[one]
        weakest[here] = 1 - merged.distances[place]
    return weakest
