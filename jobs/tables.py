"""From arrays to the lines of the result files."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import numpy as np

from dedup.corpus import NO_DATE
from dedup.duplicates import RELATIONS
from dedup.stories.identity import chronological, group_id, group_ids
from dedup.stories.timeline import timeline
from jobs.records import Assignment, DuplicatePair, Rejected, Relation, Story, StoryEvent, TimelineDay

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from dedup.analysis import Analysis
    from dedup.corpus import Corpus
    from dedup.stories.timeline import Day
    from jobs.readers import Rejections

DECIMALS = 4
SAME_SOURCE = {1: True, 0: False, -1: None}


@dataclass(frozen=True, slots=True)
class Names:
    """What groups are called.

    Attributes
    ----------
    events, stories : list of str
        By number.
    groups : dict of int to str
        Duplicate groups by the row of their original.
    """

    events: list[str]
    stories: list[str]
    groups: dict[int, str]


def first_names(analysis: Analysis) -> Names:
    """Name every group after its earliest article, as where nothing was published before."""
    corpus, found, duplicates = analysis.corpus, analysis.stories, analysis.duplicates
    originals = np.unique(duplicates.original[duplicates.in_group]).tolist()
    return Names(
        events=group_ids(corpus, found.event, "event"),
        stories=group_ids(corpus, found.story, "story"),
        groups={row: group_id(corpus.ids[row], "dup") for row in originals},
    )


def instant(seconds: int) -> str | None:
    """Write seconds since 1970 as ``2021-08-16T00:00:00Z``; None for `NO_DATE`."""
    if seconds == NO_DATE:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def members(corpus: Corpus, groups: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """List the rows of every group in order of time; numbers run from 0 without gaps, -1 is no group."""
    rows = chronological(corpus, np.flatnonzero(groups >= 0))
    rows = rows[np.argsort(groups[rows], kind="stable")]
    return np.split(rows, np.flatnonzero(np.diff(groups[rows])) + 1) if len(rows) else []


def assignments(analysis: Analysis, names: Names | None = None) -> list[Assignment]:
    """Give one line per article, by id; groups are called after their earliest articles by default."""
    corpus, duplicates = analysis.corpus, analysis.duplicates
    found, names = analysis.stories, names or first_names(analysis)
    lines = []
    for row, article_id in enumerate(corpus.ids):
        grouped = bool(duplicates.in_group[row])
        original = int(duplicates.original[row])
        original_id = corpus.ids[original]
        lines.append(
            Assignment(
                article_id=article_id,
                duplicate_group=names.groups[original] if grouped else None,
                relation=cast("Relation", RELATIONS[duplicates.relation[row]]) if grouped else None,
                original_id=original_id if grouped else None,
                similarity=round(float(duplicates.similarity[row]), DECIMALS) if grouped else None,
                event_id=names.events[found.event[row]],
                story_id=names.stories[found.story[row]],
            )
        )
    return lines


def duplicate_pairs(analysis: Analysis) -> list[DuplicatePair]:
    """Give one line per accepted pair inside a group, by the ids of both."""
    corpus, duplicates = analysis.corpus, analysis.duplicates
    pairs = duplicates.pairs
    lines = []
    for place in np.flatnonzero(
        pairs.accepted & (duplicates.original[pairs.a] == duplicates.original[pairs.b])
    ):
        earlier, copy = int(pairs.a[place]), int(pairs.b[place])
        lines.append(
            DuplicatePair(
                article_id=corpus.ids[copy],
                other_id=corpus.ids[earlier],
                relation=cast("Relation", RELATIONS[pairs.relation[place]]),
                jaccard=round(float(pairs.jaccard[place]), DECIMALS),
                containment=round(float(pairs.containment_b[place]), DECIMALS),
                containment_other=round(float(pairs.containment_a[place]), DECIMALS),
                same_source=SAME_SOURCE[int(pairs.same_outlet[place])],
                reason=pairs.reason_in_words(int(place)),
            )
        )
    return sorted(lines, key=lambda line: (line.article_id, line.other_id))


def stories(analysis: Analysis, names: Names | None = None) -> list[Story]:
    """Give one line per story, in order of time, with its events in order of time."""
    found = analysis.stories
    names = names or first_names(analysis)
    lines = _StoryLines(analysis)
    event_rows = members(analysis.corpus, found.event)
    events_of = defaultdict(list)
    for event, story in enumerate(found.event_story.tolist()):
        events_of[story].append(lines.event(event, names.events[event], event_rows[event].tolist()))
    return [
        lines.story(story, names.stories[story], rows.tolist(), events_of[story])
        for story, rows in enumerate(members(analysis.corpus, found.story))
    ]


class _StoryLines:
    """What lines of stories are made from, as plain numbers: most stories hold one article."""

    def __init__(self, analysis: Analysis) -> None:
        corpus = analysis.corpus
        self._analysis, self._ids, self._titles = analysis, corpus.ids, corpus.titles
        self._published, self._sources = corpus.published.tolist(), corpus.sources.tolist()
        self._originals = analysis.duplicates.original.tolist()

    def event(self, event: int, name: str, rows: list[int]) -> StoryEvent:
        """Give the part of an event; `rows` in order of time."""
        label = self._analysis.event_labels[event]
        return StoryEvent(
            event_id=name,
            label=label.label,
            representative_id=self._ids[label.representative],
            article_ids=[self._ids[row] for row in rows],
        )

    def story(self, story: int, name: str, rows: list[int], events: list[StoryEvent]) -> Story:
        """Give the line of a story; `rows` in order of time."""
        label = self._analysis.story_labels[story]
        published = [self._published[row] for row in rows]
        sources = [self._sources[row] for row in rows]
        originals = [self._originals[row] for row in rows]
        dated = [at for at in published if at != NO_DATE]
        return Story(
            story_id=name,
            label=label.label,
            label_en=label.label_en,
            keywords=list(label.keywords),
            representative_id=self._ids[label.representative],
            headline=self._titles[label.representative],
            first_mover_id=self._ids[rows[0]],
            first_published=instant(dated[0]) if dated else None,
            last_published=instant(dated[-1]) if dated else None,
            article_count=len(rows),
            distinct_count=len(set(originals)),
            source_count=len({*sources} - {-1}),
            timeline=as_timeline(timeline(published, sources, originals)),
            events=events,
        )


def as_timeline(days: Iterable[Day]) -> list[TimelineDay]:
    """Give the days of a story as its line has them."""
    return [
        TimelineDay(
            day=day.date.isoformat(), articles=day.articles, distinct=day.distinct, sources=day.sources
        )
        for day in days
    ]


def rejected(rejections: Rejections) -> list[Rejected]:
    """Give one line per record that did not go through, by file and line."""
    lines = [
        Rejected(file=one.file, line=one.line, article_id=one.article_id, reason=one.reason)
        for one in rejections.rejected
    ]
    return sorted(lines, key=lambda line: (line.file, line.line or 0, line.reason))


def counts(analysis: Analysis, rejections: Rejections) -> dict[str, int]:
    """Give every number of a run by name."""
    found, duplicates = analysis.stories, analysis.duplicates
    sizes = Counter(found.story.tolist()).values()
    originals = duplicates.original[duplicates.in_group]
    return {
        "records": rejections.records,
        "rejected": len(rejections.rejected),
        "repeated": rejections.repeated,
        "withdrawn": rejections.withdrawn,
        "skipped_files": len(rejections.skipped_files),
        "unread_files": len(rejections.unread_files),
        "articles": len(analysis.corpus),
        "sources": len(analysis.corpus.source_names),
        "copies": int(duplicates.in_group.sum()) - len(np.unique(originals)),
        "duplicate_groups": len(np.unique(originals)),
        "events": len(found.event_story),
        "stories": len(sizes),
        "stories_of_several": sum(size > 1 for size in sizes),
        "largest_story": max(sizes, default=0),
        **{f"boilerplate_{name}": number for name, number in analysis.boilerplate.counters.items()},
        **{f"duplicates_{name}": number for name, number in duplicates.counters.items()},
    }
