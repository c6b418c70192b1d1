"""Agreement of found groups with gold labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse
from sklearn.metrics import adjusted_rand_score, v_measure_score

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


class Score(NamedTuple):
    """Precision, recall and their harmonic mean, each between 0 and 1."""

    precision: float
    recall: float
    f1: float


def _score(precision: float, recall: float) -> Score:
    total = precision + recall
    return Score(precision, recall, 2 * precision * recall / total if total else 0.0)


def _contingency(gold: Sequence[Hashable], found: Sequence[Hashable]) -> sparse.csr_array:
    """Count articles by (gold class, found group): a sparse table of shape (classes, groups)."""
    if len(gold) != len(found):
        raise ValueError(f"{len(gold)} gold labels for {len(found)} found ones; give one each per article")
    rows = {label: row for row, label in enumerate(dict.fromkeys(gold))}
    columns = {label: column for column, label in enumerate(dict.fromkeys(found))}
    places = ([rows[label] for label in gold], [columns[label] for label in found])
    table = sparse.coo_array((np.ones(len(gold)), places), shape=(len(rows), len(columns)))
    return table.tocsr()


def b_cubed(gold: Sequence[Hashable], found: Sequence[Hashable]) -> Score:
    """Mean over articles of the purity of their group and the completeness of their class.

    Parameters
    ----------
    gold, found : sequence of hashable, length n
        A label per article.

    Notes
    -----
    Bagga & Baldwin (1998), in the extrinsic form of Amigó et al. (2009), on the contingency table.

    Examples
    --------
    >>> b_cubed([1, 1, 2], ["a", "a", "b"]).f1
    1.0
    """
    table = _contingency(gold, found)
    cells = table.tocoo()
    classes, groups = table.sum(axis=1), table.sum(axis=0)
    total = table.sum()
    precision = float((cells.data**2 / groups[cells.col]).sum() / total)
    recall = float((cells.data**2 / classes[cells.row]).sum() / total)
    return _score(precision, recall)


def pairwise(gold: Sequence[Hashable], found: Sequence[Hashable]) -> Score:
    """Precision and recall over pairs of articles that share a group or a class.

    Without any pair on a side that side counts as 1: nothing was wrongly joined, or nothing missed.
    """
    table = _contingency(gold, found)

    def pairs(counts: np.ndarray) -> float:
        return float((counts * (counts - 1) / 2).sum())

    both = pairs(table.data)
    joined, wanted = pairs(table.sum(axis=0)), pairs(table.sum(axis=1))
    return _score(both / joined if joined else 1.0, both / wanted if wanted else 1.0)


def adjusted_rand(gold: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """Give the adjusted Rand index: 1 for equal groupings, about 0 for chance (Hubert & Arabie 1985)."""
    return float(adjusted_rand_score(*_numbered(gold, found)))


def v_measure(gold: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """Give the harmonic mean of homogeneity and completeness (Rosenberg & Hirschberg 2007)."""
    return float(v_measure_score(*_numbered(gold, found)))


def _numbered(*labellings: Sequence[Hashable]) -> list[list[int]]:
    return [
        [number[label] for label in labels]
        for labels in labellings
        for number in [{label: place for place, label in enumerate(dict.fromkeys(labels))}]
    ]
