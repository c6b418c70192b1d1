"""Who copies whom, and after how long."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from dedup.corpus import NO_DATE
from dedup.duplicates import RELATIONS
from jobs.report.figures.precedence import delays
from jobs.report.limits import FLOWS, MATRIX_OUTLETS, OUTLETS
from jobs.report.records import OTHERS, CopyFlow, Copying, DelayClass, OutletFigures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.analysis import Analysis
    from jobs.report.figures.notes import Outlets
    from jobs.report.material import Material

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_DELAYS = (
    ("under 10 min", 0, 10 * _MINUTE),
    ("10 min – 1 h", 10 * _MINUTE, _HOUR),
    ("1 – 3 h", _HOUR, 3 * _HOUR),
    ("3 – 6 h", 3 * _HOUR, 6 * _HOUR),
    ("6 – 12 h", 6 * _HOUR, 12 * _HOUR),
    ("12 – 24 h", 12 * _HOUR, _DAY),
    ("1 – 2 days", _DAY, 2 * _DAY),
    ("2 – 7 days", 2 * _DAY, 7 * _DAY),
    ("7 – 30 days", 7 * _DAY, 30 * _DAY),
    ("30 days and more", 30 * _DAY, None),
)


@dataclass(frozen=True)
class Copies:
    """Every copy beside its original, as columns of equal length.

    Attributes
    ----------
    row, original : ndarray of int64
        Rows of the corpus; `row` ascends.
    outlet, original_outlet : ndarray of int64
        Numbers in `Outlets`; 0 where unknown.
    delay : ndarray of int64
        Seconds from original to copy; -1 where unknown.
    exact : ndarray of bool
    same_time : ndarray of bool
        Both have a date, but it does not tell which was first.
    """

    row: NDArray[np.int64]
    original: NDArray[np.int64]
    outlet: NDArray[np.int64]
    original_outlet: NDArray[np.int64]
    delay: NDArray[np.int64]
    exact: NDArray[np.bool_]
    same_time: NDArray[np.bool_]

    @property
    def across(self) -> NDArray[np.bool_]:
        """Which copies stand at another outlet than their original."""
        found: NDArray[np.bool_] = (self.outlet != self.original_outlet) & ~self.unknown
        return found

    @property
    def within(self) -> NDArray[np.bool_]:
        """Which copies stand at the outlet of their original."""
        found: NDArray[np.bool_] = (self.outlet == self.original_outlet) & ~self.unknown
        return found

    @property
    def unknown(self) -> NDArray[np.bool_]:
        """Which copies have no outlet, or their original has none."""
        found: NDArray[np.bool_] = (self.outlet == 0) | (self.original_outlet == 0)
        return found

    def take(self, places: NDArray[np.bool_]) -> Copies:
        """Pick copies by a mask."""
        return Copies(**{name.name: getattr(self, name.name)[places] for name in fields(self)})


def list_copies(analysis: Analysis, outlets: Outlets, day_only: NDArray[np.bool_]) -> Copies:
    """List every copy beside its original.

    Parameters
    ----------
    analysis : Analysis
    outlets : Outlets
    day_only : ndarray of bool, shape (n,)
        Whether the date of an article told a day and no time.
    """
    corpus, original = analysis.corpus, analysis.duplicates.original
    row = np.flatnonzero(original != np.arange(len(corpus)))
    first = original[row]
    delay = delays(corpus.published, day_only, first, row)
    dated = (corpus.published[row] != NO_DATE) & (corpus.published[first] != NO_DATE)
    return Copies(
        row=row,
        original=first,
        outlet=outlets.of[row],
        original_outlet=outlets.of[first],
        delay=delay,
        exact=analysis.duplicates.relation[row] == RELATIONS.index("exact"),
        same_time=dated & (delay < 0),
    )


def copying(material: Material) -> Copying:
    """Count who copies whom, who was first, and what each outlet has to itself."""
    names = material.outlets.names
    across = material.copies.take(material.copies.across)
    ranked = _busiest(across, len(names))
    shown = [names[number] for number in ranked[:MATRIX_OUTLETS]]
    texts, stories = material.first_with_texts, material.first_with_stories
    known = across.delay[across.delay >= 0]
    figures = material.outlet_figures
    return Copying(
        matrix_outlets=[*shown, *([OTHERS] if len(ranked) > len(shown) else [])],
        matrix=_matrix(across, ranked[:MATRIX_OUTLETS], shown),
        flows=material.flows_across[:FLOWS],
        flows_in_all=len(material.flows_across),
        within=material.flows_within[:FLOWS],
        delays=[_delay_class(name, least, below, known) for name, least, below in _DELAYS],
        median_delay=_median(known),
        delay_unknown=int((across.delay < 0).sum()),
        same_time=int(across.same_time.sum()),
        outlets=figures[:OUTLETS],
        outlets_in_all=sum(bool(figure.outlet) for figure in figures),
        shared_texts=texts.groups,
        shared_texts_undecided=texts.undecided,
        shared_stories=stories.groups,
        shared_stories_undecided=stories.undecided,
    )


def flows_of(
    sources: NDArray[np.int64], targets: NDArray[np.int64], copies: Copies, names: list[str]
) -> list[CopyFlow]:
    """Count copies by pair of outlets, most first; numbers in `sources` and `targets` are places in `names`."""
    key = sources * len(names) + targets
    order = np.argsort(key, kind="stable")
    flows = []
    for places in np.split(order, np.flatnonzero(np.diff(key[order])) + 1) if len(key) else []:
        source, target = divmod(int(key[places[0]]), len(names))
        delay = copies.delay[places]
        known = delay[delay >= 0]
        flows.append(
            CopyFlow(
                original=names[source],
                copy=names[target],
                copies=len(places),
                exact=int(copies.exact[places].sum()),
                delays_known=len(known),
                median_delay=_median(known),
            )
        )
    return sorted(flows, key=lambda flow: (-flow.copies, flow.original, flow.copy))


def _matrix(across: Copies, shown: list[int], names: list[str]) -> list[CopyFlow]:
    place = {number: at for at, number in enumerate(shown)}
    sources, targets = (
        np.array([place.get(number, len(shown)) for number in column.tolist()], np.int64)
        for column in (across.original_outlet, across.outlet)
    )
    return flows_of(sources, targets, across, [*names, OTHERS])


def _busiest(across: Copies, outlets: int) -> list[int]:
    """Rank the outlets that copied or were copied, those with most of both first."""
    times = np.bincount(across.original_outlet, minlength=outlets)
    times = times + np.bincount(across.outlet, minlength=outlets)
    ranked = np.lexsort((np.arange(outlets), -times))
    return [int(number) for number in ranked if times[number]]


def _median(delay: NDArray[np.int64]) -> int | None:
    return int(np.median(delay)) if len(delay) else None


def _delay_class(name: str, least: int, below: int | None, known: NDArray[np.int64]) -> DelayClass:
    inside = (known >= least) & (known < (below or np.iinfo(np.int64).max))
    return DelayClass(name=name, least=least, below=below, copies=int(inside.sum()))


def outlet_figures(material: Material) -> list[OutletFigures]:
    """Give the numbers of each outlet, most articles first; the last is the nameless one, where there is any."""
    outlets, copies = material.outlets, material.copies
    size = len(outlets.names)
    original = material.analysis.duplicates.original
    texts = np.unique(np.column_stack((original, outlets.of)), axis=0)
    holders = Counter(texts[:, 0].tolist())
    alone = np.array([holders[text] == 1 for text in texts[:, 0].tolist()], np.bool_)
    across, within = copies.across, copies.within
    columns = {
        "articles": np.bincount(outlets.of, minlength=size),
        "distinct_texts": np.bincount(texts[:, 1], minlength=size),
        "exclusive_texts": np.bincount(texts[alone, 1], minlength=size),
        "copied_by_others": np.bincount(copies.original_outlet[across], minlength=size),
        "copies_of_others": np.bincount(copies.outlet[across], minlength=size),
        "copies_within": np.bincount(copies.outlet[within], minlength=size),
        "shared_texts": material.first_with_texts.shared,
        "first_with_text": material.first_with_texts.first,
        "shared_stories": material.first_with_stories.shared,
        "first_with_story": material.first_with_stories.first,
    }
    figures = [
        OutletFigures(outlet=name, **{column: int(values[number]) for column, values in columns.items()})
        for number, name in enumerate(outlets.names)
        if columns["articles"][number]
    ]
    return sorted(figures, key=lambda one: (not one.outlet, -one.articles, one.outlet))
