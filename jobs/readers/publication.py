"""When an article was published: its date, checked against its address and against its outlet's habits.

* An address that names a day (``/2021/08/16/``) decides between two readings of 8/9/2021, mends a date in
  which some table program exchanged day and month, and stands in for one that is missing or unreadable.
* Otherwise 8/9/2021 waits until all articles are read.  The order that most unambiguous dates of the same
  outlet show decides (25/12/2020 shows day first), else the custom of the language and the land of the
  outlet's domain.  So the answer does not depend on the order of the input.
* A date without a zone waits likewise, and takes the zone that other dates of the run name
  (`jobs.readers.clocks`), else UTC.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from jobs.readers.calendars import DayOrder, day_order
from jobs.readers.clocks import Clocks
from jobs.readers.dates import Precision, exchange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jobs.readers.articles import PlacedArticle
    from jobs.readers.dates import DateReader, Reading

#: Sites file late articles under the day before, and name other zones than ours.
NEAR = timedelta(days=1)


class Origin(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Who wrote a date: those of one origin are taken to be written alike.

    Attributes
    ----------
    outlet : str
        Its domain or name; empty where unknown, and then all such dates are of one outlet.
    tag, language : str
        The article's language as told, and its ISO 639-1 code.
    """

    outlet: str
    tag: str
    language: str


class Dated(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The date of one article.

    Attributes
    ----------
    at : datetime or None
        In UTC; the reading with the day first where `exchanged` is set.
    precision : {"day", "second"}
        How much was told.
    exchanged : datetime or None
        In UTC: the reading with the month first, where nothing about the article decides.
    field : str or None
        The record's field that it is the whole of.
    zone_missing : bool
        Whether the zone has still to be found; `at` and `exchanged` are as if it were UTC.
    shows : {"", "dmy", "mdy"}
        The order that its numbers prove.
    ahead : timedelta or None
        How far ahead of UTC the zone is that it names.
    """

    at: datetime | None
    precision: Precision = "second"
    exchanged: datetime | None = None
    field: str | None = None
    zone_missing: bool = False
    shows: Literal["", "dmy", "mdy"] = ""
    ahead: timedelta | None = None

    @property
    def is_undecided(self) -> bool:
        """Whether other dates decide what this one means."""
        return self.at is not None and (self.exchanged is not None or self.zone_missing)


class DateEvidence(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What the date of one article tells: enough to date it again beside other articles.

    Attributes
    ----------
    origin : Origin
    dated : Dated
    """

    origin: Origin
    dated: Dated


class Habits:
    """How outlets write their dates, learnt from those that leave no doubt."""

    def __init__(self) -> None:
        self._shown: Counter[tuple[str, str]] = Counter()
        self._clocks = Clocks()

    def learn(self, dated: Dated, origin: Origin, times: int = 1) -> None:
        """Count what one date shows; less than no `times` takes back what was counted."""
        if dated.shows:
            self._shown[origin.outlet, dated.shows] += times
        if dated.ahead is not None:
            self._clocks.count(origin.outlet, origin.language, dated.ahead, times)

    def of(self, origin: Origin) -> tuple[DayOrder, timedelta | None]:
        """Give the order of day and month of `origin`, and how far ahead of UTC its clock is, if dates tell."""
        return self._order(origin)[0], self._clocks.ahead(origin.outlet, origin.language)

    def settle(self, dated: Dated, origin: Origin, repairs: Counter[str]) -> datetime | None:
        """Give the instant that a date means, as far as all that was learnt can tell."""
        at = dated.at if dated.exchanged is None else self._in_order(dated, origin, repairs)
        return self._in_zone(at, origin, repairs) if at is not None and dated.zone_missing else at

    def _in_order(self, dated: Dated, origin: Origin, repairs: Counter[str]) -> datetime | None:
        order, reason = self._order(origin)
        repairs[f"order of day and month {reason}"] += 1
        return dated.at if order == "dmy" else dated.exchanged

    def _order(self, origin: Origin) -> tuple[DayOrder, str]:
        day_first, month_first = (self._shown[origin.outlet, order] for order in ("dmy", "mdy"))
        if day_first != month_first:
            return "dmy" if day_first > month_first else "mdy", "as the outlet shows"
        return day_order(origin.tag, origin.outlet), "by language"

    def _in_zone(self, at: datetime, origin: Origin, repairs: Counter[str]) -> datetime:
        ahead = self._clocks.ahead(origin.outlet, origin.language)
        if ahead is None:
            repairs["date without a zone, read as UTC"] += 1
            return at
        repairs[f"zone taken from other dates: {_offset_name(ahead)}"] += 1
        return at - ahead


class PublicationDates:
    """Dates the articles of one run.

    Parameters
    ----------
    reader : DateReader
    repairs : Counter
        Takes what was mended and what is missing, by kind.
    """

    def __init__(self, reader: DateReader, repairs: Counter[str]) -> None:
        self._reader = reader
        self._repairs = repairs
        self._habits = Habits()
        # In the worst case these are all articles of the run, which goes on to hold them all anyway.  Lists side
        # by side: a tuple an article is one more thing that the garbage collector visits.
        self._articles: list[PlacedArticle] = []
        self._dates: list[Dated] = []
        self._origins: list[Origin] = []

    def read(self, values: Iterable[tuple[str | None, Any]], *, url: str, origin: Origin) -> Dated:
        """Give the date of one article.

        Parameters
        ----------
        values : iterable of (str, value)
            Field and value, best first; the first that can be read and be true is taken.
        url : str
            Where it stood, empty where unknown.
        origin : Origin
            What this date tells is used for others of its origin.
        """
        problem = "no date: none given"
        url_day = self._reader.url_day(url)
        for field, value in values:
            reading = self._reader.read(value, origin.language)
            if reading.at is None:
                problem = "no date: unreadable" if value != "" else problem
                continue
            dated = self._dated(reading, url_day, field)
            if dated.at is not None:
                self._habits.learn(dated, origin)
                return dated
            problem = "no date: before 1970 or in the future"
        if url_day is not None:
            self._repairs["date taken from the address"] += 1
            at = self._reader.start(url_day).astimezone(UTC)
            return Dated(at, "day", zone_missing=self._reader.unnamed == "missing")
        self._repairs[problem] += 1
        return Dated(None)

    def hold(self, article: PlacedArticle, dated: Dated, origin: Origin) -> PlacedArticle | None:
        """Give the article back, or keep it for `settled` where other dates decide about its own."""
        if not dated.is_undecided:
            return article
        self._articles.append(article)
        self._dates.append(dated)
        self._origins.append(origin)
        return None

    def settled(self) -> Iterator[PlacedArticle]:
        """Give the articles kept, dated as the other dates of their outlets show."""
        for article, dated, origin in zip(self._articles, self._dates, self._origins, strict=True):
            at = self._habits.settle(dated, origin, self._repairs)
            yield article if at is dated.at else msgspec.structs.replace(article, published_at=at)
        for held in (self._articles, self._dates, self._origins):
            held.clear()

    def _dated(self, reading: Reading, url_day: date | None, field: str | None) -> Dated:
        at, other = reading.at, reading.exchanged
        possible = [each for each in (at, other) if each is not None and self._reader.allows(each)]
        if url_day is not None:
            if other is None and at is not None and not _near(at, url_day):
                other = exchange(at)
                if other is not None and _near(other, url_day):
                    self._repairs["day and month exchanged, as the address shows"] += 1
                    possible = [other]
            elif other is not None:
                possible = [each for each in possible if _near(each, url_day)] or possible
        if not possible:
            return Dated(None)
        first, second = possible[0].astimezone(UTC), None
        if len(possible) > 1:
            second = possible[1].astimezone(UTC)
        ahead = reading.at.utcoffset() if reading.zone == "named" and reading.at is not None else None
        return Dated(first, reading.precision, second, field, reading.zone == "missing", reading.shows, ahead)


def dated_together(articles: Iterable[PlacedArticle]) -> list[PlacedArticle]:
    """Date articles by what their own dates show, and no longer by those of records that were left out."""
    found = list(articles)
    if not any(article.evidence and article.evidence.dated.is_undecided for article in found):
        return found
    habits = Habits()
    for article in found:
        if article.evidence is not None:
            habits.learn(article.evidence.dated, article.evidence.origin)
    return [_dated_by(habits, article) for article in found]


def _dated_by(habits: Habits, article: PlacedArticle) -> PlacedArticle:
    if article.evidence is None or not article.evidence.dated.is_undecided:
        return article
    at = habits.settle(article.evidence.dated, article.evidence.origin, Counter())
    return article if at == article.published_at else msgspec.structs.replace(article, published_at=at)


@lru_cache(128)
def _offset_name(ahead: timedelta) -> str:
    """Give ``+07:00`` for seven hours."""
    minutes = int(abs(ahead).total_seconds()) // 60
    return f"{'-' if ahead < timedelta(0) else '+'}{minutes // 60:02}:{minutes % 60:02}"


def _near(at: datetime, day: date) -> bool:
    return abs(at.date() - day) <= NEAR
