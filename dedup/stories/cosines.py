"""Similar pairs of rows that are known from earlier runs, so that a run compares only what is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.stories.join import in_row_order, join_across, join_unit_rows
from dedup.stories.rows import take_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from scipy import sparse

    Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]

#: Where more than one row in so many is new, joining all of them is quicker than multiplying new with old.
NEW_SHARE = 12


@dataclass(frozen=True, slots=True)
class Cosines:
    """The pairs of a set of rows whose cosine reaches a threshold.

    Rows are known by keys of what they hold, so that a pair holds good wherever both its rows come again.

    Attributes
    ----------
    threshold : float
        Least cosine.
    window : float
        Greatest distance in time, in the unit of the join; infinity for none.
    rows : ndarray of uint64, shape (k,)
        Keys of the rows that were together, ascending.
    fresh : ndarray of bool, shape (k,)
        Rows that were compared with all the others: every pair of a fresh row and any row is here.
    left, right : ndarray of int32, shape (pairs,)
        Places in `rows`.
    similarity : ndarray of float64, shape (pairs,)
    """

    threshold: float
    window: float
    rows: NDArray[np.uint64]
    fresh: NDArray[np.bool_]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    similarity: NDArray[np.float64]

    @classmethod
    def none(cls) -> Cosines:
        """Give the pairs of no rows."""
        empty = np.zeros(0, np.int32)
        return cls(np.inf, np.inf, np.zeros(0, np.uint64), np.zeros(0, np.bool_), empty, empty, np.zeros(0))

    def __len__(self) -> int:
        return len(self.left)

    def like(self, other: Cosines) -> bool:
        """Tell whether both are of one threshold and window."""
        return (self.threshold, self.window) == (other.threshold, other.window)

    def restrict(self, keys: NDArray[np.uint64]) -> Cosines:
        """Keep the rows with these keys."""
        kept = np.isin(self.rows, keys)
        place = np.cumsum(kept) - 1
        both = kept[self.left] & kept[self.right]
        left, right = place[self.left[both]].astype(np.int32), place[self.right[both]].astype(np.int32)
        return Cosines(
            self.threshold, self.window, self.rows[kept], self.fresh[kept], left, right, self.similarity[both]
        )

    def then(self, later: Cosines) -> Cosines:
        """Add what a later run found: the rows it met that are known among each other, all of them fresh.

        Rows that the later run did not meet are dropped, and so is all of `self` where threshold or window
        have changed.
        """
        new = later.rows[later.fresh]
        old = later.rows[~later.fresh]
        before = (
            self.restrict(old[np.isin(old, self.rows[self.fresh])]) if self.like(later) else Cosines.none()
        )
        rows = np.union1d(before.rows, new)
        after = later.restrict(rows)
        places = [np.searchsorted(rows, part.rows) for part in (before, after)]
        sides = [(part.left, part.right) for part in (before, after)]
        left, right = (
            np.concatenate([place[side[end]] for place, side in zip(places, sides, strict=True)]).astype(
                np.int32
            )
            for end in (0, 1)
        )
        similarity = np.concatenate((before.similarity, after.similarity))
        fresh = np.ones(len(rows), np.bool_)
        return Cosines(later.threshold, later.window, rows, fresh, left, right, similarity)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give the pairs as arrays of numbers."""
        return {
            "scope": np.array([self.threshold, self.window]),
            "rows": self.rows,
            "fresh": self.fresh,
            "left": self.left,
            "right": self.right,
            "similarity": self.similarity,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Cosines:
        """Take what `to_arrays` gave."""
        threshold, window = arrays["scope"].tolist()
        columns = (arrays[name] for name in ("rows", "fresh", "left", "right", "similarity"))
        return cls(threshold, window, *columns)


def join_remembered(
    rows: sparse.csr_array,
    keys: NDArray[np.uint64],
    threshold: float,
    known: Cosines | None,
    *,
    times: NDArray[np.float64] | None = None,
    window: float | None = None,
    n_jobs: int | None = None,
) -> tuple[Pairs, Cosines]:
    """Do the work of `join_unit_rows`, to the last bit, but compare only rows that are not `known`.

    Parameters
    ----------
    rows, threshold, times, window, n_jobs
        As for `dedup.stories.join.join_unit_rows`.
    keys : ndarray of uint64, shape (n,)
        Equal where rows hold the same at the same time.
    known : Cosines or None
        From earlier runs.

    Returns
    -------
    pairs : (i, j, similarity)
    added : Cosines
        What was compared: to be remembered with `Cosines.then`.
    """
    n = len(keys)
    span = np.inf if window is None else float(window)
    order = np.argsort(keys, kind="stable")
    sorted_keys = keys[order]
    repeats = np.zeros(n + 1, np.bool_)
    repeats[1:n] = sorted_keys[1:] == sorted_keys[:-1]
    # Rows that hold the same cannot be told apart by their keys, and are compared in every run.
    order = order[~(repeats[1:] | repeats[:-1]) & (np.diff(rows.indptr)[order] > 0)]
    single = keys[order]
    if known is None or (known.threshold, known.window) != (threshold, span):
        known = Cosines.none()
    known = known.restrict(single[np.isin(single, known.rows[known.fresh])])
    new = np.ones(n, np.bool_)
    row_of = order[np.searchsorted(single, known.rows)]
    new[row_of] = False
    if NEW_SHARE * new.sum() > n:
        pairs = join_unit_rows(rows, threshold, times=times, window=window, n_jobs=n_jobs)
    else:
        fresh = np.flatnonzero(new)
        moments = None if times is None else times[fresh]
        left, right, similarity = join_unit_rows(
            take_rows(rows, fresh), threshold, times=moments, window=window, n_jobs=n_jobs
        )
        old = np.flatnonzero(~new & _reached(times, window, fresh))
        across = _within(times, window, *join_across(rows, old, fresh, threshold, n_jobs=n_jobs))
        parts = (
            (fresh[left], fresh[right], similarity),
            across,
            (row_of[known.left], row_of[known.right], known.similarity),
        )
        pairs = in_row_order(n, *(np.concatenate(column) for column in zip(*parts, strict=True)))
    return pairs, _added(pairs, order, single, new, threshold, span)


def _reached(
    times: NDArray[np.float64] | None, window: float | None, new: NDArray[np.int64]
) -> NDArray[np.bool_] | bool:
    """Leave out rows that are outside of the window of all new ones; rounding may let in one too many."""
    if times is None or window is None or np.isnan(times[new]).any():
        return True
    first, last = times[new].min(initial=np.inf), times[new].max(initial=-np.inf)
    near = (times >= first - window - 1) & (times <= last + window + 1)
    return np.asarray(near | np.isnan(times))


def _within(
    times: NDArray[np.float64] | None,
    window: float | None,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    similarity: NDArray[np.float64],
) -> Pairs:
    """Keep the pairs within the window, as the join does."""
    if times is None or window is None:
        return left, right, similarity
    kept = ~(np.abs(times[left] - times[right]) > window)
    return left[kept], right[kept], similarity[kept]


def _added(
    pairs: Pairs,
    order: NDArray[np.int64],
    single: NDArray[np.uint64],
    new: NDArray[np.bool_],
    threshold: float,
    span: float,
) -> Cosines:
    """Gather the pairs of new rows; `order` has the rows with keys of their own, ascending by key."""
    place = np.full(len(new), -1, np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    left, right, similarity = pairs
    kept = (new[left] | new[right]) & (place[left] >= 0) & (place[right] >= 0)
    return Cosines(
        threshold, span, single, new[order], place[left[kept]], place[right[kept]], similarity[kept]
    )
