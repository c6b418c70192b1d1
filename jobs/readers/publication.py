"""When an article was published: its date, checked against its address and against its outlet's habits.

* An address that names a day (``/2021/08/16/``) decides between two readings of 8/9/2021, mends a date in
  which some table program exchanged day and month, and stands in for one that is missing or unreadable.
* Otherwise 8/9/2021 waits until all articles are read.  The order that most unambiguous dates of the same
  outlet show decides (25/12/2020 shows day first), else the custom of the language and the land of the
  outlet's domain.  So the answer does not depend on the order of the input.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from jobs.readers.calendars import day_order
from jobs.readers.dates import Precision, exchange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jobs.readers.articles import PlacedArticle
    from jobs.readers.dates import DateReader, Reading

#: Sites file late articles under the day before, and name other zones than ours.
NEAR = timedelta(days=1)


class Dated(msgspec.Struct, frozen=True):
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
    tag, outlet : str
        What decides between the two readings.
    """

    at: datetime | None
    precision: Precision = "second"
    exchanged: datetime | None = None
    field: str | None = None
    tag: str = ""
    outlet: str = ""


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
        self._shown: Counter[tuple[str, str]] = Counter()
        self._waiting: list[tuple[PlacedArticle, Dated]] = []

    def read(
        self, values: Iterable[tuple[str | None, Any]], *, tag: str, language: str, url: str, outlet: str
    ) -> Dated:
        """Give the date of one article.

        Parameters
        ----------
        values : iterable of (str, value)
            Field and value, best first; the first that can be read and be true is taken.
        tag, language : str
            The article's language as told, and its ISO 639-1 code.
        url, outlet : str
            Where it stood; dates of one outlet are taken to share an order.
        """
        problem = "no date: none given"
        url_day = self._reader.url_day(url)
        for field, value in values:
            reading = self._reader.read(value, language)
            if reading.at is None:
                problem = "no date: unreadable" if value != "" else problem
                continue
            dated = self._dated(reading, url_day, field=field, tag=tag, outlet=outlet)
            if dated.at is not None:
                if reading.shows:
                    self._shown[outlet, reading.shows] += 1
                return dated
            problem = "no date: before 1970 or in the future"
        if url_day is not None:
            self._repairs["date taken from the address"] += 1
            return Dated(self._reader.start(url_day).astimezone(UTC), "day")
        self._repairs[problem] += 1
        return Dated(None)

    def hold(self, article: PlacedArticle, dated: Dated) -> PlacedArticle | None:
        """Give the article back, or keep it for `settled` where its date has two readings."""
        if dated.exchanged is None:
            return article
        self._waiting.append((article, dated))
        return None

    def settled(self) -> Iterator[PlacedArticle]:
        """Give the articles kept, dated in the order of their outlets."""
        for article, dated in self._waiting:
            day_first, month_first = (self._shown[dated.outlet, order] for order in ("dmy", "mdy"))
            if day_first != month_first:
                self._repairs["order of day and month as the outlet shows"] += 1
                order = "dmy" if day_first > month_first else "mdy"
            else:
                self._repairs["order of day and month by language"] += 1
                order = day_order(dated.tag, dated.outlet)
            at = dated.at if order == "dmy" else dated.exchanged
            yield msgspec.structs.replace(article, published_at=at)
        self._waiting.clear()

    def _dated(
        self, reading: Reading, url_day: date | None, *, field: str | None, tag: str, outlet: str
    ) -> Dated:
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
        first = possible[0].astimezone(UTC)
        if len(possible) == 1:
            return Dated(first, reading.precision, field=field)
        return Dated(first, reading.precision, possible[1].astimezone(UTC), field, tag, outlet)


def _near(at: datetime, day: date) -> bool:
    return abs(at.date() - day) <= NEAR
