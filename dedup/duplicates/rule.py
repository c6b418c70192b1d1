"""The rule that calls a compared pair a copy or not, and says why.

Text shared by two outlets is copying; text shared by two articles of one outlet is often background, a
template with new numbers, or a series.  So one outlet needs more in common, articles of one outlet that lie
days apart need more still, headlines that agree speak for a copy, numbers that disagree speak for a template,
and an old report below a new lead is a follow-up.  The thresholds stand in `DuplicateSettings`; every one moves
the decision in one direction only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.settings import DuplicateSettings

#: What a copy is to its original; a code is an index into this tuple.
RELATIONS = ("none", "original", "exact", "reprint", "abridged", "expanded")

#: A copy shorter than this share of its original is abridged; an original shorter than this share of its
#: copy makes the copy expanded.
ABRIDGED_BELOW = 0.8

#: Where an outlet is unknown, what a pair needs lies this far from the need of two outlets to that of one.
UNKNOWN_OUTLET = 0.25

#: Stands for the likeness of headlines where one of them is missing: what unrelated headlines of one event
#: have in common.
UNKNOWN_HEADLINE = 0.25

#: From this likeness on, headlines that are still more alike add nothing: "Semeru erupts again".
LIKE_HEADLINES = 0.75

#: Shared shingles from which text alone is enough; below, headlines have to be alike as well.
AMPLE_SHARED = 20

#: The headlines of short texts have to be this much alike.
SHORT_TEXT_HEADLINE = 0.5

#: Fewest numbers on either side that may speak for a template.
FEWEST_NUMBERS = 2

#: The longer of two texts of one (or an unknown) outlet is a follow-up or a collection where the other has less
#: than the first share of its lead, and it has at least the second share of the lead of the other: an old text
#: further down.
NEW_LEAD, OLD_LEAD = 0.3, 0.5

#: From this Jaccard on, numbers in the headlines do not matter: "7 parks" and "Top 3 parks" over one text.
SAME_BODY = 0.9

#: A text is a part of a longer one when this share of it stands there.
PART = 0.8


class Reason(IntEnum):
    """Why a pair is a copy, or is not; codes in `Pairs.reason`."""

    SAME_TEXT = 0
    ALIKE = 1
    CONTAINED = 2
    LITTLE_TEXT = 3
    NUMBERS_DIFFER = 4
    HEADLINE_NUMBERS_DIFFER = 5
    FOLLOW_UP = 6
    TOO_DIFFERENT = 7
    NEW_LEAD = 8


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was measured on compared pairs; all arrays of shape (pairs,).

    Attributes
    ----------
    shared : ndarray of int64
        Shingles in both texts.
    size_a, size_b : ndarray of int64
        Distinct shingles of each text.
    same_outlet : ndarray of int8
        1 one outlet, 0 two outlets, -1 where an outlet is unknown.
    headline : ndarray of float64
        Jaccard of the words of the headlines; NaN where a headline is missing.
    headline_numbers_differ : ndarray of bool
        Whether each headline names a number that the other does not.
    days : ndarray of float64
        Days between the two; NaN where a date is missing.
    shared_numbers, numbers_a, numbers_b : ndarray of int64
        Distinct numbers in both articles, and in each, headline included.
    replaced_a, replaced_b : ndarray of int64
        Numbers of each that the other does not name and for which it has a different one between the same words.
    lead_a, lead_b : ndarray of float64
        Share of the beginning of each text that the other has too, anywhere; NaN where nothing hangs on it.
    """

    shared: NDArray[np.int64]
    size_a: NDArray[np.int64]
    size_b: NDArray[np.int64]
    same_outlet: NDArray[np.int8]
    headline: NDArray[np.float64]
    headline_numbers_differ: NDArray[np.bool_]
    days: NDArray[np.float64]
    shared_numbers: NDArray[np.int64]
    numbers_a: NDArray[np.int64]
    numbers_b: NDArray[np.int64]
    replaced_a: NDArray[np.int64]
    replaced_b: NDArray[np.int64]
    lead_a: NDArray[np.float64]
    lead_b: NDArray[np.float64]

    @property
    def jaccard(self) -> NDArray[np.float64]:
        """Shared shingles over all shingles of the two."""
        union: NDArray[np.int64] = self.size_a + self.size_b - self.shared
        return self.shared / np.maximum(1, union)

    @property
    def containment_a(self) -> NDArray[np.float64]:
        """Share of the first text that the second has too."""
        return self.shared / np.maximum(1, self.size_a)

    @property
    def containment_b(self) -> NDArray[np.float64]:
        """Share of the second text that the first has too."""
        return self.shared / np.maximum(1, self.size_b)

    @property
    def length_ratio(self) -> NDArray[np.float64]:
        """Shorter over longer text, in distinct shingles."""
        return np.minimum(self.size_a, self.size_b) / np.maximum(1, np.maximum(self.size_a, self.size_b))

    @property
    def old_text_below_new_lead(self) -> NDArray[np.bool_]:
        """Whether the longer text begins with something else and has the beginning of the other further down."""
        a_is_longer, b_is_longer = self.size_a > self.size_b, self.size_b > self.size_a
        old_in_b = (self.lead_b < NEW_LEAD) & (self.lead_a >= OLD_LEAD)
        old_in_a = (self.lead_a < NEW_LEAD) & (self.lead_b >= OLD_LEAD)
        below: NDArray[np.bool_] = (b_is_longer & old_in_b) | (a_is_longer & old_in_a)
        return below


@dataclass(frozen=True, slots=True)
class Needs:
    """What the rule asks of each pair, which depends on outlets and days; arrays of shape (pairs,).

    `numbers` says how many numbers count, of the article with fewer: those of a series all do, elsewhere those
    that both have or that stand in the place of one another.
    """

    jaccard: NDArray[np.float64]
    containment: NDArray[np.float64]
    number_agreement: NDArray[np.float64]
    headline_credit: NDArray[np.float64]
    numbers: NDArray[np.int64]


def needs(evidence: Evidence, settings: DuplicateSettings) -> Needs:
    """Look up what each pair needs, which depends on its outlets, its days and its headlines."""
    one_outlet = evidence.same_outlet == 1
    later = one_outlet & (evidence.days > settings.series_days)
    kinds = [later, one_outlet, evidence.same_outlet == 0]

    def pick(series: float, one: float, two: float) -> NDArray[np.float64]:
        return np.select(kinds, [series, one, two], two + UNKNOWN_OUTLET * (one - two))

    headline = np.where(np.isnan(evidence.headline), UNKNOWN_HEADLINE, evidence.headline)
    credit = settings.headline_credit * np.minimum(headline, LIKE_HEADLINES)
    every_number = np.minimum(evidence.numbers_a, evidence.numbers_b)
    in_place = evidence.shared_numbers + np.minimum(evidence.replaced_a, evidence.replaced_b)
    return Needs(
        jaccard=pick(settings.series_jaccard, settings.outlet_jaccard, settings.copy_jaccard),
        containment=pick(settings.series_containment, settings.outlet_containment, settings.copy_containment),
        number_agreement=pick(
            settings.series_number_agreement,
            settings.outlet_number_agreement,
            settings.copy_number_agreement,
        ),
        headline_credit=np.where(later, 0.0, credit),
        numbers=np.where(later, every_number, in_place),
    )


def decide(evidence: Evidence, settings: DuplicateSettings) -> NDArray[np.int8]:
    """Give the reason for each pair; codes up to `Reason.CONTAINED` are copies.

    Parameters
    ----------
    evidence : Evidence
        Compared pairs, none of them with the same normalised text.

    Returns
    -------
    ndarray of int8, shape (pairs,)
        Codes of `Reason`.
    """
    need = needs(evidence, settings)
    jaccard = evidence.jaccard
    containment = np.maximum(evidence.containment_a, evidence.containment_b)
    one_outlet, may_be_one_outlet = evidence.same_outlet == 1, evidence.same_outlet != 0
    alike = (jaccard + need.headline_credit >= need.jaccard) & (jaccard >= settings.least_jaccard)
    contained = (containment >= need.containment) & (evidence.length_ratio >= settings.least_length_ratio)
    unlike_headlines = ~(evidence.headline >= SHORT_TEXT_HEADLINE)
    little = (evidence.shared < settings.least_shared) | ((evidence.shared < AMPLE_SHARED) & unlike_headlines)
    template = evidence.shared_numbers < need.number_agreement * need.numbers
    template &= need.numbers >= FEWEST_NUMBERS
    headline_numbers = evidence.headline_numbers_differ & (jaccard < SAME_BODY)
    two_outlets_would_do = (jaccard >= settings.least_jaccard) & (
        (jaccard + settings.headline_credit * UNKNOWN_HEADLINE >= settings.copy_jaccard)
        | (containment >= settings.copy_containment)
    )
    return np.select(
        [
            (alike | contained) & little,
            (alike | contained) & template,
            (alike | contained) & may_be_one_outlet & headline_numbers,
            (alike | contained) & may_be_one_outlet & evidence.old_text_below_new_lead,
            alike,
            contained,
            one_outlet & two_outlets_would_do,
        ],
        [
            Reason.LITTLE_TEXT,
            Reason.NUMBERS_DIFFER,
            Reason.HEADLINE_NUMBERS_DIFFER,
            Reason.NEW_LEAD,
            Reason.ALIKE,
            Reason.CONTAINED,
            Reason.FOLLOW_UP,
        ],
        Reason.TOO_DIFFERENT,
    ).astype(np.int8)


def is_copy(reason: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Say which reasons make a pair a copy."""
    return reason <= Reason.CONTAINED


def relations(
    shared: NDArray[np.int64], size_original: NDArray[np.int64], size_copy: NDArray[np.int64]
) -> NDArray[np.int8]:
    """Name what copies are to their originals, from the sizes of both texts and what they share.

    Returns
    -------
    ndarray of int8
        Codes of ``reprint``, ``abridged`` and ``expanded`` in `RELATIONS`.
    """
    is_part = shared >= PART * np.minimum(size_original, size_copy)
    abridged = is_part & (size_copy < ABRIDGED_BELOW * size_original)
    expanded = is_part & (size_original < ABRIDGED_BELOW * size_copy)
    codes = [RELATIONS.index("abridged"), RELATIONS.index("expanded")]
    return np.select([abridged, expanded], codes, RELATIONS.index("reprint")).astype(np.int8)
