"""How a story went on, day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

from dedup.corpus import NO_DATE
from dedup.stories.identity import chronological

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dedup.corpus import Corpus


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


def timeline(corpus: Corpus, rows: NDArray[np.int64], originals: NDArray[np.int64]) -> list[Day]:
    """Count a story's articles, new texts and outlets by day.

    Parameters
    ----------
    corpus : Corpus
    rows : ndarray of int64
        The story's articles.
    originals : ndarray of int64, shape (n,)
        Row of the original of each article of the corpus.

    Returns
    -------
    list of Day
        Days with articles only, ascending; undated articles are left out.
    """
    days: dict[date, list[int]] = {}
    told: set[int] = set()
    fresh: dict[date, int] = {}
    for row in chronological(corpus, rows):
        seconds = int(corpus.published[row])
        if seconds == NO_DATE:
            continue
        day = datetime.fromtimestamp(seconds, UTC).date()
        days.setdefault(day, []).append(int(row))
        original = int(originals[row])
        fresh[day] = fresh.get(day, 0) + (original not in told)
        told.add(original)
    return [
        Day(day, len(members), fresh[day], len({int(corpus.sources[row]) for row in members}))
        for day, members in days.items()
    ]
