"""What was read, and what did not go through."""

from __future__ import annotations

from jobs.report.records.basic import Count, Figures


class RejectNote(Figures, frozen=True, kw_only=True):
    """A record that did not go through."""

    file: str
    line: int | None
    article_id: str | None
    reason: str


class RejectFigures(Figures, frozen=True, kw_only=True):
    """What was read, and what did not become an article.

    Attributes
    ----------
    records : int
        Met in the inputs: articles + rejected + withdrawn.
    rejected : int
        `repeated` of them lost nothing: their id came again.
    withdrawn : int
        Articles that their publisher took back.
    reasons : list of Count
        Rejected records by reason, without details.
    first : list of RejectNote
        By file and line; capped.  All of them are in ``rejected.jsonl``.
    repairs : list of Count
        Records kept after a repair or a loss, by kind.
    skipped_files : list of str
        Files of other kinds in folders; capped, `skipped_files_in_all` counts all.
    """

    records: int
    rejected: int
    repeated: int
    withdrawn: int
    reasons: list[Count]
    first: list[RejectNote]
    repairs: list[Count]
    skipped_files: list[str]
    skipped_files_in_all: int
