"""Stories that hold settled events: what is known of those, with what this run decided beside it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from dedup.article import Article
from dedup.corpus import NO_DATE, Corpus
from dedup.stories.identity import chronological
from dedup.stories.timeline import timeline
from jobs import tables
from jobs.tables import as_timeline, instant

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from dedup.analysis import Analysis
    from jobs.ledger.ledger import Ledger
    from jobs.ledger.rows import ArticleRow
    from jobs.records import Assignment, Story, StoryEvent
    from jobs.scheduled.naming import Naming
    from jobs.scheduled.opening import Opened


@dataclass(frozen=True, slots=True)
class Continued:
    """The stories of a run that have to be written.

    Attributes
    ----------
    stories : list of Story
        Every story with an open article, and every one whose settled events are others than before.
    moved : list of ArticleRow
        Settled articles whose story has another id now, with that id.
    moves : list of (str, str)
        Old and new story of each of them.
    """

    stories: list[Story]
    moved: list[ArticleRow]
    moves: list[tuple[str, str]]


def continue_stories(
    analysis: Analysis, assignments: Sequence[Assignment], naming: Naming, opened: Opened, ledger: Ledger
) -> Continued:
    """Make the lines of all stories that may have changed.

    A story with settled events keeps its label, keywords and representative while that is in it and says what
    it said: they were found when its texts were read, and a name that stays is worth more to a reader than one
    a shade better.
    """
    stories = tables.stories(analysis, naming.names)
    if not opened.settled.events:
        return Continued(stories, [], [])
    names, settled = naming.names.stories, opened.settled
    parts: dict[str, list[str]] = defaultdict(list)
    for event, number in zip(settled.events, analysis.stories.settled_story.tolist(), strict=True):
        parts[names[number]].append(event)
    fresh = {story.story_id: story for story in stories}
    changed = _changed(parts, fresh, opened)
    events = [event for name in changed for event in parts[name]]
    before = ledger.stories({settled.stories[event] for event in events} | changed)
    told = {event.event_id: event for story in before.values() for event in story.events}
    rows = ledger.article_rows(id_ for event in events for id_ in settled.articles[event])
    facts = _Facts(analysis.corpus, assignments, rows, opened.arrived.keys())
    for name in sorted(changed):
        kept = [told[event] for event in parts[name]]
        older = _older(name, before, [settled.stories[event] for event in parts[name]])
        fresh[name] = facts.story(name, kept, fresh.get(name), older)
    moved = [
        msgspec.structs.replace(rows[id_], story_id=name)
        for name in sorted(changed)
        for event in parts[name]
        if settled.stories[event] != name
        for id_ in settled.articles[event]
    ]
    moves = [(rows[row.article_id].story_id or "", row.story_id or "") for row in moved]
    return Continued(list(fresh.values()), moved, moves)


def _changed(parts: dict[str, list[str]], fresh: dict[str, Story], opened: Opened) -> set[str]:
    """Name the stories with settled events that are not what they were."""
    settled = opened.settled
    whole: dict[str, set[str]] = defaultdict(set)
    for event, story in settled.stories.items():
        whole[story].add(event)
    had_open = {row.story_id for row in opened.stored.values()}
    return {
        name
        for name, events in parts.items()
        if name in fresh or name in had_open or set(events) != whole.get(name)
    }


def _older(name: str, before: dict[str, Story], stories: Iterable[str]) -> Story:
    """Give the story that lends its label: the one of the same id, else the largest that went into it."""
    if name in before:
        return before[name]
    return max((before[id_] for id_ in stories), key=lambda story: (story.article_count, story.story_id))


class _Facts:
    """What lines of stories are made from, for settled and open articles alike."""

    def __init__(
        self,
        corpus: Corpus,
        assignments: Sequence[Assignment],
        settled: dict[str, ArticleRow],
        arrived: Container[str],
    ) -> None:
        self._corpus = corpus
        self._row = {line.article_id: row for row, line in enumerate(assignments)}
        self._assignments = assignments
        self._settled = settled
        self._arrived = arrived

    def story(self, name: str, kept: Sequence[StoryEvent], fresh: Story | None, older: Story) -> Story:
        """Put the settled events `kept` and those of `fresh` together."""
        events = [*kept, *(fresh.events if fresh else [])]
        ids = sorted(id_ for event in events for id_ in event.article_ids)
        small = Corpus.from_articles(self._plain(id_) for id_ in ids)
        place = {id_: row for row, id_ in enumerate(small.ids)}
        originals = np.array([place[self._original(id_)] for id_ in small.ids], np.int64)
        order = chronological(small, np.arange(len(small)))
        dated = [int(at) for at in small.published[order] if at != NO_DATE]
        named = self._named(older, fresh, kept, place)
        rank = {small.ids[row]: number for number, row in enumerate(order.tolist())}
        return msgspec.structs.replace(
            named,
            story_id=name,
            headline=self._title(named.representative_id),
            first_mover_id=small.ids[order[0]],
            first_published=instant(dated[0]) if dated else None,
            last_published=instant(dated[-1]) if dated else None,
            article_count=len(small),
            distinct_count=len(np.unique(originals)),
            source_count=len(small.source_names),
            timeline=as_timeline(
                timeline(
                    small.published[order].tolist(), small.sources[order].tolist(), originals[order].tolist()
                )
            ),
            events=sorted(events, key=lambda event: rank[event.article_ids[0]]),
        )

    def _named(
        self, older: Story, fresh: Story | None, kept: Sequence[StoryEvent], members: Container[str]
    ) -> Story:
        """Give the line whose label, keywords and representative the story goes on with."""
        if older.representative_id in members and (
            fresh is None or older.representative_id not in self._arrived
        ):
            return older
        if fresh is not None:
            return fresh
        # Its representative has gone, and only settled events are left: the first of them speaks for all.
        return msgspec.structs.replace(
            older, label=kept[0].label, label_en=None, representative_id=kept[0].representative_id
        )

    def _title(self, id_: str) -> str:
        row = self._row.get(id_)
        return self._settled[id_].title if row is None else self._corpus.titles[row]

    def _original(self, id_: str) -> str:
        row = self._row.get(id_)
        found = self._settled[id_].original_id if row is None else self._assignments[row].original_id
        return found or id_

    def _plain(self, id_: str) -> Article:
        """Give an article as far as stories count it."""
        row = self._row.get(id_)
        if row is None:
            source, at = self._settled[id_].source, self._settled[id_].published_at
        else:
            source, published = self._corpus.source(row), int(self._corpus.published[row])
            at = None if published == NO_DATE else published
        return Article(
            id=id_,
            text="",
            source=source,
            published_at=None if at is None else datetime.fromtimestamp(at, UTC),
        )
