"""How count and largest size of events and stories move with their cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.stories import Merging
from dedup.stories.estimator import SparseAgglomerativeClustering
from jobs.report.figures.coherence import sums
from jobs.tune import CutPoint, cut_points

if TYPE_CHECKING:
    from dedup.settings import StorySettings
    from dedup.stories import Stories

#: How much looser than set the cut of stories is tried.  The tighter cuts cost nothing, as they are read off
#: the merges that were made; this one is a linkage over the events.
LOOSER = 0.04


def event_cuts(stories: Stories, settings: StorySettings) -> list[CutPoint]:
    """Count events at the cut that is set and at tighter ones."""
    cut = settings.event_cut
    return cut_points(stories.events_merged, np.bincount(stories.vector_of), cut, cut, len(stories.vector_of))


def story_cuts(stories: Stories, settings: StorySettings, *, n_jobs: int = 1) -> list[CutPoint]:
    """Count stories at the cut that is set, at tighter ones, and at some that are looser by up to `LOOSER`."""
    cut, loosest = settings.story_cut, min(settings.story_cut + LOOSER, 0.95)
    if loosest <= cut:
        loosest, merging = cut, stories.stories_merged
    else:
        merging = _merged_to(stories, cut, loosest, n_jobs)
    return cut_points(merging, np.bincount(stories.event), cut, loosest, len(stories.vector_of))


def _merged_to(stories: Stories, cut: float, loosest: float, n_jobs: int) -> Merging:
    made = stories.stories_merged
    # The similarity that a setting asks for goes with the length of the texts.
    distance = 1 - (1 - made.cut) * (1 - loosest) / (1 - cut)
    if made.rows < 2 or not stories.vectors.matrix.nnz:
        return Merging(distance, made.rows, made.children, made.distances)
    rows = sums(stories.vectors.matrix, stories.event[stories.vectors.rows])
    tree = SparseAgglomerativeClustering(distance_threshold=distance, n_jobs=n_jobs).fit(rows)
    return Merging(distance, made.rows, tree.children_, tree.distances_)
