"""How a story went on, day by day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from dedup.corpus import NO_DATE

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST, _SECONDS_A_DAY = date(1970, 1, 1), 86_400


class Day(NamedTuple):
    """One day of a story.

    Attributes
    ----------
    date : date
        In UTC.
    articles : int
        Articles published that day.
    distinct : int
        Duplicate groups and lone articles that appear for the first time that day.
    sources : int
        Outlets that wrote that day, all unknown ones counted as one.
    """

    date: date
    articles: int
    distinct: int
    sources: int


def timeline(published: Sequence[int], sources: Sequence[int], originals: Sequence[int]) -> list[Day]:
    """Count a story's articles, new texts and outlets by day.

    Parameters
    ----------
    published : sequence of int
        Of the story's articles in order of time: seconds since 1970, `NO_DATE` where unknown.
    sources : sequence of int
        The outlet of each, by any number of its own.
    originals : sequence of int
        The article that each one copies, or itself.

    Returns
    -------
    list of Day
        Days with articles only, ascending; undated articles are left out.
    """
    days: dict[int, list[int]] = {}
    told: set[int] = set()
    fresh: Counter[int] = Counter()
    for place, (seconds, original) in enumerate(zip(published, originals, strict=True)):
        if seconds == NO_DATE:
            continue
        day = seconds // _SECONDS_A_DAY
        days.setdefault(day, []).append(sources[place])
        fresh[day] += original not in told
        told.add(original)
    return [
        Day(_FIRST + timedelta(days=day), len(outlets), fresh[day], len(set(outlets)))
        for day, outlets in days.items()
    ]
