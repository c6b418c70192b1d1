"""How the page writes numbers, times, names and links; the filters of its templates."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from markupsafe import Markup

from jobs.summary import counted

if TYPE_CHECKING:
    from collections.abc import Callable

#: What an article may not bring onto a page: control characters, lone surrogates, and marks that turn the
#: direction of the text around them.
_NOT_SHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffc\ufffe\uffff]"
)
_SHOWN = str.maketrans({0x2028: " ", 0x2029: " "})

#: Punctuation at the edges of a passage that belongs to its neighbours.
_CLOSING = re.compile(r"^(?:[\s.,;:!?…)\]”’»]|[\"–—-](?=\s|$))+(?!\d)")
_OPENING = re.compile(r"\s+[\"“‘«(\[–—-]+\s*$")

#: Schemes that a link may have.
_LINKED = ("http", "https")
_LONGEST_LINK = 2000

_BYTES = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))


def shown(value: Any) -> Any:
    """Take out of a text from an article what would command the reader's browser or turn its line around."""
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return _NOT_SHOWN.sub("", value.translate(_SHOWN))
    return value


def count(number: int) -> str:
    """Write a count: ``12,345``."""
    return f"{number:,}"


def share(value: float) -> str:
    """Write a share of 0 to 1 as a percentage.

    Examples
    --------
    >>> [share(value) for value in (0, 0.0002, 0.034, 0.5)]
    ['0%', 'under 0.1%', '3.4%', '50.0%']
    """
    if 0 < value < 0.0005:
        return "under 0.1%"
    if 0.9995 <= value < 1:
        return "over 99.9%"
    return f"{100 * value:.1f}%" if 0 < value < 1 else f"{100 * value:.0f}%"


def of_whole(part: float, whole: float) -> str:
    """Write what share one number is of another."""
    return share(part / whole if whole else 0.0)


def day(text: str | None) -> str:
    """Write the day of an instant or a day: ``16 August 2021``; other texts stay what they are.

    Examples
    --------
    >>> day("2021-08-16T00:00:00Z")
    '16 August 2021'
    """
    if not text:
        return "no date"
    try:
        moment = date.fromisoformat(text[:10])
    except ValueError:
        return text
    return f"{moment.day} {moment:%B} {moment.year}"


def short_day(text: str, unit: str = "day") -> str:
    """Write a day for an axis, as fine as the steps of the axis: ``16 Aug 2021``, ``Aug 2021``, ``2021``."""
    try:
        moment = date.fromisoformat(text[:10])
    except ValueError:
        return text
    if unit == "year":
        return str(moment.year)
    return f"{moment:%b} {moment.year}" if unit == "month" else f"{moment.day} {moment:%b} {moment.year}"


def moment(text: str | None) -> str:
    """Write an instant with its time, which is left out at midnight: there the source named a day alone."""
    if not text:
        return "no date"
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    return day(text) if instant.hour == instant.minute == 0 else f"{day(text)}, {instant:%H:%M} UTC"


def period(first: str | None, last: str | None) -> str:
    """Write a span of days: ``16 – 18 August 2021``."""
    if not first or not last:
        return "no date"
    begin, end = day(first), day(last)
    if begin == end:
        return end
    common = next((size for size in (2, 1) if begin.split()[-size:] == end.split()[-size:]), 0)
    words = begin.split()
    return f"{' '.join(words[: len(words) - common])} – {end}"


def span(seconds: float | None) -> str:
    """Write a length of time in its two largest units.

    Examples
    --------
    >>> [span(value) for value in (None, 40, 1500, 12_000, 200_000)]
    ['unknown', 'under 1 min', '25 min', '3 h 20 min', '2 days 8 h']
    """
    if seconds is None:
        return "unknown"
    if seconds < 60:
        return "under 1 min"
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(round(seconds / 3600), 24)
    return f"{days} days {hours} h" if hours and days < 10 else f"{days:,} days"


def amount(number: float) -> str:
    """Write bytes: ``1.4 MiB``."""
    for size, name in _BYTES:
        if number >= size:
            return f"{number / size:,.1f} {name}"
    return f"{number:,.0f} B"


def outlet(name: str) -> str:
    """Name an outlet, the unnamed one too."""
    return name or "unknown outlet"


def passage(text: str) -> str:
    """Leave out what only ends the passage before, or opens the one after: neither is compared.

    Examples
    --------
    >>> passage('. The tide turned, he said. "')
    'The tide turned, he said.'
    """
    return _OPENING.sub("", _CLOSING.sub("", text)).strip()


def sentence(text: str) -> str:
    """Begin with a capital, end with a full stop."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


@cache
def language(code: str) -> str:
    """Name a language in English; a code that nobody knows stays what it is."""
    if not code:
        return "no text to tell from"
    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (ValueError, UnknownLocaleError):
        return code


def linked(url: str) -> str:
    """Give a web address as it is, and nothing for what is no web address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    fit = parts.scheme in _LINKED and parts.hostname and "@" not in parts.netloc
    return url if fit and len(url) <= _LONGEST_LINK and not re.search(r"[\s\\]", url) else ""


def place(value: float) -> str:
    """Write a coordinate: at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def chart_class(template: str) -> str:
    """Give the name of a chart's kind."""
    return PurePath(template).stem


FILTERS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        amount,
        chart_class,
        count,
        counted,
        day,
        language,
        linked,
        moment,
        of_whole,
        outlet,
        passage,
        period,
        place,
        sentence,
        share,
        span,
    )
}
