"""Result files of a scheduled run: those of a plain run, for the whole state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.records import Assignment
from jobs.sinks.files import ResultFiles

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jobs.ledger.ledger import Ledger
    from jobs.ledger.rows import ArticleRow
    from jobs.records import Story
    from jobs.scheduled.report import ScheduledResult


def write_results(result: ScheduledResult, ledger: Ledger, out: Path) -> None:
    """Write the result files of the generation in force into `out`.

    ``assignments.jsonl``, ``duplicates.jsonl`` and ``stories.jsonl`` hold the whole state, ``rejected.jsonl``
    and ``run.json`` what this run read.
    """
    with ResultFiles(out) as files:
        with ledger.reading():
            rows, stories, pairs = ledger.article_rows(), list(ledger.stories().values()), ledger.pairs()
        stories.sort(key=_time)
        files.write_lines("assignments.jsonl", _assignments(rows.values()))
        files.write_lines("duplicates.jsonl", pairs)
        files.write_lines("stories.jsonl", stories)
        files.write_lines("rejected.jsonl", result.rejected)
        files.write_json("run.json", result.report)


def _assignments(rows: Iterable[ArticleRow]) -> list[Assignment]:
    return [
        Assignment(
            article_id=row.article_id,
            duplicate_group=row.duplicate_group,
            relation=row.relation,
            original_id=row.original_id,
            similarity=row.similarity,
            event_id=row.event_id or "",
            story_id=row.story_id or "",
        )
        for row in sorted(rows, key=lambda row: row.article_id)
        if row.status == "live"
    ]


def _time(story: Story) -> tuple[bool, str, str]:
    """Order stories as a plain run does: by their earliest article, undated ones last."""
    return story.first_published is None, story.first_published or "", story.first_mover_id
