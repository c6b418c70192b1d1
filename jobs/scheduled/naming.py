"""Names for the groups of a scheduled run: those they had before, wherever they had one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup.corpus import NO_DATE
from jobs.ledger.identity import Lineage, continue_ids
from jobs.tables import Names, members

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.analysis import Analysis
    from dedup.stories.identity import Kind
    from jobs.ledger.ledger import Ledger
    from jobs.scheduled.opening import Opened, Settled


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


def name_groups(analysis: Analysis, opened: Opened, ledger: Ledger) -> Naming:
    """Name the groups in `analysis` after those in which their articles were.

    Parameters
    ----------
    analysis : Analysis
        Of the open articles, and the stories of the settled events.
    opened : Opened
        Says in which groups the open articles were, and those that left: all articles of every group it names,
        settled ones included.
    ledger : Ledger
        Knows which ids were published, and when.
    """
    corpus, found, duplicates = analysis.corpus, analysis.stories, analysis.duplicates
    before = [(id_, row) for id_, row in opened.stored.items() if row.status == "live"]
    is_spent = ledger.is_spent if ledger.generation else _never
    copies = np.flatnonzero(duplicates.in_group)
    originals, numbers = np.unique(duplicates.original[copies], return_inverse=True)
    group = np.full(len(corpus), -1)
    group[copies] = numbers

    def named(articles: list[list[str]], kind: Kind, old: dict[str, str]) -> Lineage:
        return continue_ids(articles, old, ledger.ages, kind, is_spent)

    def ids(groups: NDArray[np.int64]) -> list[list[str]]:
        return [[corpus.ids[row] for row in rows] for rows in members(corpus, groups)]

    events = named(ids(found.event), "event", {id_: row.event_id for id_, row in before if row.event_id})
    groups = named(
        ids(group), "dup", {id_: row.duplicate_group for id_, row in before if row.duplicate_group}
    )
    stories = named(
        _with_settled(ids(found.story), analysis, opened.settled),
        "story",
        {id_: row.story_id for id_, row in before if row.story_id} | opened.settled.story_of,
    )
    by_original = dict(zip(originals.tolist(), groups.ids, strict=True))
    return Naming(Names(events.ids, stories.ids, by_original), events, stories, groups)


def _with_settled(stories: list[list[str]], analysis: Analysis, settled: Settled) -> list[list[str]]:
    """Put the articles of settled events into their stories, each story in order of time."""
    if not settled.events:
        return stories
    corpus = analysis.corpus
    number_of = analysis.stories.settled_story.tolist()
    stories += [[] for _ in range(len(stories), max(number_of) + 1)]
    in_order = {
        number for number, events in Counter(number_of).items() if events == 1 and not stories[number]
    }
    for event, number in zip(settled.events, number_of, strict=True):
        stories[number] += settled.articles[event]
    times = dict(zip(corpus.ids, corpus.published.tolist(), strict=True)) | settled.times
    for number in set(number_of) - in_order:
        stories[number].sort(key=lambda id_: (times[id_] == NO_DATE, times[id_], id_))
    return stories


def _never(_name: str) -> bool:
    return False
