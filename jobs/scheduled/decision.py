"""What a scheduled run decides about the open articles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dedup.analysis import Analysis, analyse
from jobs import tables
from jobs.run import workers
from jobs.scheduled.continued import Continued, continue_stories
from jobs.scheduled.modelling import Estimates, find_estimates, stored_model
from jobs.scheduled.naming import Naming, name_groups
from jobs.scheduled.settling import find_sums

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dedup.stories.settled import SettledEvents
    from jobs.config import JobSettings
    from jobs.ledger.ledger import Ledger
    from jobs.records import Assignment, DuplicatePair
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
    continued : Continued
        Stories that have to be written.
    pairs : list of DuplicatePair
    estimates : Estimates
        What the articles were weighed by.
    settled : (SettledEvents or None, ndarray of uint64)
        The settled events as the run saw them, and the keys they are stored under.
    """

    analysis: Analysis
    naming: Naming
    assignments: list[Assignment]
    continued: Continued
    pairs: list[DuplicatePair]
    estimates: Estimates
    settled: tuple[SettledEvents | None, NDArray[np.uint64]]


def decide(opened: Opened, ledger: Ledger, settings: JobSettings, log: StageLog) -> Decision:
    """Decide all open articles anew and name their groups as before."""
    articles, n_jobs = len(opened.corpus), workers(settings)
    with log.stage("recalling earlier runs"):
        estimates = find_estimates(opened, ledger, settings)
        weighed_by = estimates.model or stored_model(ledger)
        used = find_sums(opened.settled, ledger, weighed_by, settings.stages, n_jobs=n_jobs)
    analysis = analyse(
        opened.corpus,
        settings.stages,
        n_jobs=n_jobs,
        watch=partial(log.stage, total=articles),
        model=estimates.model,
        memory=estimates.memory,
        settled=used[0],
    )
    with log.stage("keeping ids", total=articles):
        naming = name_groups(analysis, opened, ledger)
    with log.stage("making lists", total=articles):
        assignments = tables.assignments(analysis, naming.names)
        return Decision(
            analysis=analysis,
            naming=naming,
            assignments=assignments,
            continued=continue_stories(analysis, assignments, naming, opened, ledger),
            pairs=tables.duplicate_pairs(analysis),
            estimates=estimates,
            settled=used,
        )
