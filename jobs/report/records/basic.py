"""What several parts of a report are made of."""

from __future__ import annotations

from typing import Literal

import msgspec

#: What an outlet without a name is called, and the outlets that a matrix has no room for.
UNKNOWN, OTHERS = "", "others"


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every part of a report."""


class Count(Figures, frozen=True, kw_only=True):
    """How many there are of something that has a name."""

    name: str
    count: int


class SizeClass(Figures, frozen=True, kw_only=True):
    """Groups or stories of one size, or of a range of sizes: ``least`` to ``most`` articles, both included.

    Attributes
    ----------
    number, articles : int
        How many groups there are of these sizes, and how many articles are in them.
    """

    least: int
    most: int
    number: int
    articles: int


class Strip(Figures, frozen=True, kw_only=True):
    """Articles over time in steps of equal length, empty steps included.

    Attributes
    ----------
    unit : {"day", "week", "month", "year"}
        Length of a step; weeks begin on Monday.
    starts : list of str
        First day of each step.
    articles, distinct : list of int
        Articles of each step, and texts that appear for the first time in it.
    """

    unit: Literal["day", "week", "month", "year"]
    starts: list[str]
    articles: list[int]
    distinct: list[int]


class ArticleNote(Figures, frozen=True, kw_only=True):
    """An article as a reader wants it named.

    Attributes
    ----------
    headline : str
        The title, else how the text begins; shortened.
    outlet, url, published : str or None
        `outlet` and `url` are empty and `published` is None where unknown.  Where the source tells a day alone,
        `published` is the first second of that day.
    """

    article_id: str
    headline: str
    outlet: str
    url: str
    published: str | None
