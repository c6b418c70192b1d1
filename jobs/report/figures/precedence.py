"""Who was first, as far as dates tell."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup.corpus import NO_DATE
from dedup.stories.identity import chronological

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import Corpus
    from jobs.report.figures.notes import Outlets

_SECONDS_A_DAY = 86_400


def delays(
    published: NDArray[np.int64],
    day_only: NDArray[np.bool_],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Give the seconds from each article `first` to `second`, -1 where dates do not tell that it was earlier.

    A date that is a day alone stands for all of that day: against it, delays count in whole days, and within
    the same day nobody was first.

    Parameters
    ----------
    published : ndarray of int64, shape (n,)
        `NO_DATE` where unknown; a day stands for its first second.
    day_only : ndarray of bool, shape (n,)
    first, second : ndarray of int64, shape (pairs,)
        Rows.

    Returns
    -------
    ndarray of int64, shape (pairs,)
    """
    dated = (published[first] != NO_DATE) & (published[second] != NO_DATE)
    apart = np.where(dated, published[second], 0) - np.where(dated, published[first], 0)
    whole_days = np.where(day_only[first], apart // _SECONDS_A_DAY, -(-apart // _SECONDS_A_DAY))
    apart = np.where(day_only[first] | day_only[second], whole_days * _SECONDS_A_DAY, apart)
    return np.where(dated & (apart > 0), apart, -1)


class Firsts(NamedTuple):
    """Groups that several outlets share, and who was first with them.

    Attributes
    ----------
    shared, first : ndarray of int64, shape (outlets,)
        Groups that each outlet shares with another, and those that it had before all others.
    groups, undecided : int
        Groups of several outlets, and those of them where dates do not tell who was first.
    """

    shared: NDArray[np.int64]
    first: NDArray[np.int64]
    groups: int
    undecided: int


def firsts(
    corpus: Corpus, outlets: Outlets, groups: NDArray[np.int64], day_only: NDArray[np.bool_]
) -> Firsts:
    """Find who was first with each group of articles.

    Parameters
    ----------
    corpus : Corpus
    outlets : Outlets
    groups : ndarray of int64, shape (n,)
        Any number for each article's group.  Articles without an outlet make nobody first, and leave it open
        whether anybody was where they are the earliest.
    day_only : ndarray of bool, shape (n,)
    """
    rows = chronological(corpus, np.arange(len(groups)))
    rows = rows[np.argsort(groups[rows], kind="stable")]
    bounds = np.flatnonzero(np.diff(groups[rows], prepend=-1, append=-1))
    shared, first = np.zeros((2, len(outlets.names)), np.int64)
    number = undecided = 0
    for start, stop in pairwise(bounds.tolist()):
        of = outlets.of[rows[start:stop]]
        if stop - start < 2 or (of == of[0]).all():
            continue
        present = np.unique(of[of > 0])
        if len(present) < 2:
            continue
        number += 1
        shared[present] += 1
        rival = start + int(np.argmax(of != of[0]))
        ahead = of[0] > 0 and delays(corpus.published, day_only, rows[[start]], rows[[rival]])[0] > 0
        first[of[0]] += ahead
        undecided += not ahead
    return Firsts(shared, first, number, undecided)
