"""From what a scheduled run found to the rows of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from dedup.corpus import NO_DATE
from dedup.stories.identity import chronological
from jobs.ledger.rows import ArticleRow, EventRow
from jobs.records import DuplicateGroup
from jobs.scheduled.intake import content_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedup.analysis import Analysis
    from dedup.corpus import Corpus
    from jobs.readers import PlacedArticle
    from jobs.records import Assignment, Story
    from jobs.scheduled.opening import Opened
    from jobs.tables import Names

_encode = msgspec.json.Encoder().encode


def article_rows(
    opened: Opened, corpus: Corpus, assignments: Sequence[Assignment], places: dict[str, tuple[int, int]]
) -> Iterator[ArticleRow]:
    """Give the rows of the open articles.

    Parameters
    ----------
    opened : Opened
    corpus : Corpus
        Of the analysis; its rows are those of `opened.corpus`.
    assignments : sequence of Assignment
        By row of the corpus.
    places : dict of str to (int, int)
        Segment and row of the texts that came with this run, by id.
    """
    for row, assigned in enumerate(assignments):
        published = int(corpus.published[row])
        at = None if published == NO_DATE else published
        found: dict[str, Any] = {
            "published_at": at,
            "duplicate_group": assigned.duplicate_group,
            "relation": assigned.relation,
            "original_id": assigned.original_id,
            "similarity": assigned.similarity,
            "event_id": assigned.event_id,
            "story_id": assigned.story_id,
        }
        if (article := opened.arrived.get(assigned.article_id)) is not None:
            segment, place = places[article.id]
            placed = opened.as_of if at is None else at
            yield ArticleRow(**_content(article), segment=segment, row=place, placed_at=placed, **found)
        else:
            before = opened.stored[assigned.article_id]
            placed = before.placed_at if at is None else at
            yield msgspec.structs.replace(before, placed_at=placed, **found)


def _content(article: PlacedArticle) -> dict[str, Any]:
    return {
        "article_id": article.id,
        "digest": content_digest(article),
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "published_precision": article.published_precision,
        "language": article.language,
        "version": article.version,
        "metadata": _encode(article.metadata).decode(),
        "date_evidence": _encode(article.evidence).decode() if article.evidence else "",
    }


def withdrawn_rows(notices: Iterable[PlacedArticle], opened: Opened) -> Iterator[ArticleRow]:
    """Give the rows of articles that were withdrawn: nothing is kept of them but that they are."""
    for notice in notices:
        before = opened.stored.get(notice.id)
        yield ArticleRow(
            article_id=notice.id,
            status="withdrawn",
            digest=b"",
            segment=None,
            row=None,
            placed_at=before.placed_at if before else opened.as_of,
            version=max(notice.version, before.version if before else 0),
        )


def event_rows(stories: Iterable[Story]) -> Iterator[EventRow]:
    """Give the rows of the events in `stories`."""
    for story in stories:
        for event in story.events:
            yield EventRow(
                event_id=event.event_id,
                story_id=story.story_id,
                label=event.label,
                representative_id=event.representative_id,
            )


def group_rows(rows: Sequence[ArticleRow], analysis: Analysis, names: Names) -> Iterator[DuplicateGroup]:
    """Give the rows of duplicate groups.

    Parameters
    ----------
    rows : sequence of ArticleRow
        Of the open articles, by row of the corpus.
    analysis : Analysis
    names : Names
    """
    duplicates = analysis.duplicates
    group = np.where(duplicates.in_group, duplicates.original, -1)
    copies = chronological(analysis.corpus, np.flatnonzero(group >= 0))
    by_original: dict[int, list[ArticleRow]] = {}
    for row in copies.tolist():
        by_original.setdefault(int(group[row]), []).append(rows[row])
    for original, members in by_original.items():
        yield DuplicateGroup(
            duplicate_group_id=names.groups[original],
            original_id=analysis.corpus.ids[original],
            article_ids=[row.article_id for row in members],
            article_count=len(members),
            source_count=len({row.source for row in members} - {""}),
        )
