"""What a scheduled run decides about the open articles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from dedup.analysis import Analysis, analyse
from jobs import tables
from jobs.run import workers
from jobs.scheduled.naming import Naming, name_groups

if TYPE_CHECKING:
    from jobs.config import JobSettings
    from jobs.ledger.ledger import Ledger
    from jobs.records import Assignment, DuplicatePair, Story
    from jobs.scheduled.opening import Opened
    from jobs.stages import StageLog


@dataclass(frozen=True, slots=True)
class Decision:
    """Copies, events and stories of the open articles, under the names they go on with.

    Attributes
    ----------
    analysis : Analysis
    naming : Naming
    assignments : list of Assignment
        By row of the corpus.
    stories : list of Story
    pairs : list of DuplicatePair
    model : dict
        What ``run.json`` tells of the estimates in use.
    """

    analysis: Analysis
    naming: Naming
    assignments: list[Assignment]
    stories: list[Story]
    pairs: list[DuplicatePair]
    model: dict[str, Any]


def decide(opened: Opened, ledger: Ledger, settings: JobSettings, log: StageLog) -> Decision:
    """Decide all open articles anew and name their groups as before."""
    articles = len(opened.corpus)
    analysis = analyse(
        opened.corpus, settings.stages, n_jobs=workers(settings), watch=partial(log.stage, total=articles)
    )
    with log.stage("keeping ids", total=articles):
        naming = name_groups(analysis, opened.stored, ledger)
    with log.stage("making lists", total=articles):
        return Decision(
            analysis=analysis,
            naming=naming,
            assignments=tables.assignments(analysis, naming.names),
            stories=tables.stories(analysis, naming.names),
            pairs=tables.duplicate_pairs(analysis),
            model={"generation": ledger.generation + 1, "refitted": True, "reason": "no model"},
        )
