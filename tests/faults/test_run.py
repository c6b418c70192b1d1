"""The whole command under faults: `newsdedup run INPUT --state DIR`, as cron starts it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from jobs.cli import command_line
from tests.faults.scenario import content
from tests.faults.surviving import PROVED, survive_faults
from tests.faults.sync_order import misorders
from tests.faults.tracing import needs_strace, traced

pytestmark = needs_strace

#: One in so many faults is tried; a run takes its time.
EVERY = [pytest.param(101, id="few"), pytest.param(3 * PROVED, id="many", marks=pytest.mark.slow)]

TOPICS = {
    "harbour": "The harbour of the northern town was closed on {day} after a storm had torn two cranes from the "
    "quay. Ships waited outside while crews cleared the fairway, the port authority told the press.",
    "election": "Voters in the valley elected a new council on {day}; the count took until midnight because "
    "turnout was higher than in any year before. The oldest member will open the first session.",
}


def _article(number: int, topic: str, day: int, **more: object) -> dict[str, object]:
    return {
        "id": f"{topic}-{number}",
        "title": f"{topic.title()} report {number}",
        "text": TOPICS[topic].format(day=f"day {number % 3}") + f" Reporter {number} was there.",
        "url": f"https://paper{number % 2}.example/{topic}/{number}",
        "published_at": f"2026-03-{day:02}T08:00:00Z",
        **more,
    }


def _write(place: Path, articles: list[dict[str, object]]) -> None:
    place.write_text("".join(json.dumps(article) + "\n" for article in articles))


def _run(inputs: Path, state: Path) -> int:
    return command_line(["run", str(inputs), "--state", str(state), "--quiet"])


@pytest.fixture
def later(quick_folder: Path) -> Path:
    """A state after one run in `before`, and the input of the next: new, corrected and withdrawn articles."""
    first, later = quick_folder / "first.jsonl", quick_folder / "later.jsonl"
    _write(first, [_article(number, topic, 1 + number) for topic in TOPICS for number in range(4)])
    _write(
        later,
        [
            _article(7, "harbour", 9),
            _article(8, "election", 9),
            _article(1, "harbour", 2, text="Corrected: nothing of the kind was seen anywhere near the town."),
            _article(2, "election", 3, status="withdrawn"),
        ],
    )
    assert _run(first, quick_folder / "before") == 0
    return later


@pytest.mark.parametrize("every", EVERY)
def test_a_scheduled_run_that_meets_a_fault_is_made_good_by_the_next(
    quick_folder: Path, later: Path, every: int
) -> None:
    print(f"{survive_faults(quick_folder, partial(_run, later), every)} faults in a scheduled run survived")


def test_a_scheduled_run_syncs_before_it_relies_on_anything(quick_folder: Path, later: Path) -> None:
    state = quick_folder / "before"
    old = content(state)
    assert list(misorders(traced(lambda: _run(later, state), quick_folder / "log", state))) == []
    assert content(state) != old
