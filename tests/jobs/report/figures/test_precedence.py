"""Who was first."""

from __future__ import annotations

import numpy as np
import pytest

from dedup.corpus import NO_DATE
from jobs.report.figures.notes import Outlets
from jobs.report.figures.precedence import delays, firsts
from tests.jobs.report.figures.corpora import article, corpus

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("first", "second", "day_only", "delay"),
    [
        (0, 3 * HOUR, (False, False), 3 * HOUR),
        (0, 0, (False, False), -1),
        (NO_DATE, 5, (False, False), -1),
        (5, NO_DATE, (False, False), -1),
        (0, 14 * HOUR, (True, False), -1),
        (0, DAY + HOUR, (True, False), DAY),
        (14 * HOUR, DAY, (False, True), DAY),
        (0, 2 * DAY, (True, True), 2 * DAY),
        (0, 0, (True, True), -1),
    ],
)
def test_a_delay_is_as_exact_as_the_dates(
    first: int, second: int, day_only: tuple[bool, bool], delay: int
) -> None:
    found = delays(np.array([first, second]), np.array(day_only), np.array([0]), np.array([1]))
    assert found.tolist() == [delay]


def found_firsts(*articles, groups: list[int]) -> tuple[dict[str, int], dict[str, int], int, int]:
    whole = corpus(*articles)
    outlets = Outlets(whole)
    found = firsts(whole, outlets, np.array(groups), np.zeros(len(groups), bool))
    shared, first = (
        {name: int(count) for name, count in zip(outlets.names, column, strict=True) if count}
        for column in (found.shared, found.first)
    )
    return shared, first, found.groups, found.undecided


def test_the_earliest_outlet_is_first() -> None:
    shared, first, groups, undecided = found_firsts(
        article("a", outlet="north.example", at="2021-05-01T08:00"),
        article("b", outlet="South.example", at="2021-05-01T09:00"),
        article("c", outlet="south.example", at="2021-05-01T10:00"),
        article("d", outlet="south.example", at="2021-05-01T07:00"),
        groups=[0, 0, 0, 1],
    )
    assert shared == {"north.example": 1, "South.example": 1}
    assert first == {"north.example": 1}
    assert (groups, undecided) == (1, 0)


@pytest.mark.parametrize(("outlet", "at"), [("", "2021-05-01T07:00"), ("east.example", "2021-05-01T08:00")])
def test_nobody_is_first_where_dates_or_names_do_not_tell(outlet: str, at: str) -> None:
    _, first, groups, undecided = found_firsts(
        article("a", outlet="north.example", at="2021-05-01T08:00"),
        article("b", outlet="south.example", at="2021-05-01T09:00"),
        article("c", outlet=outlet, at=at),
        groups=[0, 0, 0],
    )
    assert first == {}
    assert (groups, undecided) == (1, 1)
