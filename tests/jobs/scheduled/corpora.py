"""A small corpus of the sample that is read in parts, and what is compared afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jobs.config import JobSettings, load_settings
from jobs.ledger import Ledger
from jobs.run import run
from jobs.scheduled import ScheduledResult, run_scheduled

NOW = datetime(2026, 11, 1, tzinfo=UTC)
Record = dict[str, Any]

#: Article, copy of what, event of what, story of what; for comparing partitions whatever their ids.
Partition = dict[str, tuple[frozenset[str], frozenset[str], frozenset[str], str | None, str | None]]


def settings(**state: float) -> JobSettings:
    return load_settings(None, {"run": {"jobs": 1}, "state": state})


def write(folder: Path, name: str, records: Iterable[Record]) -> str:
    place = folder / name
    place.write_text("".join(json.dumps(record) + "\n" for record in records))
    return str(place)


def feed(
    folder: Path, batches: Sequence[Sequence[Record]], chosen: JobSettings | None = None
) -> list[ScheduledResult]:
    """Run over `folder`/state once for each batch."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        run_scheduled(
            [write(folder, f"batch-{number}.jsonl", batch)], folder / "state", chosen or settings(), now=NOW
        )
        for number, batch in enumerate(batches)
    ]


def grouped(rows: Iterable[Record]) -> Partition:
    """Give for each article its group, event and story as sets of articles, its relation and its original."""
    lines = list(rows)
    sets: dict[str, set[str]] = {}
    for line in lines:
        for name in ("duplicate_group", "event_id", "story_id"):
            if line[name] is not None:
                sets.setdefault(line[name], set()).add(line["article_id"])
    return {
        line["article_id"]: (
            frozenset(sets.get(line["duplicate_group"], ())),
            frozenset(sets[line["event_id"]]),
            frozenset(sets[line["story_id"]]),
            line["relation"],
            line["original_id"],
        )
        for line in lines
    }


def from_scratch(folder: Path, records: Sequence[Record]) -> Partition:
    """Group `records` in one plain run."""
    folder.mkdir(parents=True, exist_ok=True)
    run([write(folder, "all.jsonl", records)], folder / "out", settings(), now=NOW)
    lines = (folder / "out" / "assignments.jsonl").read_text().splitlines()
    return grouped(json.loads(line) for line in lines)


def in_state(state: Path) -> Partition:
    """Group the live articles of a state."""
    with Ledger.open(state) as ledger:
        rows = [row for row in ledger.article_rows().values() if row.status == "live"]
    names = ("article_id", "duplicate_group", "event_id", "story_id", "relation", "original_id")
    return grouped({name: getattr(row, name) for name in names} for row in rows)
