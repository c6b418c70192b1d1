"""Compared pairs of articles, each with its verdict and the reason in words."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from dedup.duplicates.rule import RELATIONS, Reason, is_copy

if TYPE_CHECKING:
    from typing import Self

    from numpy.typing import NDArray

#: Containment from which the shorter text is said to be inside the longer, not only most of it.
MOST = 0.9

_MEASURED = (
    "jaccard {jaccard:.2f} with {credit:.2f} for the headlines; needs {needed_jaccard:.2f}; "
    "containment {containment:.2f}; needs {needed_containment:.2f}"
)
_WORDS = {
    Reason.SAME_TEXT: "same text",
    Reason.ALIKE: "jaccard {jaccard:.2f}{headlines}: the same text, edited",
    Reason.CONTAINED: "containment {containment:.2f}: {how_much}the shorter text is inside the longer",
    Reason.LITTLE_TEXT: "{shared} shared shingles: too little text to tell",
    Reason.NUMBERS_DIFFER: "numbers differ ({shared_numbers} of {numbers} shared): template or update",
    Reason.HEADLINE_NUMBERS_DIFFER: "the headlines name different numbers: template or update",
    Reason.FOLLOW_UP: _MEASURED + ": follow-up or series of one outlet",
    Reason.TOO_DIFFERENT: _MEASURED + ": too little in common",
    Reason.NEW_LEAD: "jaccard {jaccard:.2f}, but the shared text stands below a new lead: follow-up",
}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs as columns of equal length, ascending by (a, b).

    Attributes
    ----------
    a, b : ndarray of int64
        Rows of the corpus; `a` takes precedence: published first, then the smaller id.
    jaccard, containment_a, containment_b : ndarray of float32
        Of the shingle sets; containment_a is the share of `a` that `b` has too.
    same_outlet : ndarray of int8
        1 one outlet, 0 two outlets, -1 where an outlet is unknown.
    headline : ndarray of float32
        Jaccard of the words of the headlines; NaN where one is missing.
    days : ndarray of float32
        Days between the two; NaN where a date is missing.
    shared : ndarray of int32
        Shingles in both.
    shared_numbers, numbers : ndarray of int32
        Distinct numbers in both articles, and those that count of the article with fewer of them.
    needed_jaccard, needed_containment, credit : ndarray of float32
        What the rule asked for, and the Jaccard that the headlines were worth.
    relation : ndarray of int8
        What `b` is to `a`, an index into `RELATIONS`; 0 where the pair is refused.
    reason : ndarray of int8
        Code of `Reason`.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    jaccard: NDArray[np.float32]
    containment_a: NDArray[np.float32]
    containment_b: NDArray[np.float32]
    same_outlet: NDArray[np.int8]
    headline: NDArray[np.float32]
    days: NDArray[np.float32]
    shared: NDArray[np.int32]
    shared_numbers: NDArray[np.int32]
    numbers: NDArray[np.int32]
    needed_jaccard: NDArray[np.float32]
    needed_containment: NDArray[np.float32]
    credit: NDArray[np.float32]
    relation: NDArray[np.int8]
    reason: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.a)

    @property
    def accepted(self) -> NDArray[np.bool_]:
        """Whether the pair is a copy."""
        return is_copy(self.reason)

    def take(self, places: NDArray[np.int64] | NDArray[np.bool_]) -> Self:
        """Pick pairs by place or by mask."""
        return type(self)(*(getattr(self, field.name)[places] for field in fields(self)))

    @classmethod
    def join(cls, *parts: Self) -> Self:
        """Put pairs together and sort them."""
        columns = [np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)]
        order = np.lexsort((columns[1], columns[0]))
        return cls(*(column[order] for column in columns))

    def relation_name(self, place: int) -> str:
        """Name what `b` is to `a`."""
        return RELATIONS[self.relation[place]]

    def reason_in_words(self, place: int) -> str:
        """Say why the pair is a copy or is not, with the figures that decided."""
        headline = float(self.headline[place])
        containment = self._containment(place)
        return _WORDS[Reason(self.reason[place])].format(
            jaccard=self.jaccard[place],
            containment=containment,
            how_much="" if containment >= MOST else "most of ",
            headlines="" if np.isnan(headline) else f", headlines {headline:.2f}",
            shared=self.shared[place],
            shared_numbers=self.shared_numbers[place],
            numbers=self.numbers[place],
            credit=self.credit[place],
            needed_jaccard=self.needed_jaccard[place],
            needed_containment=self.needed_containment[place],
        )

    def _containment(self, place: int) -> float:
        return float(max(self.containment_a[place], self.containment_b[place]))
