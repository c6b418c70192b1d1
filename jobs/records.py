"""The lines of the result files and of the feed; their JSON Schemas lie in `jobs/schemas`."""

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


class ArticleRow(Assignment, frozen=True, kw_only=True):
    """An article in the feed: where it belongs, and what it is.

    Attributes
    ----------
    title, url, source, language : str
        Empty where unknown; `source` is the outlet's domain.
    published_at : str or None
        Instant in UTC.
    text : str
        The cleaned text, where the feed was asked for it.
    """

    title: str
    url: str
    source: str
    published_at: str | None
    language: str
    text: str | msgspec.UnsetType = msgspec.UNSET


class DuplicateGroup(Record, frozen=True, kw_only=True):
    """Articles that are copies of one text, the original first and the others in order of time."""

    duplicate_group_id: str
    original_id: str
    article_ids: list[str]
    article_count: int
    source_count: int


Kind = Literal["article", "duplicate_group", "story"]
Operation = Literal["upsert", "delete"]


class ArticleChange(Record, frozen=True, kw_only=True):
    """What became of an article in one generation; the row is whole after an upsert, null after a delete."""

    generation: int
    kind: Literal["article"] = "article"
    op: Operation
    article_id: str
    row: ArticleRow | None


class DuplicateGroupChange(Record, frozen=True, kw_only=True):
    """What became of a duplicate group in one generation."""

    generation: int
    kind: Literal["duplicate_group"] = "duplicate_group"
    op: Operation
    duplicate_group_id: str
    row: DuplicateGroup | None


class StoryChange(Record, frozen=True, kw_only=True):
    """What became of a story in one generation."""

    generation: int
    kind: Literal["story"] = "story"
    op: Operation
    story_id: str
    row: Story | None


class Commit(Record, frozen=True, kw_only=True):
    """The end of a generation: what stands between two commits belongs together.

    Attributes
    ----------
    counts : dict
        Number of changes by kind and operation: ``counts["article"]["upsert"]``.
    history : str
        Names the way of the state up to this generation; another state, or one that was put back from a backup
        and went another way, gives another name.
    options : str
        Flags of `newsdedup feed` that shape the lines, as they were given: ``--with-text``.
    """

    kind: Literal["commit"] = "commit"
    generation: int
    counts: dict[str, dict[str, int]]
    history: str
    options: str = ""


#: What a line of the feed may be; `kind` tells which.
FEED_LINES: tuple[type[Record], ...] = (ArticleChange, DuplicateGroupChange, StoryChange, Commit)

#: File name of each record type.
FILES: dict[str, type[Record]] = {
    "assignments.jsonl": Assignment,
    "duplicates.jsonl": DuplicatePair,
    "stories.jsonl": Story,
    "rejected.jsonl": Rejected,
}


def json_schema(*kinds: type[Record]) -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a line that is one of `kinds`."""
    schemas, components = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "$defs": components}
