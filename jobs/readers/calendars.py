"""What languages call the months, and in which order they write day and month."""

from __future__ import annotations

import tomllib
from datetime import timedelta, timezone, tzinfo
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from babel import Locale
from babel.core import UnknownLocaleError, get_global

if TYPE_CHECKING:
    from collections.abc import Mapping

DayOrder = Literal["dmy", "mdy"]


@cache
def _written() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("dates.toml").read_text("utf-8"))


@cache
def zones() -> dict[str, tzinfo]:
    """Give the zones that news sites name by letters, upper case."""
    hours: dict[str, int] = _written()["zones"]
    return {name: timezone(timedelta(hours=ahead), name) for name, ahead in hours.items()}


@cache
def month_names(language: str) -> dict[str, int]:
    """Give the months by name, case-folded, in `language` and English; none of them where it is unknown."""
    names: dict[str, int] = dict(_written()["months"])
    for each in ("en", language):
        names.update(_of(each))
    return names


@cache
def common_month_names() -> dict[str, int]:
    """Give the months by name over many languages, without names that mean two (listopad)."""
    meanings: dict[str, set[int]] = {}
    for language in _written()["languages"]["common"]:
        for name, month in _of(language).items():
            meanings.setdefault(name, set()).add(month)
    names = {name: months.pop() for name, months in meanings.items() if len(months) == 1}
    names.update(_written()["months"])
    return names


@lru_cache(4096)
def day_order(tag: str, domain: str) -> DayOrder:
    """Tell whether `tag` writes the day or the month first; the land of an outlet's domain refines it.

    Examples
    --------
    >>> day_order("en", "nytimes.com"), day_order("en", "guardian.co.uk"), day_order("id", "")
    ('mdy', 'dmy', 'dmy')
    """
    country = land(domain)
    language = tag.replace("-", "_")
    for name in (f"{language}_{country}" if country else language, language):
        locale = _locale(name)
        if locale is not None:
            pattern = str(locale.date_formats["short"].pattern)
            return "mdy" if 0 <= pattern.find("M") < pattern.find("d") and pattern[0] != "y" else "dmy"
    return "dmy"


@lru_cache(4096)
def land(domain: str) -> str:
    """Give the country whose ending `domain` has, else an empty string.

    Examples
    --------
    >>> land("example.co.id"), land("example.co.uk"), land("example.com"), land("news.jsonl.gz")
    ('ID', 'GB', '', '')
    """
    _, point, ending = domain.rpartition(".")
    country = "GB" if ending.lower() == "uk" else ending.upper()
    return country if point and len(country) == 2 and country in Locale.parse("en").territories else ""


@lru_cache(4096)
def language_code(tag: str) -> str:
    """Give the ISO 639-1 code of a language tag or of an English name of a language, else an empty string.

    Examples
    --------
    >>> [language_code(tag) for tag in ("en-US", "ind", "Indonesian", "in", "??")]
    ['en', 'id', 'id', 'id', '']
    """
    primary = tag.strip().replace("_", "-").partition("-")[0].lower()
    aliases: Mapping[str, str] = get_global("language_aliases")
    primary = aliases.get(primary, primary)
    english = Locale.parse("en").languages
    if primary in english:
        return primary
    return next((code for code, name in english.items() if name.lower() == tag.strip().lower()), "")


def _of(language: str) -> dict[str, int]:
    locale = _locale(language)
    if locale is None:
        return {}
    return {
        name.casefold().rstrip("."): month
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for month, name in locale.months[context][width].items()
        if not name[:1].isdigit()
    }


@lru_cache(4096)
def _locale(name: str) -> Locale | None:
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return None
