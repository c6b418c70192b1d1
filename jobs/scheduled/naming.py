"""Names for the groups of a scheduled run: those they had before, wherever they had one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jobs.ledger.identity import Lineage, continue_ids
from jobs.tables import Names, members

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from dedup.analysis import Analysis
    from dedup.stories.identity import Kind
    from jobs.ledger.ledger import Ledger
    from jobs.ledger.rows import ArticleRow


@dataclass(frozen=True, slots=True)
class Naming:
    """What the groups of a run are called, and what became of those before.

    Attributes
    ----------
    names : Names
    events, stories, groups : Lineage
        Of each kind.
    """

    names: Names
    events: Lineage
    stories: Lineage
    groups: Lineage

    @property
    def redirects(self) -> dict[str, str]:
        """Ids that ended in another, of every kind."""
        return self.events.redirects | self.stories.redirects | self.groups.redirects

    @property
    def counts(self) -> dict[str, int]:
        """How many ids were redirected, ended, and split off."""
        lineages = (self.events, self.stories, self.groups)
        return {
            "ids_redirected": sum(len(lineage.redirects) for lineage in lineages),
            "ids_ended": sum(len(lineage.ended) for lineage in lineages),
            "ids_split": sum(len(lineage.split) for lineage in lineages),
        }


def name_groups(analysis: Analysis, stored: Mapping[str, ArticleRow], ledger: Ledger) -> Naming:
    """Name the groups in `analysis` after those in which their articles were.

    Parameters
    ----------
    analysis : Analysis
        Of the open articles.
    stored : mapping of str to ArticleRow
        What the state holds of them and of the articles that left, by id: all articles of every group it names.
    ledger : Ledger
        Knows which ids were published, and when.
    """
    corpus, found, duplicates = analysis.corpus, analysis.stories, analysis.duplicates
    before = [(id_, row) for id_, row in stored.items() if row.status == "live"]
    is_spent = ledger.is_spent if ledger.generation else _never
    copies = np.flatnonzero(duplicates.in_group)
    originals, numbers = np.unique(duplicates.original[copies], return_inverse=True)
    group = np.full(len(corpus), -1)
    group[copies] = numbers

    def named(groups: NDArray[np.int64], kind: Kind, of: Callable[[ArticleRow], str | None]) -> Lineage:
        articles = [[corpus.ids[row] for row in rows] for rows in members(corpus, groups)]
        old = {id_: name for id_, row in before if (name := of(row)) is not None}
        return continue_ids(articles, old, ledger.ages(set(old.values())), kind, is_spent)

    events = named(found.event, "event", lambda row: row.event_id)
    stories = named(found.story, "story", lambda row: row.story_id)
    groups = named(group, "dup", lambda row: row.duplicate_group)
    by_original = dict(zip(originals.tolist(), groups.ids, strict=True))
    return Naming(Names(events.ids, stories.ids, by_original), events, stories, groups)


def _never(_name: str) -> bool:
    return False
