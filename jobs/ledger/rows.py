"""The rows of a ledger as Python values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from jobs import records
from jobs.records import Kind, Operation, Relation

#: Order of kinds within the changes of a generation.
KINDS: tuple[Kind, ...] = ("story", "duplicate_group", "article")


class ArticleRow(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One article as the ledger keeps it; the order of the fields is that of the table's columns.

    Attributes
    ----------
    status : {"live", "withdrawn"}
        A withdrawn one has no text, group, event or story.
    digest : bytes
        Of the content.
    segment, row : int or None
        Where title and text lie.
    published_at : int or None
        Seconds since 1970 in UTC.
    placed_at : int
        `published_at`, else what stands for it.
    metadata : str
        JSON.
    date_evidence : str
        JSON of `jobs.readers.publication.DateEvidence`; empty without a date.
    """

    article_id: str
    status: Literal["live", "withdrawn"] = "live"
    digest: bytes
    segment: int | None
    row: int | None
    title: str = ""
    url: str = ""
    source: str = ""
    published_at: int | None = None
    placed_at: int
    published_precision: Literal["day", "second"] = "second"
    language: str = ""
    version: int = 0
    metadata: str = "{}"
    date_evidence: str = ""
    duplicate_group: str | None = None
    relation: Relation | None = None
    original_id: str | None = None
    similarity: float | None = None
    event_id: str | None = None
    story_id: str | None = None

    def is_moved(self, before: ArticleRow) -> bool:
        """Tell whether nothing but the place differs, which is no business of the feed."""
        return msgspec.structs.replace(before, segment=self.segment, row=self.row) == self


class EventRow(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One event."""

    event_id: str
    story_id: str
    label: str
    representative_id: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log.

    Attributes
    ----------
    sequence : int
        From 1 in each generation.
    encoded : bytes or None
        The new row as JSON; None for a delete.
    """

    generation: int
    sequence: int
    kind: Kind
    op: Operation
    id: str
    encoded: bytes | None

    @property
    def row(self) -> dict[str, Any] | None:
        """The new row; None for a delete."""
        return None if self.encoded is None else msgspec.json.decode(self.encoded)


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """One completed run.

    Attributes
    ----------
    started, finished : str
        Instants in UTC.
    model_generation : int
        The generation that fitted the model in use.
    articles : int
        Live ones.
    counts : dict
        ``{"article": {"upsert": 12, "delete": 0}, …}``: the changes of this generation.
    report : dict
        What the run told of itself.
    """

    generation: int
    started: str
    finished: str
    model_generation: int
    articles: int
    counts: dict[str, dict[str, int]]
    report: dict[str, Any]


def published(row: ArticleRow) -> records.ArticleRow:
    """Give what the feed tells of a live article."""
    return records.ArticleRow(
        article_id=row.article_id,
        duplicate_group=row.duplicate_group,
        relation=row.relation,
        original_id=row.original_id,
        similarity=row.similarity,
        event_id=row.event_id or "",
        story_id=row.story_id or "",
        title=row.title,
        url=row.url,
        source=row.source,
        published_at=None
        if row.published_at is None
        else instant(datetime.fromtimestamp(row.published_at, UTC)),
        language=row.language,
    )


def instant(moment: datetime) -> str:
    """Write a moment as ``2021-08-16T00:00:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
