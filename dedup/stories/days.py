"""Days as terms: reports of one event appear close together, and a vector can say so.

A dated row gets `SPAN_DAYS` further columns, one for its day and each that follows, so that two rows `d` days
apart share ``SPAN_DAYS - d`` of them.  With unit rows the cosine becomes a weighted mean of the texts' cosine
and the days' agreement, ``(1 - w)·cosine + w·max(0, 1 - d / SPAN_DAYS)``, and average linkage by sum vectors
stays exact.  An undated row has no such columns and is compared by its text alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.compiled import kernel
from dedup.corpus import NO_DATE
from dedup.stories.rows import csr_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from scipy import sparse

#: Days after which two rows have none in common.
SPAN_DAYS = 5

#: A day has its full weight where it is shared with e^-3 (a twentieth) of the dated rows or fewer.
_FULL_RARITY = 3.0

_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class DayStatistics:
    """How much the rows of a run agree with each day.

    Attributes
    ----------
    days : ndarray of int64, shape (k,)
        Days since 1970, ascending.
    agreement : ndarray of float64, shape (k,)
        Mean agreement of all dated rows with a row of that day, between 0 and 1.
    typical : float
        The mean over the rows, which stands for days that had none.
    """

    days: NDArray[np.int64]
    agreement: NDArray[np.float64]
    typical: float

    @classmethod
    def of_dates(cls, published: NDArray[np.int64]) -> DayStatistics:
        """Count the days of articles, published at these seconds since 1970 (`NO_DATE`: unknown)."""
        days, rows = np.unique(published[published != NO_DATE] // _SECONDS_A_DAY, return_counts=True)
        if not len(days):
            return cls(days, np.zeros(0), 0.0)
        covered, columns = np.unique(days[:, None] + np.arange(SPAN_DAYS), return_inverse=True)
        columns = columns.reshape(-1, SPAN_DAYS)
        sharing = np.bincount(columns.ravel(), np.repeat(rows, SPAN_DAYS), len(covered))
        agreement = sharing[columns].sum(axis=1) / (SPAN_DAYS * rows.sum())
        return cls(days, agreement, float(agreement @ rows / rows.sum()))

    def share(self, days: NDArray[np.int64], weight: float) -> NDArray[np.float64]:
        """Give the share of a row's weight that goes to its day."""
        if not len(self.days):
            return np.full(len(days), weight)
        places = np.minimum(np.searchsorted(self.days, days), len(self.days) - 1)
        agreement = np.where(self.days[places] == days, self.agreement[places], self.typical)
        return weight * np.clip(-np.log(agreement) / _FULL_RARITY, 0, 1)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give the statistics as arrays of numbers."""
        return {"days": self.days, "agreement": self.agreement, "typical": np.array([self.typical])}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> DayStatistics:
        """Take what `to_arrays` gave."""
        days, agreement = arrays["days"].astype(np.int64), arrays["agreement"].astype(np.float64)
        return cls(days, agreement, float(arrays["typical"][0]))


def with_days(
    matrix: sparse.csr_array,
    published: NDArray[np.int64],
    weight: float,
    statistics: DayStatistics | None = None,
) -> tuple[sparse.csr_array, NDArray[np.int64]]:
    """Add columns for days to unit rows.

    Parameters
    ----------
    matrix : csr_array, shape (m, terms)
        Unit rows.
    published : ndarray of int64, shape (m,)
        Seconds since 1970, `NO_DATE` where unknown.
    weight : float
        What full agreement of days adds to the cosine, at most.  A day counts for less the more of the rows
        share it, and for nothing where all do: like any term, by its inverse document frequency.
    statistics : DayStatistics, optional
        How many rows share each day, as of an earlier run; counted in `published` where absent.

    Returns
    -------
    rows : csr_array of float64, shape (m, terms + days)
        Unit rows, without stored zeros.  A row without terms stays empty: its day says nothing of it.
    days : ndarray of int64, shape (days,)
        The day of each added column, ascending.
    """
    statistics = statistics or DayStatistics.of_dates(published)
    dated = np.flatnonzero((published != NO_DATE) & (weight > 0))
    days = published[dated] // _SECONDS_A_DAY
    covered = np.unique(np.unique(days)[:, None] + np.arange(SPAN_DAYS))
    share = np.zeros(matrix.shape[0])
    share[dated] = statistics.share(days, weight)
    first = np.full(matrix.shape[0], -1)
    first[dated] = matrix.shape[1] + np.searchsorted(covered, days)
    indptr, indices, data = _append_days(
        matrix.indptr.astype(np.int64), matrix.indices, matrix.data, share, first
    )
    return csr_rows(data, indices, indptr, matrix.shape[1] + len(covered)), covered


@kernel
def _append_days(indptr, indices, data, share, first):  # type: ignore[no-untyped-def]
    """Scale rows down and put the columns of their days, from `first` on, behind them; drop zeros."""
    n = len(share)
    room = len(data)
    for i in range(n):
        room += SPAN_DAYS if share[i] > 0 else 0
    starts = np.zeros(n + 1, np.int64)
    columns = np.empty(room, np.int32)
    entries = np.empty(room, np.float64)
    used = 0
    for i in range(n):
        scale = np.sqrt(1 - share[i])
        begin = used
        for p in range(indptr[i], indptr[i + 1]):
            value = np.float64(data[p]) * scale
            if value != 0:
                columns[used], entries[used] = indices[p], value
                used += 1
        if used > begin and share[i] > 0:
            for day in range(SPAN_DAYS):
                columns[used], entries[used] = first[i] + day, np.sqrt(share[i] / SPAN_DAYS)
                used += 1
        starts[i + 1] = used
    return starts, columns[:used], entries[:used]
