"""Result files of a scheduled run: those of a plain run, for the whole state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from jobs.sinks.files import ResultFiles

if TYPE_CHECKING:
    from pathlib import Path

    from jobs.ledger.ledger import Ledger
    from jobs.scheduled.report import ScheduledResult


def write_results(result: ScheduledResult, ledger: Ledger, out: Path) -> None:
    """Write the result files of the generation in force into `out`.

    ``assignments.jsonl``, ``duplicates.jsonl`` and ``stories.jsonl`` hold the whole state, ``rejected.jsonl``
    and ``run.json`` what this run read.
    """
    with ResultFiles(out) as files:
        with ledger.reading():
            assignments, stories, pairs = ledger.assignments(), ledger.lines("stories"), ledger.lines("pairs")
        files.write_lines("assignments.jsonl", assignments)
        files.write_lines("duplicates.jsonl", pairs)
        stories.sort(key=_time)
        files.write_lines("stories.jsonl", stories)
        files.write_lines("rejected.jsonl", result.rejected)
        files.write_json("run.json", result.report)


class _Beginning(msgspec.Struct, frozen=True):
    """What of a story its place among the others depends on."""

    first_published: str | None
    first_mover_id: str


_beginning = msgspec.json.Decoder(_Beginning).decode


def _time(story: msgspec.Raw) -> tuple[bool, str, str]:
    """Order stories as a plain run does: by their earliest article, undated ones last."""
    begins = _beginning(story)
    return begins.first_published is None, begins.first_published or "", begins.first_mover_id
