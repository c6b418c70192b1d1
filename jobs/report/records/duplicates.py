"""Copies, and how they were told."""

from __future__ import annotations

from typing import Literal

from jobs.records import Relation
from jobs.report.records.basic import ArticleNote, Count, Figures, SizeClass


class Bin(Figures, frozen=True, kw_only=True):
    """Compared pairs with a figure from `low` up to below `high` (1 counts into the last bin)."""

    low: float
    high: float
    accepted: int
    refused: int


class RuleFigures(Figures, frozen=True, kw_only=True):
    """What the decision rule asks of pairs of one kind, and how such pairs lie about it.

    A pair is a copy where its Jaccard reaches `jaccard` (less what its headlines are worth, but never under
    `least_jaccard`) or its containment `containment`, and no veto stands against it.

    Attributes
    ----------
    outlets : {"two outlets", "one outlet", "one outlet, days apart", "unknown"}
        Kind of pair.
    jaccard, containment : float
        What is asked.
    jaccard_with_like_headlines : float
        What is asked where both have the same headline.
    least_jaccard : float
    jaccard_bins, containment_bins : list of Bin
        All compared pairs of the kind; the larger of the two containments.
    accepted, refused : int
    """

    outlets: Literal["two outlets", "one outlet", "one outlet, days apart", "unknown"]
    jaccard: float
    jaccard_with_like_headlines: float
    least_jaccard: float
    containment: float
    jaccard_bins: list[Bin]
    containment_bins: list[Bin]
    accepted: int
    refused: int


class PassageNote(Figures, frozen=True, kw_only=True):
    """A stretch of two texts side by side: word for word `shared`, or different; an empty side has nothing.

    Attributes
    ----------
    a, b : str
        Shortened in the middle where long.
    """

    shared: bool
    a: str
    b: str


class PairNote(Figures, frozen=True, kw_only=True):
    """Two compared articles and the verdict.

    Attributes
    ----------
    first, second : ArticleNote
        `first` takes precedence: published first.
    relation : str or None
        What `second` is to `first`; None where it is no copy.
    kind : str
        Name of the reason, such as ``NUMBERS_DIFFER``; see `reason`.
    reason : str
        Why, in words, with the figures that decided.
    jaccard, containment, containment_other : float
        Containment of the second in the first, and of the first in the second.
    margin : float
        How far the pair lies above (positive) or below (negative) what the rule asks for, in whichever of
        Jaccard and containment it does better.
    headlines : float or None
        Likeness of the headlines; None where one is missing.
    days : float or None
        Days between the two; None where unknown.
    same_outlet : bool or None
    passages : list of PassageNote
        In the order of `first`; at most a set number.
    passages_left_out : int
    """

    first: ArticleNote
    second: ArticleNote
    relation: Relation | None
    kind: str
    reason: str
    jaccard: float
    containment: float
    containment_other: float
    margin: float
    headlines: float | None
    days: float | None
    same_outlet: bool | None
    passages: list[PassageNote]
    passages_left_out: int


class GroupMember(Figures, frozen=True, kw_only=True):
    """An article of a duplicate group; `similarity` is its Jaccard with the original."""

    article: ArticleNote
    relation: Relation
    similarity: float


class GroupNote(Figures, frozen=True, kw_only=True):
    """One of the largest duplicate groups.

    Attributes
    ----------
    members : list of GroupMember
        The original, then its copies in order of time; capped, `articles` counts all.
    outlets : list of Count
        Articles by outlet, most first; capped, `outlets_in_all` counts all with a name.
    relations : list of Count
        Copies by relation.
    """

    group_id: str
    articles: int
    outlets: list[Count]
    outlets_in_all: int
    relations: list[Count]
    first_published: str | None
    last_published: str | None
    members: list[GroupMember]


class DuplicateFigures(Figures, frozen=True, kw_only=True):
    """Copies, how they were told, and the pairs about which a reader may differ.

    Attributes
    ----------
    groups, articles_in_groups, largest_group : int
    sizes : list of SizeClass
    relations : list of Count
        Copies by relation to their original.
    pairs_compared, pairs_accepted, pairs_refused : int
        Pairs that were compared word for word; most articles are too different to be compared at all.
    reasons : list of Count
        Compared pairs by the name of the reason; `reason_texts` says them in words.
    reason_texts : dict of str to str
    rules : list of RuleFigures
        A kind of pair each; kinds without pairs are left out.
    weakest_accepted, strongest_refused : list of PairNote
        The doubtful pairs, the most doubtful first; of refused pairs some of each reason, in turn.
    largest_groups : list of GroupNote
    """

    groups: int
    articles_in_groups: int
    largest_group: int
    sizes: list[SizeClass]
    relations: list[Count]
    pairs_compared: int
    pairs_accepted: int
    pairs_refused: int
    reasons: list[Count]
    reason_texts: dict[str, str]
    rules: list[RuleFigures]
    weakest_accepted: list[PairNote]
    strongest_refused: list[PairNote]
    largest_groups: list[GroupNote]
