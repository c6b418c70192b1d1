"""What was read, and what did not go through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.report.figures.notes import shorten
from jobs.report.limits import FILES, REASON_CHARACTERS, REJECTS
from jobs.report.records import Count, RejectFigures, RejectNote

if TYPE_CHECKING:
    from collections import Counter

    from jobs.readers import Rejections
    from jobs.records import Rejected


def reject_figures(rejections: Rejections, rejected: list[Rejected]) -> RejectFigures:
    """Count the records that were left out or mended; `rejected` in the order of ``rejected.jsonl``."""
    return RejectFigures(
        records=rejections.records,
        rejected=len(rejected),
        repeated=rejections.repeated,
        withdrawn=rejections.withdrawn,
        reasons=_ranked(rejections.reasons),
        first=[
            RejectNote(
                file=line.file,
                line=line.line,
                article_id=line.article_id,
                reason=shorten(line.reason, REASON_CHARACTERS),
            )
            for line in rejected[:REJECTS]
        ],
        repairs=_ranked(rejections.repairs),
        skipped_files=sorted(rejections.skipped_files)[:FILES],
        skipped_files_in_all=len(rejections.skipped_files),
    )


def _ranked(counts: Counter[str]) -> list[Count]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Count(name=name, count=number) for name, number in ranked]
