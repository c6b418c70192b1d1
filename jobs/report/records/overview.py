"""The top of the page."""

from __future__ import annotations

from jobs.report.records.basic import Count, Figures


class Overview(Figures, frozen=True, kw_only=True):
    """What the corpus is, in numbers and in plain sentences.

    Attributes
    ----------
    sentences : list of str
        The numbers below as an editor would say them, ready for the top of the page.
    articles, distinct_texts, copies : int
        Articles read, and what is left of them without `copies`.
    copied_share : float
        Copies of all articles.
    copies_across, copies_within, copies_unknown : int
        Copies whose original stood at another outlet, at the same one, and where one of the outlets is unknown.
    duplicate_groups : int
        Texts that have copies.
    events, stories, stories_of_several, largest_story : int
        `stories_of_several` hold more than one article; `largest_story` counts articles.
    outlets, without_outlet : int
        Outlets with a name; articles without.
    first_published, last_published : str or None
    core_first, core_last : str or None
        Days between which nine tenths of the dated articles lie, where that is less than half of the period.
    undated, dated_to_the_day : int
        Articles without a date, and with a day but no time.
    languages : list of Count
        Articles by language code, the commonest first; the empty name where there is no text to tell from.
    languages_told : int
        Articles whose source names the language; that of the others was guessed from the text.
    """

    sentences: list[str]
    articles: int
    distinct_texts: int
    copies: int
    copied_share: float
    copies_across: int
    copies_within: int
    copies_unknown: int
    duplicate_groups: int
    events: int
    stories: int
    stories_of_several: int
    largest_story: int
    outlets: int
    without_outlet: int
    first_published: str | None
    last_published: str | None
    core_first: str | None
    core_last: str | None
    undated: int
    dated_to_the_day: int
    languages: list[Count]
    languages_told: int
