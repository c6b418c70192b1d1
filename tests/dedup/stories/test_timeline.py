"""Timelines of stories."""

from __future__ import annotations

from datetime import UTC, date, datetime

from dedup.corpus import NO_DATE
from dedup.stories.timeline import Day, timeline


def at(day: int) -> int:
    return int(datetime(2021, 5, day, 23, tzinfo=UTC).timestamp())


def test_days_count_articles_new_texts_and_outlets() -> None:
    published = [at(1), at(1), at(1), at(3), NO_DATE]
    assert timeline(published, [0, 1, 1, 0, 2], [0, 0, 2, 2, 4]) == [
        Day(date(2021, 5, 1), 3, 2, 2),
        Day(date(2021, 5, 3), 1, 0, 1),
    ]


def test_days_before_1970_are_days_as_well() -> None:
    assert timeline([-1], [0], [0]) == [Day(date(1969, 12, 31), 1, 1, 1)]


def test_undated_articles_have_no_day() -> None:
    assert timeline([NO_DATE], [0], [0]) == []
