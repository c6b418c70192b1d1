"""When an article was published, from what sites write there.

Regular forms are read here in microseconds: ISO 8601, numbers in any order, day, month name and year with
words around them.  What is left goes to dateparser, in the article's language and English, which takes
milliseconds.

Numbers such as 3/4/2021 have two readings; `Reading.exchanged` keeps the second one, and `jobs.readers.order`
settles which it is.
"""

from __future__ import annotations

import re
import warnings
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from jobs.readers.calendars import common_month_names, month_names, zones

Precision = Literal["day", "second"]
ZoneTold = Literal["named", "missing", "known"]

#: Nothing after this is looked at; dateparser is given strings up to `MAX_FREE_CHARS` only.
MAX_CHARS = 200
MAX_FREE_CHARS = 60

#: Readings kept, so that a day written on a thousand articles is read once.
MAX_KEPT = 1 << 16

EARLIEST_YEAR = 1970
LATEST_AHEAD = timedelta(days=2)

_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)")
_DAY_NAME_YEAR = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|ª)?[\s./,-]{0,3}(?:(?:de|of|di|da)\s)?"
    r"([^\W\d_]{3,20})[\s./,'-]{0,3}(?:(?:de|of|del)\s)?(\d{4}|\d{2})(?![\d:])",
    re.IGNORECASE,
)
_NAME_DAY_YEAR = re.compile(
    r"([^\W\d_]{3,20})[\s.]{1,2}(\d{1,2})(?:st|nd|rd|th)?,?\s{1,2}(\d{4})(?![\d:])", re.IGNORECASE
)
_NAME_DAY_TIME_YEAR = re.compile(
    r"([^\W\d_]{3,20})\s{1,2}(\d{1,2})\s([\d:]{5,8}\s(?:[A-Z]{1,5}|[+-]\d{4})?)\s?(\d{4})(?!\d)"
)
_YEAR_LAST = re.compile(r"(?<![\d/.-])(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-])")
_TIME = re.compile(
    r"(?<![\d:.])(\d{1,2})[:.h時시]\s?(\d{2})(?:[:.](\d{2}))?(?:[.,]\d{1,9})?(?![\d:])"
    r"(?:\s?([ap])\.?m\b\.?)?(?:\s?\(?(?:(?:UTC|GMT)?\s?([+-]\d{1,2}):?(\d{2})?(?!\d)|([A-Z]{1,5})(?![A-Za-z])))?",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_DAY_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_YEAR_NUMBER = re.compile(r"(?<!\d)\d{4}(?!\d)")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_URL_DAY = re.compile(r"/(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2]|[a-z]{3})[/-](?:[0-2]?\d|3[01])(?=[/_-]|$)")


class Reading(msgspec.Struct, frozen=True):
    """What a date says.

    Attributes
    ----------
    at : datetime or None
        With its zone; None where nothing could be read.
    precision : {"day", "second"}
        Midnight without a zone counts as a day: tables write days so.
    exchanged : datetime or None
        The other reading where day and month are numbers that could be exchanged; `at` takes the day first.
    shows : {"", "dmy", "mdy"}
        The order that the numbers prove, as 25/12/2020 does.
    zone : {"named", "missing", "known"}
        Whether the date names its zone.  Where it is missing `at` is in UTC for the time being.  It is known
        for seconds since 1970, and where the settings tell it.
    """

    at: datetime | None
    precision: Precision = "second"
    exchanged: datetime | None = None
    shows: Literal["", "dmy", "mdy"] = ""
    zone: ZoneTold = "known"


NOTHING = Reading(None)


class DateReader:
    """Reads dates of any form; the same answer for the same value always.

    Parameters
    ----------
    zone : str
        Name of the zone of dates that tell none; ``auto`` leaves it open.
    now : datetime
        With a zone; dates more than two days later are refused.
    """

    def __init__(self, zone: str, now: datetime) -> None:
        self._zone: tzinfo = UTC if zone in {"auto", "UTC"} else ZoneInfo(zone)
        #: What dates and days that name no zone say about theirs.
        self.unnamed: ZoneTold = "missing" if zone == "auto" else "known"
        self._now = now
        self._latest = now + LATEST_AHEAD
        self._kept: dict[tuple[str, str], Reading] = {}

    def read(self, value: Any, language: str) -> Reading:
        """Give the reading of `value`: text, seconds or milliseconds since 1970, a date or a datetime."""
        if isinstance(value, datetime):
            return self._zoned(value)
        if isinstance(value, date):
            return Reading(self.start(value), "day", zone=self.unnamed)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return _epoch(value)
        if not isinstance(value, str):
            return NOTHING
        text = value[:MAX_CHARS].strip()
        reading = self._kept.get((text, language))
        if reading is None:
            reading = self._text(text, language)
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            self._kept[text, language] = reading
        return reading

    def allows(self, at: datetime) -> bool:
        """Whether an article can have been published at `at`: from 1970 to two days from now."""
        return EARLIEST_YEAR <= at.year <= self._latest.year and at <= self._latest

    def url_day(self, url: str) -> date | None:
        """Give the day that the path of `url` names, as /2021/08/16/ does."""
        found = _URL_DAY.search(url.lower()) if url else None
        if found is None:
            return None
        year, month, day = re.split("[/-]", found[0][1:])
        number = int(month) if month.isdigit() else month_names("en").get(month, 0)
        at = _midnight(int(year), number, int(day))
        return at.date() if at is not None and self.allows(self.start(at)) else None

    def start(self, day: date) -> datetime:
        """Give the first second of `day`."""
        return datetime(day.year, day.month, day.day, tzinfo=self._zone)

    def _text(self, text: str, language: str) -> Reading:
        if text[:4].isdigit():
            try:
                return self._zoned(datetime.fromisoformat(text))
            except ValueError:
                if _EPOCH.fullmatch(text):
                    return _epoch(int(text))
        if not _DIGIT.search(text):
            return NOTHING
        return self._regular(text, language) or self._free(text, language)

    def _zoned(self, at: datetime) -> Reading:
        if at.tzinfo is not None:
            return Reading(at, zone="named")
        midnight = not (at.hour or at.minute or at.second)
        return Reading(at.replace(tzinfo=self._zone), "day" if midnight else "second", zone=self.unnamed)

    def _regular(self, text: str, language: str) -> Reading | None:
        """Read forms of numbers and a month's name; words around them do not matter."""
        if found := _YEAR_FIRST.search(text):
            year, month, day = map(int, found.groups())
            return self._with_time(_midnight(year, month, day), text, found)
        if found := _DAY_NAME_YEAR.search(text):
            day_text, name, year_text = found.groups()
        elif found := _NAME_DAY_YEAR.search(text):
            name, day_text, year_text = found.groups()
        elif found := _NAME_DAY_TIME_YEAR.search(text):
            name, day_text, _, year_text = found.groups()
        elif found := _YEAR_LAST.search(text):
            return self._numbers(text, found)
        else:
            return None
        month = _month(name, language)
        if not month:
            return None
        # A day that this month does not have is no date: the free reader, slow to load, knows no better.
        return self._with_time(_midnight(self._year(year_text), month, int(day_text)), text, found) or NOTHING

    def _numbers(self, text: str, found: re.Match[str]) -> Reading | None:
        """Read 3/4/2021 and its like."""
        first, mark, second, year_text = found.groups()
        year = self._year(year_text)
        day_first = self._with_time(_midnight(year, int(second), int(first)), text, found)
        month_first = self._with_time(_midnight(year, int(first), int(second)), text, found)
        if day_first is None or month_first is None:
            one = day_first or month_first
            return one and msgspec.structs.replace(one, shows="dmy" if day_first else "mdy")
        if mark == "." or first == second:
            return day_first
        return msgspec.structs.replace(day_first, exchanged=month_first.at)

    def _with_time(self, midnight: datetime | None, text: str, found: re.Match[str]) -> Reading | None:
        """Add the time after the date, else the one before or within it; midnight gives way to another."""
        if midnight is None:
            return None
        best = _best_time(midnight, text[found.end() :])
        if best is None and ":" in text:
            best = _best_time(midnight, text[: found.end()])
        return self._zoned(best or midnight)

    def _free(self, text: str, language: str) -> Reading:
        """Leave it to dateparser; no relative dates, as nobody knows when "yesterday" was written."""
        if len(text) > MAX_FREE_CHARS or not (_DAY_NUMBER.search(text) and _YEAR_NUMBER.search(text)):
            return NOTHING
        import dateparser  # noqa: PLC0415  takes longer to load than most runs need to read

        options = {
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["day", "month", "year"],
            "RELATIVE_BASE": self._now.replace(tzinfo=None),
        }
        languages = list(dict.fromkeys((language, "en"))) if language else None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                at = dateparser.parse(text, languages=languages, settings=options)
            except (ValueError, OverflowError, TypeError, AttributeError, IndexError, KeyError):
                # A language it does not know, or one of its own slips on hostile text: no date either way.
                return NOTHING
        return self._zoned(at) if at is not None else NOTHING

    def _year(self, digits: str) -> int:
        """Complete a year of two digits to the last such year."""
        year = int(digits)
        if len(digits) == 4:
            return year
        year += self._latest.year // 100 * 100
        return year if year <= self._latest.year else year - 100


def exchange(at: datetime) -> datetime | None:
    """Give `at` with day and month exchanged, None where there is no such day."""
    return at.replace(month=at.day, day=at.month) if at.day <= 12 else None


def _epoch(value: float) -> Reading:
    """Read seconds, or milliseconds where seconds would lie after the year 5000."""
    try:
        seconds = value / 1000 if abs(value) >= 1e11 else value
        return Reading(datetime.fromtimestamp(int(seconds), UTC))
    except (ValueError, OverflowError, OSError):
        return NOTHING


def _midnight(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day)  # noqa: DTZ001  the zone stands further on, or in the settings
    except ValueError:
        return None


def _month(name: str, language: str) -> int:
    name = name.casefold()
    return month_names(language).get(name) or common_month_names().get(name, 0)


def _best_time(midnight: datetime, text: str) -> datetime | None:
    """Give the first time in `text` that is not midnight, else midnight, else None."""
    best: datetime | None = None
    for found in _TIME.finditer(text):
        at = _at_time(midnight, found)
        if at is not None:
            if at.hour or at.minute:
                return at
            best = best or at
    return best


def _at_time(midnight: datetime, found: re.Match[str]) -> datetime | None:
    """Give `midnight` moved to a time, with a zone where one is told."""
    hour_text, minute, second, half, ahead, ahead_minutes, name = found.groups()
    hour = int(hour_text)
    if half:
        hour = hour % 12 + (12 if half in "pP" else 0)
    try:
        zone = zones().get(name.upper()) if name else None
        if ahead:
            zone = timezone(timedelta(hours=int(ahead), minutes=int(ahead[0] + (ahead_minutes or "0"))))
        return midnight.replace(hour=hour, minute=int(minute), second=int(second or 0), tzinfo=zone)
    except ValueError:
        return None
