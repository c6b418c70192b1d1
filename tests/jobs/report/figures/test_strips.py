"""Articles over time."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.report.figures.strips import core_days, day_figures, strip
from jobs.report.limits import STRIP_BARS
from tests.jobs.report.figures.corpora import article, corpus


def of_days(*days: str):
    whole = corpus(*(article(f"{number:03}", at=day) for number, day in enumerate(days)))
    rows = np.arange(len(whole))
    return strip(whole, rows, rows)


@given(st.lists(st.dates(date(1800, 1, 1), date(2199, 12, 31)), min_size=1, max_size=20))
def test_every_dated_article_is_in_one_step(days: list[date]) -> None:
    found = of_days(*(day.isoformat() for day in days))
    assert sum(found.articles) == sum(found.distinct) == len(days)
    assert len(found.starts) == len(found.articles) == len(found.distinct)
    assert found.unit == "year" or len(found.starts) <= STRIP_BARS
    starts = [date.fromisoformat(start) for start in found.starts]
    for start, count in zip(starts, found.articles, strict=True):
        after = min((other for other in starts if other > start), default=date.max)
        assert sum(start <= day < after for day in days) == count


@pytest.mark.parametrize(("days", "unit"), [(10, "day"), (200, "week"), (1000, "month"), (9000, "year")])
def test_steps_grow_with_the_span(days: int, unit: str) -> None:
    found = of_days("2000-01-05", (date(2000, 1, 5) + timedelta(days=days)).isoformat())
    assert found.unit == unit
    if unit == "week":
        assert date.fromisoformat(found.starts[0]).weekday() == 0


def test_a_copy_is_no_new_text() -> None:
    whole = corpus(*(article(name, at=f"2021-05-0{day}") for name, day in (("a", 1), ("b", 2), ("c", 3))))
    found = strip(whole, np.arange(3), np.array([0, 0, 2]))
    assert found.articles == [1, 1, 1]
    assert found.distinct == [1, 0, 1]


def test_stray_dates_do_not_hide_when_nearly_all_was_published() -> None:
    days = ["1999-12-31", *(f"2021-05-{day:02}" for day in range(1, 21)), "2021-12-01"]
    whole = corpus(*(article(f"{number:03}", at=day) for number, day in enumerate(days)))
    assert core_days(whole) == ("2021-05-01", "2021-05-20")
    figures = day_figures(whole, np.arange(len(days)))
    assert (figures.strip.unit, figures.core.unit) == ("year", "day")
    assert figures.core.articles == [1] * 20


@given(st.lists(st.dates(date(1990, 1, 1), date(2029, 12, 31)), min_size=1, max_size=30))
def test_the_core_holds_nine_tenths_in_less_than_half_of_the_period(days: list[date]) -> None:
    whole = corpus(*(article(f"{number:03}", at=day.isoformat()) for number, day in enumerate(days)))
    found = core_days(whole)
    if found is not None:
        first, last = map(date.fromisoformat, found)
        assert sum(first <= day <= last for day in days) >= 0.9 * len(days)
        assert 2 * ((last - first).days + 1) < (max(days) - min(days)).days + 1


def test_days_that_are_evenly_filled_have_no_core() -> None:
    whole = corpus(*(article(f"{day:03}", at=f"2021-05-{day:02}") for day in range(1, 31)))
    assert core_days(whole) is None
    assert day_figures(whole, np.arange(30)).core is None


def test_without_dates_there_is_no_strip() -> None:
    whole = corpus(article("a"))
    assert strip(whole, np.arange(1), np.arange(1)) is None
    figures = day_figures(whole, np.arange(1))
    assert (figures.busiest_day, figures.undated, figures.days_without_articles) == (None, 1, 0)


def test_gaps_between_the_first_and_the_last_day_are_counted() -> None:
    whole = corpus(
        *(
            article(name, at=at)
            for name, at in (("a", "2021-05-01"), ("b", "2021-05-05"), ("c", "2021-05-05"))
        )
    )
    figures = day_figures(whole, np.arange(3))
    assert (figures.busiest_day, figures.busiest_articles) == ("2021-05-05", 2)
    assert (figures.days_with_articles, figures.days_without_articles) == (2, 3)
