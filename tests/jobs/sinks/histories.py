"""Histories of a state made by hand: a world a generation, and what a consumer must hold at the end."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from dedup.corpus import TextColumn
from jobs.ledger import rows
from jobs.ledger.ledger import Ledger
from jobs.ledger.rows import published
from jobs.records import DuplicateGroup, Story, StoryEvent, TimelineDay

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

#: Ids and titles that break out of strings, lines and query languages.
HOSTILE = [
    "a'; DROP TABLE articles; --",
    'b"\n{"kind":"commit"}\r\n',
    "c\\u0000\\N,{}\t$1 %s :x",
    "塔利班",
    "e\u2028\u0085<script>",
    "f" * 400,
]


class Place(NamedTuple):
    """Where an article is in one world."""

    story: str
    original: str | None = None
    version: int = 0


World = dict[str, Place]


class Step(NamedTuple):
    """One world after the other, and what lies between."""

    before: World
    after: World


def title_of(article_id: str, place: Place) -> str:
    """Give a headline."""
    return f"Title {place.version} of {article_id}"


def text_of(article_id: str, place: Place) -> str:
    """Give a body."""
    return f"Body {place.version} of {article_id}: the ferry turned back.\nSecond line."


TextOf = Callable[[str, Place], str]


def make_state(folder: Path, worlds: list[World], text: TextOf = text_of) -> Path:
    """Make a state with a generation for every world; `text` gives the bodies."""
    with Ledger.open(folder, create=True) as ledger:
        before: World = {}
        for world in worlds:
            add_generation(ledger, Step(before, world), text)
            before = world
    return folder


def add_generation(ledger: Ledger, step: Step, text: TextOf = text_of) -> None:
    """Commit what leads from one world to the next."""
    before, after = step
    ids = sorted(after)
    with ledger.commit(started=NOW) as commit:
        titles = TextColumn.from_strings(title_of(id_, after[id_]) for id_ in ids)
        texts = TextColumn.from_strings(text(id_, after[id_]) for id_ in ids)
        places = commit.write_articles(titles, texts)
        commit.put_articles(_article(id_, after[id_], *place) for id_, place in zip(ids, places, strict=True))
        commit.put_articles(_withdrawn(id_) for id_ in before.keys() - after.keys())
        old_stories, old_groups = _stories(before), _groups(before)
        stories, groups = _stories(after), _groups(after)
        commit.put_stories(story for story in stories.values() if story is not None)
        commit.drop_stories(old_stories.keys() - stories.keys())
        commit.put_duplicate_groups(groups.values())
        commit.drop_duplicate_groups(old_groups.keys() - groups.keys())


def export(state: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Give all rows that the state holds now, by kind and id: what replaying everything has to lead to."""
    with Ledger.open(state) as ledger:
        live = {id_: row for id_, row in ledger.article_rows().items() if row.status == "live"}
        return {
            "article": {id_: msgspec.to_builtins(published(row)) for id_, row in live.items()},
            "duplicate_group": msgspec.to_builtins(ledger.duplicate_groups()),
            "story": msgspec.to_builtins(ledger.stories()),
        }


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _article(id_: str, place: Place, segment: int, row: int) -> rows.ArticleRow:
    copy = place.original is not None
    return rows.ArticleRow(
        article_id=id_,
        digest=_digest(text_of(id_, place)),
        segment=segment,
        row=row,
        title=title_of(id_, place),
        url=f"https://news.example/{len(id_)}",
        source="news.example",
        published_at=1_600_000_000 + len(id_) if place.version else None,
        placed_at=1_600_000_000,
        language="en",
        version=place.version,
        duplicate_group=f"dup-{_digest(place.original or '').hex()}" if copy else None,
        relation=("original" if id_ == place.original else "reprint") if copy else None,
        original_id=place.original,
        similarity=0.75 if copy else None,
        event_id=f"event-{place.story}",
        story_id=f"story-{place.story}",
    )


def _withdrawn(id_: str) -> rows.ArticleRow:
    return rows.ArticleRow(
        article_id=id_, status="withdrawn", digest=b"", segment=None, row=None, placed_at=1_600_000_000
    )


def _groups(world: World) -> dict[str, DuplicateGroup]:
    members = defaultdict(list)
    for id_, place in sorted(world.items()):
        if place.original is not None:
            members[place.original].append(id_)
    groups = [
        DuplicateGroup(
            duplicate_group_id=f"dup-{_digest(original).hex()}",
            original_id=original,
            article_ids=ids,
            article_count=len(ids),
            source_count=1,
        )
        for original, ids in members.items()
    ]
    return {group.duplicate_group_id: group for group in groups}


def _stories(world: World) -> dict[str, Story]:
    members = defaultdict(list)
    for id_, place in sorted(world.items()):
        members[f"story-{place.story}"].append(id_)
    return {story_id: _story(story_id, ids, world) for story_id, ids in members.items()}


def _story(story_id: str, ids: list[str], world: World) -> Story:
    first = ids[0]
    return Story(
        story_id=story_id,
        label=f"Ferry–Halden {len(ids)}",
        label_en=None,
        keywords=["ferry", "'quoted'", '"double"', "{braces}", "back\\slash"],
        representative_id=first,
        headline=title_of(first, world[first]),
        first_mover_id=first,
        first_published=None,
        last_published="2021-08-16T00:00:00Z",
        article_count=len(ids),
        distinct_count=len(ids),
        source_count=1,
        timeline=[TimelineDay(day="2021-08-16", articles=len(ids), distinct=1, sources=1)],
        events=[
            StoryEvent(
                event_id=story_id.replace("story", "event"),
                label=first,
                representative_id=first,
                article_ids=ids,
            )
        ],
    )
