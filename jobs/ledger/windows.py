"""Which articles a run looks at again: those near in time to what is new, and the rest of their events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.corpus import NO_DATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

SECONDS_A_DAY = 86_400


def within(times: NDArray[np.int64], centres: NDArray[np.int64], days: float) -> NDArray[np.bool_]:
    """Say which times lie no more than `days` from any of `centres`; `NO_DATE` lies near everything.

    Parameters
    ----------
    times : ndarray of int64, shape (n,)
        Seconds since 1970, `NO_DATE` where unknown.
    centres : ndarray of int64, shape (m,)
        The same; where one is unknown, every time is near.
    days : float
        Both ways.

    Examples
    --------
    >>> within(np.array([0, 86_400, 10 * 86_400]), np.array([86_400]), 1.5)
    array([ True,  True, False])
    """
    undated: NDArray[np.bool_] = times == NO_DATE
    if not len(centres):
        return undated
    if (centres == NO_DATE).any():
        return np.ones(len(times), np.bool_)
    ordered = np.unique(centres)
    after = np.searchsorted(ordered, times).clip(max=len(ordered) - 1)
    nearest = np.minimum(np.abs(times - ordered[after]), np.abs(times - ordered[(after - 1).clip(min=0)]))
    near: NDArray[np.bool_] = undated | (nearest <= days * SECONDS_A_DAY)
    return near


def spans(centres: NDArray[np.int64], days: float) -> list[tuple[int, int]]:
    """Give the spans of time that lie no more than `days` from any of `centres`: apart, ascending, ends included.

    Examples
    --------
    >>> spans(np.array([10 * 86_400, 0, 86_400]), 1)
    [(-86400, 172800), (777600, 950400)]
    """
    ordered, reach = np.unique(centres), int(days * SECONDS_A_DAY)
    breaks = np.flatnonzero(np.diff(ordered) > 2 * reach)
    first = np.concatenate((ordered[:1], ordered[breaks + 1])) - reach
    last = np.concatenate((ordered[breaks], ordered[-1:])) + reach
    return list(zip(first.tolist(), last.tolist(), strict=True))


def closed_over(chosen: NDArray[np.bool_], groups: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Choose whole groups: every article that shares one with a chosen article.

    Taking out whole groups leaves the others as they are, whichever way they were found: average linkage only
    ever compares the parts of what it merges, and a copy looks for its original alone.

    Parameters
    ----------
    chosen : ndarray of bool, shape (n,)
    groups : ndarray of int64, shape (n,)
        Group of each article; -1 for articles in none.

    Examples
    --------
    >>> closed_over(np.array([True, False, False, False]), np.array([0, 0, 1, -1]))
    array([ True,  True, False, False])
    """
    touched = np.unique(groups[chosen & (groups >= 0)])
    whole: NDArray[np.bool_] = chosen | np.isin(groups, touched)
    return whole
