"""What was set aside before anything was compared."""

from __future__ import annotations

from jobs.report.records.basic import Count, Figures


class LineFigures(Figures, frozen=True, kw_only=True):
    """A line that was removed `count` times, in its commonest spelling and shortened; `reason` in words."""

    text: str
    reason: str
    count: int


class OutletBoilerplate(Figures, frozen=True, kw_only=True):
    """What was removed at one outlet; `share` of its bytes of text."""

    outlet: str
    articles: int
    articles_changed: int
    pieces: int
    bytes: int
    bytes_removed: int
    share: float
    top_lines: list[LineFigures]


class BoilerplateFigures(Figures, frozen=True, kw_only=True):
    """What belongs to the sites and was set aside before anything was compared.

    Attributes
    ----------
    kept_whole : int
        Articles that would have lost every line and were left as they are.
    reasons : list of Count
        Removed pieces by reason, in words.
    outlets : list of OutletBoilerplate
        Most bytes removed first; capped, `outlets_in_all` counts all that lost something.
    """

    articles_changed: int
    kept_whole: int
    pieces: int
    bytes: int
    bytes_removed: int
    share: float
    reasons: list[Count]
    outlets: list[OutletBoilerplate]
    outlets_in_all: int
