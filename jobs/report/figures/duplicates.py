"""Copies, and how they were told."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

from dedup.duplicates import RELATIONS, Reason
from dedup.duplicates.rule import LIKE_HEADLINES, UNKNOWN_OUTLET
from dedup.stories.identity import chronological, group_id
from jobs.report.figures.notes import note, outlets_of, period, size_classes
from jobs.report.figures.pairs import (
    containment,
    note_pair,
    strongest_refused,
    weakest_accepted,
)
from jobs.report.limits import GROUPS, MEMBERS
from jobs.report.records import Bin, Count, DuplicateFigures, GroupMember, GroupNote, RuleFigures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.duplicates import Pairs
    from dedup.settings import DuplicateSettings
    from jobs.records import Relation
    from jobs.report.material import Material

BINS = 20

#: What each reason means, whatever the figures.
REASON_TEXTS = {
    Reason.SAME_TEXT: "the same words in the same order",
    Reason.ALIKE: "the same text, edited",
    Reason.CONTAINED: "the shorter text is a part of the longer one",
    Reason.LITTLE_TEXT: "too little text in common to tell",
    Reason.NUMBERS_DIFFER: "the numbers differ: a template or an update",
    Reason.HEADLINE_NUMBERS_DIFFER: "the headlines name different numbers: a template or an update",
    Reason.FOLLOW_UP: "one outlet, and too different for that: a follow-up or a series",
    Reason.TOO_DIFFERENT: "too little in common",
    Reason.NEW_LEAD: "the shared text stands below a new lead: a follow-up",
}

_KINDS: tuple[Literal["two outlets", "one outlet", "one outlet, days apart", "unknown"], ...] = (
    "two outlets",
    "one outlet",
    "one outlet, days apart",
    "unknown",
)


def duplicate_figures(material: Material) -> DuplicateFigures:
    """Count groups and verdicts, and pick the samples."""
    duplicates, settings = material.analysis.duplicates, material.found.settings.duplicates
    pairs = duplicates.pairs
    _, sizes = np.unique(duplicates.original[duplicates.in_group], return_counts=True)
    reasons = Counter(pairs.reason.tolist())
    accepted = int(pairs.accepted.sum())
    return DuplicateFigures(
        groups=len(sizes),
        articles_in_groups=int(sizes.sum()),
        largest_group=int(sizes.max(initial=0)),
        sizes=size_classes(sizes),
        relations=relation_counts(duplicates.relation),
        pairs_compared=len(pairs),
        pairs_accepted=accepted,
        pairs_refused=len(pairs) - accepted,
        reasons=[Count(name=reason.name, count=reasons[reason]) for reason in Reason if reasons[reason]],
        reason_texts={reason.name: text for reason, text in REASON_TEXTS.items() if reasons[reason]},
        rules=rule_figures(pairs, settings),
        weakest_accepted=[note_pair(material, place) for place in weakest_accepted(duplicates, settings)],
        strongest_refused=[note_pair(material, place) for place in strongest_refused(duplicates, settings)],
        largest_groups=largest_groups(material),
    )


def relation_counts(relation: NDArray[np.int8]) -> list[Count]:
    """Count the copies by what they are to their original."""
    number = np.bincount(relation, minlength=len(RELATIONS))
    return [
        Count(name=name, count=int(number[code]))
        for code, name in enumerate(RELATIONS)
        if name not in {"none", "original"} and number[code]
    ]


def rule_figures(pairs: Pairs, settings: DuplicateSettings) -> list[RuleFigures]:
    """Show how the compared pairs of each kind lie about what the rule asks of them."""
    later = (pairs.same_outlet == 1) & (pairs.days > settings.series_days)
    kinds = np.select([later, pairs.same_outlet == 1, pairs.same_outlet == 0], [2, 1, 0], 3)
    return [_rule(pairs.take(kinds == kind), kind, settings) for kind in range(4) if (kinds == kind).any()]


def _rule(pairs: Pairs, kind: int, settings: DuplicateSettings) -> RuleFigures:
    jaccard, contained = _needed(settings)[kind]
    credit = 0.0 if _KINDS[kind] == "one outlet, days apart" else settings.headline_credit * LIKE_HEADLINES
    accepted = int(pairs.accepted.sum())
    return RuleFigures(
        outlets=_KINDS[kind],
        jaccard=round(jaccard, 4),
        jaccard_with_like_headlines=round(max(jaccard - credit, settings.least_jaccard), 4),
        least_jaccard=settings.least_jaccard,
        containment=round(contained, 4),
        jaccard_bins=_bins(pairs.jaccard, pairs.accepted),
        containment_bins=_bins(containment(pairs), pairs.accepted),
        accepted=accepted,
        refused=len(pairs) - accepted,
    )


def _needed(settings: DuplicateSettings) -> list[tuple[float, float]]:
    """Give what is asked of Jaccard and containment of each kind of pair; equal texts are asked nothing."""
    two = settings.copy_jaccard, settings.copy_containment
    one = settings.outlet_jaccard, settings.outlet_containment
    series = settings.series_jaccard, settings.series_containment
    unknown = tuple(low + UNKNOWN_OUTLET * (high - low) for low, high in zip(two, one, strict=True))
    return [two, one, series, (unknown[0], unknown[1])]


def _bins(values: NDArray[np.float32], accepted: NDArray[np.bool_]) -> list[Bin]:
    place = np.minimum((values.astype(np.float64) * BINS + 1e-6).astype(np.int64), BINS - 1)
    yes, no = (np.bincount(place[mask], minlength=BINS) for mask in (accepted, ~accepted))
    return [
        Bin(low=k / BINS, high=(k + 1) / BINS, accepted=int(yes[k]), refused=int(no[k])) for k in range(BINS)
    ]


def largest_groups(material: Material) -> list[GroupNote]:
    """Show the duplicate groups with most articles, those of more outlets first among equals."""
    corpus, duplicates = material.corpus, material.analysis.duplicates
    originals, sizes = np.unique(duplicates.original[duplicates.in_group], return_counts=True)
    candidates = originals[np.lexsort((originals, -sizes))][: 4 * GROUPS].tolist()
    members = {row: np.flatnonzero(duplicates.original == row) for row in candidates}
    ranked = sorted(
        candidates,
        key=lambda row: (-len(members[row]), -len(np.unique(corpus.sources[members[row]])), row),
    )
    return [_group(material, row, members[row]) for row in ranked[:GROUPS]]


def _group(material: Material, original: int, rows: NDArray[np.int64]) -> GroupNote:
    corpus, duplicates = material.shown, material.analysis.duplicates
    copies = chronological(material.corpus, rows[rows != original])
    outlets, number = outlets_of(corpus, rows)
    first, last = period(corpus, rows)
    return GroupNote(
        group_id=group_id(corpus.ids[original], "dup"),
        articles=len(rows),
        outlets=outlets,
        outlets_in_all=number,
        relations=relation_counts(duplicates.relation[rows]),
        first_published=first,
        last_published=last,
        members=[
            GroupMember(
                article=note(corpus, row),
                relation=cast("Relation", RELATIONS[duplicates.relation[row]]),
                similarity=round(float(duplicates.similarity[row]), 4),
            )
            for row in [original, *copies[: MEMBERS - 1].tolist()]
        ],
    )
