"""Articles over time."""

from __future__ import annotations

from jobs.report.records.basic import Figures, Strip


class DayFigures(Figures, frozen=True, kw_only=True):
    """Articles over time.

    Attributes
    ----------
    strip : Strip or None
        None where no article has a date.
    busiest_day : str or None
    busiest_articles, days_with_articles, days_without_articles : int
        `days_without_articles` counts the gaps between the first and the last day.
    undated : int
    """

    strip: Strip | None
    busiest_day: str | None
    busiest_articles: int
    days_with_articles: int
    days_without_articles: int
    undated: int
