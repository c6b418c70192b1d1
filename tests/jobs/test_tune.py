"""Groups at several cuts, read off one set of merges."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import numpy as np
import pytest
from rich.console import Console

from dedup.duplicates import find_duplicates
from dedup.stories import Merging, find_stories
from dedup.text.boilerplate import remove_boilerplate
from jobs.config import load_settings
from jobs.run import read_articles_of
from jobs.tune import cut_points, print_tuning, tune
from tests.sample import SAMPLE


def test_merges_below_a_cut_are_counted() -> None:
    merging = Merging(0.83, 4, np.array([[0, 1], [4, 2]]), np.array([0.70, 0.78]))
    points = cut_points(merging, np.array([1, 1, 2, 1]), 0.75, 0.83, 5)
    by_cut = {point.cut: point for point in points}
    assert (by_cut[0.69].groups, by_cut[0.69].of_several, by_cut[0.69].largest) == (4, 1, 2)
    assert (by_cut[0.71].groups, by_cut[0.71].of_several, by_cut[0.71].largest) == (3, 2, 2)
    assert (by_cut[0.83].groups, by_cut[0.83].of_several, by_cut[0.83].largest) == (2, 1, 4)


def test_a_giant_is_warned_of_before_it_is_set() -> None:
    children = np.array([[0, 1]])
    points = cut_points(Merging(0.83, 2, children, np.array([0.80])), np.array([60, 60]), 0.75, 0.83, 10_000)
    assert [bool(point.warning) for point in points if point.cut > 0.75] == [False, False, True, False]
    assert not points[0].warning


@pytest.fixture(scope="module")
def corpus():
    settings = load_settings()
    return read_articles_of([str(path) for path in SAMPLE], settings, now=datetime(2026, 11, 1, tzinfo=UTC))


def test_the_cut_that_is_set_gives_what_a_run_gives(corpus) -> None:
    settings = load_settings().stages
    cleaned = remove_boilerplate(corpus, settings.boilerplate).corpus
    stories = find_stories(cleaned, find_duplicates(cleaned, settings.duplicates).original, settings.stories)
    tuning = tune(corpus, settings)
    for chosen, points, found in (
        (settings.stories.event_cut, tuning.events, stories.event),
        (settings.stories.story_cut, tuning.stories, stories.story),
    ):
        (point,) = (point for point in points if abs(point.cut - chosen) < 1e-9)
        assert point.groups == found.max() + 1
        assert point.largest == np.bincount(found).max()
    assert [point.groups for point in tuning.stories] == sorted(
        (p.groups for p in tuning.stories), reverse=True
    )


def test_the_table_marks_the_cut_that_is_set(corpus) -> None:
    console = Console(file=io.StringIO(), width=100)
    print_tuning(tune(corpus, load_settings().stages), console)
    assert console.file.getvalue().count("◄ set") == 2
