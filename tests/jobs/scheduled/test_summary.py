"""What a person reads at the end of a scheduled run."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from jobs.config import JobSettings
from jobs.logs import event_log
from jobs.scheduled import ScheduledResult, run_scheduled
from jobs.scheduled.summary import print_scheduled
from tests.jobs.scheduled.corpora import NOW, Record, settings, write
from tests.jobs.scheduled.test_run import ferry, rice


def told(result: ScheduledResult) -> str:
    stream = io.StringIO()
    print_scheduled(result, Console(file=stream, width=200))
    return stream.getvalue()


def run(
    folder: Path, records: list[Record], chosen: JobSettings, log: io.StringIO | None = None
) -> ScheduledResult:
    source = write(folder, "batch.jsonl", records)
    events = event_log("json", log or io.StringIO(), run_id="r1")
    return run_scheduled([source], folder / "state", chosen, events=events, now=NOW)


def test_stories_are_new_or_of_earlier_runs_as_well(tmp_path: Path) -> None:
    first = told(run(tmp_path, [ferry(1, 2), ferry(2, 3)], settings()))
    assert "\nStories of this run\n" in first
    assert "new, 2 articles; " in first
    assert "1 article of this run, 3 in all; " in told(run(tmp_path, [ferry(3, 4)], settings()))


@pytest.mark.parametrize("something_new", [True, False])
def test_settings_that_wait_for_an_article_are_told_of(tmp_path: Path, something_new: bool) -> None:
    run(tmp_path, [ferry(1, 2)], settings())
    other = settings().model_copy(
        update={"stories": settings().stories.model_copy(update={"event_cut": 0.9})}
    )
    log = io.StringIO()
    result = run(tmp_path, [rice()] if something_new else [ferry(1, 2)], other, log)
    sentence = "ettings have changed; they take effect with the next new article"
    assert (f"S{sentence} (stories.event_cut)." in told(result)) != something_new
    events = {event["event"]: event for event in map(json.loads, log.getvalue().splitlines())}
    assert (f"s{sentence}" in events) != something_new
    if not something_new:
        assert events[f"s{sentence}"]["settings"] == ["stories.event_cut"]
        assert told(run(tmp_path, [ferry(1, 2)], settings())).count(sentence) == 0
