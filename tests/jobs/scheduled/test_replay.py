"""Real articles day by day: the groups of one run over all, and ids that live on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jobs.config import load_settings
from jobs.ledger import Ledger
from jobs.resolve import resolve
from jobs.scheduled import ScheduledResult
from tests.bench.scheduled.replay import Days, days_of, run_over
from tests.jobs.scheduled.corpora import in_state

#: One article in so many is read, which is enough for stories of several days.
EVERY = 24

#: Share of the articles from which a model is made, to be kept.
FIRST = 0.6

KEPT = {"refit_below": 0, "refit_growth": 1e9, "refit_turnover": 1.0, "event_window_days": 90}


@pytest.fixture(scope="module")
def days(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Days:
    file = shared_data / "corpora" / "id_clickid_2019.jsonl.gz"
    return days_of(file, tmp_path_factory.mktemp("days"), load_settings(None, {}), EVERY)


def replay(days: Days, folder: Path, **state: float) -> list[ScheduledResult]:
    settings = load_settings(None, {"state": state})
    return [run_over(folder, "state", records, settings) for records in days.values()]


def together(*parts: Days) -> Days:
    """Put the days of each part into one run."""
    return {str(number): [one for day in part.values() for one in day] for number, part in enumerate(parts)}


def parted(days: Days) -> tuple[Days, Days]:
    """Part the days where `FIRST` of the articles have been read."""
    read = np.cumsum([len(day) for day in days.values()])
    whole = list(days.items())
    first = int(np.searchsorted(read, FIRST * read[-1]))
    return dict(whole[:first]), dict(whole[first:])


@pytest.fixture(scope="module")
def daily(days: Days, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[ScheduledResult]]:
    """Give the folder with the state after the last day, and what each day's run told."""
    folder = tmp_path_factory.mktemp("daily")
    return folder, replay(days, folder)


@pytest.mark.slow
def test_day_by_day_the_groups_are_those_of_one_run(
    days: Days, daily: tuple[Path, list[ScheduledResult]], tmp_path: Path
) -> None:
    folder, found = daily
    replay(together(days), tmp_path)
    assert in_state(folder / "state") == in_state(tmp_path / "state")
    assert all(0 <= result.churn_lost <= result.churn < 1 for result in found)
    (again,) = replay(dict(list(days.items())[-1:]), folder)
    assert (again.committed, again.churn) == (False, 0)


@pytest.mark.slow
def test_every_story_and_event_that_was_published_goes_on(daily: tuple[Path, list[ScheduledResult]]) -> None:
    folder, found = daily
    assert sum(result.counts["ids_redirected"] for result in found) > 0
    with Ledger.open(folder / "state") as ledger:
        for id_, kind in ledger.published_ids().items():
            assert kind == "duplicate_group" or resolve(ledger, id_).status in {"live", "redirected"}


@pytest.mark.slow
def test_with_a_kept_model_the_groups_are_those_of_one_run_more(days: Days, tmp_path: Path) -> None:
    first, rest = parted(days)
    daily, whole = tmp_path / "daily", tmp_path / "whole"
    for folder in (daily, whole):
        folder.mkdir()
    found = replay({**together(first), **rest}, daily, **KEPT)
    assert {result.report["model"]["generation"] for result in found} == {1}
    replay(together(first, rest), whole, **KEPT)
    assert in_state(daily / "state") == in_state(whole / "state")
