"""What the corpus is about."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from dedup.stories.identity import group_id
from jobs.report.figures.notes import note, outlets_of, period, size_classes
from jobs.report.figures.strips import strip
from jobs.report.limits import EVENTS, LOOSE_STORIES, LOOSE_TEXTS, STORIES
from jobs.report.records import CutFigures, EventNote, StoryFigures, StoryNote
from jobs.tables import members

if TYPE_CHECKING:
    from dedup.stories import Merging
    from jobs.report.material import Material
    from jobs.tune import CutPoint


class StoryNotes:
    """Shows stories.

    Parameters
    ----------
    material : Material
    """

    def __init__(self, material: Material) -> None:
        analysis = material.analysis
        self._analysis = analysis
        self._corpus = material.shown
        self._lines = material.found.stories
        self._coherence = material.coherence
        self._rows = members(analysis.corpus, analysis.stories.story)
        self._event_rows = members(analysis.corpus, analysis.stories.event)
        self._events = defaultdict(list)
        for event, story in enumerate(analysis.stories.event_story.tolist()):
            self._events[story].append(event)

    def show(self, number: int, *, farthest: bool = False) -> StoryNote:
        """Show story `number`, with the articles farthest from its middle where asked."""
        analysis, line, rows = self._analysis, self._lines[number], self._rows[number]
        corpus, label = self._corpus, analysis.story_labels[number]
        first, last = period(corpus, rows)
        outlets, outlets_in_all = outlets_of(corpus, rows)
        events = self._events[number]
        largest = sorted(events, key=lambda event: (-len(self._event_rows[event]), event))[:EVENTS]
        far = self._coherence.farthest(number) if farthest else []
        return StoryNote(
            story_id=line.story_id,
            label=label.label,
            label_en=label.label_en,
            keywords=list(label.keywords),
            articles=len(rows),
            distinct_texts=line.distinct_count,
            outlets=outlets,
            outlets_in_all=outlets_in_all,
            first_published=first,
            last_published=last,
            strip=strip(corpus, rows, analysis.duplicates.original),
            cohesion=_rounded(self._coherence.cohesion[number]),
            usual_cohesion=_rounded(self._coherence.usual[number]),
            weakest_merge=_rounded(self._coherence.weakest_merge[number]),
            events=[self._event(event) for event in sorted(largest)],
            events_in_all=len(events),
            representative=note(corpus, label.representative),
            first_mover=note(corpus, int(rows[0])),
            farthest=[note(corpus, row) for row in far],
        )

    def _event(self, event: int) -> EventNote:
        corpus, rows = self._corpus, self._event_rows[event]
        label = self._analysis.event_labels[event]
        return EventNote(
            event_id=group_id(corpus.ids[rows[0]], "event"),
            label=label.label,
            articles=len(rows),
            first_published=period(corpus, rows)[0],
            representative=note(corpus, label.representative),
        )


def story_figures(material: Material, event_cuts: list[CutPoint], story_cuts: list[CutPoint]) -> StoryFigures:
    """Count events and stories, and show the largest and the least coherent.

    Parameters
    ----------
    material : Material
    event_cuts, story_cuts : list of CutPoint
        From `jobs.report.figures.cuts`.
    """
    analysis, settings = material.analysis, material.found.settings.stories
    found, coherence = analysis.stories, material.coherence
    notes = StoryNotes(material)
    sizes = np.bincount(found.story, minlength=0)
    texts = coherence.texts
    largest = np.lexsort((np.arange(len(sizes)), -sizes, -texts))[:STORIES]
    judged = np.flatnonzero(texts >= LOOSE_TEXTS)
    share = coherence.cohesion[judged] / coherence.usual[judged]
    loosest = judged[np.argsort(share, kind="stable")][:LOOSE_STORIES]
    several = coherence.cohesion[texts > 1]
    return StoryFigures(
        events=len(found.event_story),
        stories=len(sizes),
        stories_of_several=int((sizes > 1).sum()),
        largest_story=int(sizes.max(initial=0)),
        articles_in_several=int(sizes[sizes > 1].sum()),
        sizes=size_classes(sizes),
        largest=[notes.show(number) for number in largest.tolist() if sizes[number] > 1],
        event_cuts=_cuts(event_cuts, settings.event_cut),
        story_cuts=_cuts(story_cuts, settings.story_cut),
        event_similarity=_least(found.events_merged),
        story_similarity=_least(found.stories_merged),
        median_cohesion=_rounded(np.median(several)) if len(several) else None,
        least_coherent=[notes.show(number, farthest=True) for number in loosest.tolist()],
        least_coherent_texts=LOOSE_TEXTS,
    )


def _least(merging: Merging) -> float:
    return round(1 - merging.cut, 4)


def _cuts(points: list[CutPoint], chosen: float) -> list[CutFigures]:
    return [
        CutFigures(
            cut=point.cut,
            groups=point.groups,
            of_several=point.of_several,
            largest=point.largest,
            chosen=abs(point.cut - chosen) < 1e-9,
            warning=point.warning,
        )
        for point in points
    ]


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
