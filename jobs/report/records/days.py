"""Articles over time."""

from __future__ import annotations

from jobs.report.records.basic import Figures, Strip


class DayFigures(Figures, frozen=True, kw_only=True):
    """Articles over time.

    Attributes
    ----------
    strip : Strip or None
        None where no article has a date.
    core : Strip or None
        The shortest run of days that holds nine tenths of the dated articles; None where it is no shorter than
        half of the whole.
    busiest_day : str or None
    busiest_articles, days_with_articles, days_without_articles : int
        `days_without_articles` counts the gaps between the first and the last day.
    undated : int
    """

    strip: Strip | None
    core: Strip | None
    busiest_day: str | None
    busiest_articles: int
    days_with_articles: int
    days_without_articles: int
    undated: int
