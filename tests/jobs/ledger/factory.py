"""Small ledgers made by hand: whole generations of articles, stories and groups that agree with each other."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dedup.corpus import TextColumn
from jobs.ledger.rows import ArticleRow, EventRow
from jobs.records import DuplicateGroup, Story, StoryEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jobs.ledger.commit import Commit
    from jobs.ledger.ledger import Ledger

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def text_of(article_id: str, version: int = 0) -> str:
    """Give the body that `add` stores."""
    return f"Text of {article_id}, version {version}. " * (1 + len(article_id))


def add(
    commit: Commit,
    stories: Mapping[str, Sequence[str]],
    copies: Sequence[Sequence[str]] = (),
    version: int = 0,
) -> None:
    """Put `stories` (ids of articles by name of story, one event each) into the generation in the making.

    Parameters
    ----------
    copies : sequence of sequence of str
        Groups of copies within those articles, the original first.
    """
    ids = sorted(id_ for members in stories.values() for id_ in members)
    texts = TextColumn.from_strings(text_of(id_, version) for id_ in ids)
    titles = TextColumn.from_strings(f"Title of {id_}" for id_ in ids)
    places = commit.write_articles(titles, texts)
    group_of = {id_: group for group in copies for id_ in group}
    story_of = {id_: name for name, members in stories.items() for id_ in members}
    commit.put_articles(
        _article(id_, place, story_of[id_], group_of.get(id_), version)
        for id_, place in zip(ids, places, strict=True)
    )
    commit.put_events(
        EventRow(event_id=f"event-{name}", story_id=f"story-{name}", label=name, representative_id=members[0])
        for name, members in stories.items()
    )
    commit.put_stories(story(name, members) for name, members in stories.items())
    commit.put_duplicate_groups(
        DuplicateGroup(
            duplicate_group_id=f"dup-{group[0]}",
            original_id=group[0],
            article_ids=list(group),
            article_count=len(group),
            source_count=1,
        )
        for group in copies
    )


def _article(
    id_: str, place: tuple[int, int], name: str, group: Sequence[str] | None, version: int
) -> ArticleRow:
    return ArticleRow(
        article_id=id_,
        digest=hashlib.blake2b(text_of(id_, version).encode(), digest_size=16).digest(),
        segment=place[0],
        row=place[1],
        title=f"Title of {id_}",
        source="example.org",
        published_at=1_600_000_000,
        placed_at=1_600_000_000,
        language="en",
        version=version,
        duplicate_group=f"dup-{group[0]}" if group else None,
        relation=("original" if id_ == group[0] else "exact") if group else None,
        original_id=group[0] if group else None,
        similarity=1.0 if group else None,
        event_id=f"event-{name}",
        story_id=f"story-{name}",
    )


def story(name: str, members: Sequence[str]) -> Story:
    """Give the row of a story with one event."""
    event = StoryEvent(
        event_id=f"event-{name}", label=name, representative_id=members[0], article_ids=list(members)
    )
    return Story(
        story_id=f"story-{name}",
        label=name,
        label_en=None,
        keywords=[name],
        representative_id=members[0],
        headline=f"Title of {members[0]}",
        first_mover_id=members[0],
        first_published=None,
        last_published=None,
        article_count=len(members),
        distinct_count=len(members),
        source_count=1,
        timeline=[],
        events=[event],
    )


def call_when_held_up(ledger: Ledger, tell: Callable[[], object]) -> None:
    """Call `tell` when a commit is tried once more, because a reader was in its way the first time."""
    tried = 0

    def trace(statement: str) -> None:
        nonlocal tried
        tried = tried + 1 if statement == "COMMIT" else 0
        if tried == 2:
            tell()

    ledger.connection.set_trace_callback(trace)


def two_generations(ledger: Ledger) -> None:
    """Fill an empty ledger: a story with copies, then another one and a longer first."""
    with ledger.commit(started=NOW) as commit:
        add(commit, {"harbour": ["a", "b", "c"], "football": ["d"]}, copies=[["a", "b"]])
    with ledger.commit(started=NOW) as commit:
        add(commit, {"election": ["e", "f"]})
