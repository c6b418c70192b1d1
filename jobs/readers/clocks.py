"""What clock outlets go by that write times without a zone, learnt from the dates that name one.

One site writes "14:00 WIB", the next "14:00" and means the same.  Read as UTC the second would be seven
hours late, and with it who reported first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

from jobs.readers.calendars import land

#: An outlet's own dates decide by majority, those of others where nearly all agree.
OWN_SHARE = 0.5
OTHERS_SHARE = 0.8
OTHERS_LEAST = 3

#: Clocks that people go by are whole quarters of an hour from UTC, and not further than this.
QUARTER = timedelta(minutes=15)
EARLIEST, LATEST = timedelta(hours=-12), timedelta(hours=14)

SUMMER = timedelta(hours=1)


class Clocks:
    """Counts the zones that dates name; tells the zone of the others once all are counted."""

    def __init__(self) -> None:
        self._named: Counter[tuple[str, str, timedelta]] = Counter()
        self._votes: dict[tuple[str, ...], Counter[timedelta]] = {}
        self._found: dict[tuple[str, str], timedelta | None] = {}

    def count(self, outlet: str, language: str, ahead: timedelta, times: int = 1) -> None:
        """Count a date of `outlet` in `language` that names a zone, `ahead` of UTC."""
        self._named[outlet, language, ahead] += times
        self._votes, self._found = {}, {}

    def ahead(self, outlet: str, language: str) -> timedelta | None:
        """Give how far ahead of UTC the clock of `outlet` is, None where no dates tell.

        Its own dates are asked first, then those of its land in `language`, of any land in `language`, and
        of its land in any language.
        """
        asked = outlet, language
        if asked not in self._found:
            self._votes = self._votes or self._count_votes()
            self._found[asked] = self._find(outlet, language)
        return self._found[asked]

    def _find(self, outlet: str, language: str) -> timedelta | None:
        own, *others = _circles(outlet, language)
        found = _agreed(self._votes.get(own), OWN_SHARE, 1)
        for circle in others:
            if found is not None:
                break
            found = _agreed(self._votes.get(circle), OTHERS_SHARE, OTHERS_LEAST)
        return found

    def _count_votes(self) -> dict[tuple[str, ...], Counter[timedelta]]:
        votes: defaultdict[tuple[str, ...], Counter[timedelta]] = defaultdict(Counter)
        for (outlet, language, ahead), count in self._named.items():
            if EARLIEST <= ahead <= LATEST and not ahead % QUARTER:
                for circle in _circles(outlet, language):
                    votes[circle][ahead] += count
        return dict(votes)


def _circles(outlet: str, language: str) -> list[tuple[str, ...]]:
    """Give whose dates are asked, nearest first."""
    circles: list[tuple[str, ...]] = [("outlet", outlet), ("language", language)]
    if country := land(outlet):
        # Before the language: English is spoken in many zones.
        circles.insert(1, ("land and language", country, language))
        circles.append(("land", country))
    return circles


def _agreed(votes: Counter[timedelta] | None, share: float, least: int) -> timedelta | None:
    """Give the zone that more than one half, or at least `share`, of `votes` are for."""
    if not votes:
        return None
    zone, count = min(votes.items(), key=lambda vote: (-vote[1], abs(vote[0]), vote[0]))
    # Where clocks change, a year of dates is for two zones an hour apart: the more frequent one is at most
    # that hour wrong.
    count += max(votes[zone - SUMMER], votes[zone + SUMMER])
    total = votes.total()
    return zone if count >= max(share * total, least) and 2 * count > total else None
