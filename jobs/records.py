"""The lines of the result files; each type is one file, its JSON Schema lies in `jobs/schemas`."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

SCHEMA_VERSION = "1.0"

Relation = Literal["original", "exact", "reprint", "abridged", "expanded"]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every line: the version of its format comes first."""

    schema_version: str = SCHEMA_VERSION


class Assignment(Record, frozen=True, kw_only=True):
    """Where one article belongs.

    Attributes
    ----------
    duplicate_group : str or None
        None without copies.
    relation : str or None
        What the article is to the original of its group; None without copies.
    original_id : str or None
        The group's earliest article; None without copies.
    similarity : float or None
        Jaccard similarity to the original, 0 to 1; None without copies.
    event_id, story_id : str
        Never None: a story may hold one article.
    """

    article_id: str
    duplicate_group: str | None
    relation: Relation | None
    original_id: str | None
    similarity: float | None
    event_id: str
    story_id: str


class DuplicatePair(Record, frozen=True, kw_only=True):
    """One verified pair of copies inside a group; `relation` is what `article_id` is to `other_id`."""

    article_id: str
    other_id: str
    relation: Relation
    jaccard: float
    containment: float
    containment_other: float
    same_source: bool | None
    reason: str


class StoryEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event inside its story."""

    event_id: str
    label: str
    representative_id: str
    article_ids: list[str]


class TimelineDay(msgspec.Struct, frozen=True, kw_only=True):
    """What appeared on one day (UTC) of a story."""

    day: str
    articles: int
    distinct: int
    sources: int


class Story(Record, frozen=True, kw_only=True):
    """One story with its events in order of time.

    Attributes
    ----------
    label_en : str or None
        The label in English where every part of it can be mapped.
    headline : str
        Title of the representative article.
    first_mover_id : str
        The earliest article.
    first_published, last_published : str or None
        Instants in UTC; None where no article has a date.
    article_count, distinct_count, source_count : int
        Articles, texts without their copies, outlets.
    """

    story_id: str
    label: str
    label_en: str | None
    keywords: list[str]
    representative_id: str
    headline: str
    first_mover_id: str
    first_published: str | None
    last_published: str | None
    article_count: int
    distinct_count: int
    source_count: int
    timeline: list[TimelineDay]
    events: list[StoryEvent]


class Rejected(Record, frozen=True, kw_only=True):
    """One record that did not go through, and why."""

    file: str
    line: int | None
    article_id: str | None
    reason: str


#: File name of each record type.
FILES: dict[str, type[Record]] = {
    "assignments.jsonl": Assignment,
    "duplicates.jsonl": DuplicatePair,
    "stories.jsonl": Story,
    "rejected.jsonl": Rejected,
}


def json_schema(kind: type[Record]) -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of one line of `kind`."""
    schema = msgspec.json.schema(kind)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
