"""Who copies whom."""

from __future__ import annotations

from jobs.report.records.basic import Figures


class CopyFlow(Figures, frozen=True, kw_only=True):
    """Copies at one outlet of originals at another.

    Attributes
    ----------
    original, copy : str
        The outlets: `original` published first, `copy` later.  `OTHERS` in a matrix, `UNKNOWN` for no name.
    copies, exact : int
        All copies, and those that are word for word the same.
    delays_known : int
        Copies of which both times are known, and differ.
    median_delay : int or None
        Seconds from the original to the copy; None where no delay is known.
    """

    original: str
    copy: str
    copies: int
    exact: int
    delays_known: int
    median_delay: int | None


class DelayClass(Figures, frozen=True, kw_only=True):
    """Copies across outlets that came `least` seconds or more and less than `below` (None: no limit) after."""

    name: str
    least: int
    below: int | None
    copies: int


class OutletFigures(Figures, frozen=True, kw_only=True):
    """One outlet.

    Attributes
    ----------
    outlet : str
        `UNKNOWN` for the articles without one.
    articles, distinct_texts : int
    exclusive_texts : int
        Texts that no other outlet has.
    copied_by_others : int
        Copies at other outlets of its originals.
    copies_of_others, copies_within : int
        Its own articles that copy another outlet, or an earlier article of its own.
    shared_texts, first_with_text : int
        Texts that it has and another outlet has too; and those of them that it had before all others.
    shared_stories, first_with_story : int
        The same of stories that more than one outlet wrote about.
    """

    outlet: str
    articles: int
    distinct_texts: int
    exclusive_texts: int
    copied_by_others: int
    copies_of_others: int
    copies_within: int
    shared_texts: int
    first_with_text: int
    shared_stories: int
    first_with_story: int


class Copying(Figures, frozen=True, kw_only=True):
    """Who copies whom.

    Attributes
    ----------
    matrix_outlets : list of str
        Rows and columns of the matrix: outlets with most copying first; `OTHERS` last where there are more.
    matrix : list of CopyFlow
        Its cells that are not empty, across outlets only.  The diagonal is empty, but for `OTHERS`.
    flows : list of CopyFlow
        The pairs of outlets with most copies across, most first; capped.
    flows_in_all : int
        Pairs of outlets with a copy across.
    within : list of CopyFlow
        Copies within one outlet (`original` and `copy` are the same), most first; capped.
    delays : list of DelayClass
        Copies across outlets by delay; those without a known delay are in `delay_unknown`.
    median_delay : int or None
        Of all copies across outlets with known delay, in seconds.
    delay_unknown : int
        Copies across where a date is missing, or both times are the same so that nobody can tell who was first.
    same_time : int
        Those of them with the same time.
    outlets : list of OutletFigures
        Most articles first; capped.
    outlets_in_all : int
    shared_texts, shared_texts_undecided : int
        Texts that several outlets have, and those of them where times do not tell who had it first.
    shared_stories, shared_stories_undecided : int
        The same of stories.
    """

    matrix_outlets: list[str]
    matrix: list[CopyFlow]
    flows: list[CopyFlow]
    flows_in_all: int
    within: list[CopyFlow]
    delays: list[DelayClass]
    median_delay: int | None
    delay_unknown: int
    same_time: int
    outlets: list[OutletFigures]
    outlets_in_all: int
    shared_texts: int
    shared_texts_undecided: int
    shared_stories: int
    shared_stories_undecided: int
