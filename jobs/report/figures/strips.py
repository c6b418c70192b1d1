"""Articles over time, in steps of a day, a week, a month or a year."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from dedup.corpus import NO_DATE
from dedup.stories.identity import chronological
from jobs.report.limits import STRIP_BARS
from jobs.report.records import DayFigures, Strip

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import Corpus

Unit = Literal["day", "week", "month", "year"]

#: Share of the dated articles that the core of a corpus holds.
CORE = 0.9

_SECONDS_A_DAY = 86_400
_EPOCH = date(1970, 1, 1)
_EPOCH_WEEKDAY = 3  # 1970 began on a Thursday; weeks begin on Monday
_UNITS: tuple[Unit, ...] = ("day", "week", "month", "year")


def strip(corpus: Corpus, rows: NDArray[np.int64], originals: NDArray[np.int64]) -> Strip | None:
    """Count the articles of `rows` over time, undated ones left out; None where all are.

    Parameters
    ----------
    corpus : Corpus
    rows : ndarray of int64
    originals : ndarray of int64, shape (n,)
        Row of the original of each article of the corpus.
    """
    dated = chronological(corpus, rows[corpus.published[rows] != NO_DATE])
    if not len(dated):
        return None
    days = corpus.published[dated] // _SECONDS_A_DAY
    unit, steps = _steps(days)
    first, length = int(steps[0]), int(steps[-1] - steps[0]) + 1
    _, fresh = np.unique(originals[dated], return_index=True)
    return Strip(
        unit=unit,
        starts=[_first_day(unit, first + step).isoformat() for step in range(length)],
        articles=np.bincount(steps - first, minlength=length).tolist(),
        distinct=np.bincount(steps[fresh] - first, minlength=length).tolist(),
    )


def _steps(days: NDArray[np.int64]) -> tuple[Unit, NDArray[np.int64]]:
    """Give ascending `days` since 1970 the numbers of their steps, in the finest unit that has few enough."""
    for unit in _UNITS:
        steps = _numbered(unit, days)
        if steps[-1] - steps[0] < STRIP_BARS:
            break
    return unit, steps


def _numbered(unit: Unit, days: NDArray[np.int64]) -> NDArray[np.int64]:
    if unit == "day":
        return days
    if unit == "week":
        return (days + _EPOCH_WEEKDAY) // 7
    numbers: NDArray[np.int64] = (
        days.astype("datetime64[D]").astype(f"datetime64[{unit[0].upper()}]").astype(np.int64)
    )
    return numbers


def _first_day(unit: Unit, number: int) -> date:
    if unit == "day":
        return _EPOCH + timedelta(days=number)
    if unit == "week":
        return _EPOCH + timedelta(days=7 * number - _EPOCH_WEEKDAY)
    months = number if unit == "month" else 12 * number
    return date(1970 + months // 12, months % 12 + 1, 1)


def core_days(corpus: Corpus) -> tuple[str, str] | None:
    """Give the first and the last of the fewest days in a row that hold `CORE` of the dated articles.

    Stray dates, wrong ones among them, make the period of a corpus many times as long as what it is about.

    Returns
    -------
    tuple of str or None
        None where these days are no fewer than half of the whole period.
    """
    days = np.sort(corpus.published[corpus.published != NO_DATE] // _SECONDS_A_DAY)
    held = math.ceil(CORE * len(days))
    if not held:
        return None
    spans = days[held - 1 :] - days[: len(days) - held + 1]
    start = int(spans.argmin())
    if 2 * (int(spans[start]) + 1) >= int(days[-1] - days[0]) + 1:
        return None
    first, last = (_first_day("day", int(days[place])).isoformat() for place in (start, start + held - 1))
    return first, last


def _core(corpus: Corpus, originals: NDArray[np.int64]) -> Strip | None:
    found = core_days(corpus)
    if found is None:
        return None
    first, last = ((date.fromisoformat(day) - _EPOCH).days for day in found)
    days = corpus.published // _SECONDS_A_DAY
    return strip(corpus, np.flatnonzero((days >= first) & (days <= last)), originals)


def day_figures(corpus: Corpus, originals: NDArray[np.int64]) -> DayFigures:
    """Count the articles of the whole corpus over time."""
    days = corpus.published[corpus.published != NO_DATE] // _SECONDS_A_DAY
    dates, articles = np.unique(days, return_counts=True)
    busiest = int(articles.argmax()) if len(dates) else 0
    return DayFigures(
        strip=strip(corpus, np.arange(len(corpus)), originals),
        core=_core(corpus, originals),
        busiest_day=_first_day("day", int(dates[busiest])).isoformat() if len(dates) else None,
        busiest_articles=int(articles.max(initial=0)),
        days_with_articles=len(dates),
        days_without_articles=int(dates[-1] - dates[0]) + 1 - len(dates) if len(dates) else 0,
        undated=len(corpus) - len(days),
    )
