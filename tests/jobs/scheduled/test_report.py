"""What a run tells of the whole state is what the state holds, however little of it was looked at again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from jobs.ledger import Ledger
from jobs.scheduled import run_scheduled
from tests.jobs.scheduled.corpora import NOW, Record, settings, write
from tests.jobs.scheduled.test_splits import articles

WHOLE = ("articles", "copies", "duplicate_groups", "events", "stories", "largest_story")


def held(state: Path) -> dict[str, int]:
    with Ledger.open(state) as ledger:
        rows = [row for row in ledger.article_rows().values() if row.status == "live"]
    groups = [row.duplicate_group for row in rows if row.duplicate_group]
    stories = Counter(row.story_id for row in rows)
    return {
        "articles": len(rows),
        "copies": len(groups) - len(set(groups)),
        "duplicate_groups": len(set(groups)),
        "events": len({row.event_id for row in rows}),
        "stories": len(stories),
        "largest_story": max(stories.values(), default=0),
    }


def batches() -> list[list[Record]]:
    """The sample in order of time, then withdrawals, an article again, and everything gone."""
    sample = sorted(articles(), key=lambda record: record["id"].split("-")[1])  # month and day
    parts = [sample[first : first + 40] for first in range(0, len(sample), 40)]
    gone = [{"id": record["id"], "status": "withdrawn"} for record in sample]
    return [*parts, gone[::7], sample[:1], sample[7:15], gone]


@pytest.mark.parametrize("kept", [{}, {"refit_below": 0, "event_window_days": 5, "duplicate_window_days": 5}])
def test_counts_are_those_of_the_whole_state(kept: dict[str, float], tmp_path: Path) -> None:
    chosen, fewer = settings(**kept), 0
    for number, batch in enumerate(batches()):
        source = write(tmp_path, f"batch-{number}.jsonl", batch)
        tried = run_scheduled([source], tmp_path / "state", chosen, now=NOW, dry_run=True).counts
        counts = run_scheduled([source], tmp_path / "state", chosen, now=NOW).counts
        assert {name: counts[name] for name in WHOLE} == held(tmp_path / "state")
        assert {name: tried[name] for name in WHOLE} == held(tmp_path / "state")
        fewer += counts.get("open_stories", 0) < counts["stories"]
    assert counts["articles"] == 0
    assert bool(fewer) == bool(kept)
