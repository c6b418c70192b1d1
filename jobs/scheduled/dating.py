"""When the articles of a run were published, beside the dates of all articles of the state."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup.corpus import NO_DATE
from jobs.ledger.dates import evidence_of, stored_habits, undecided_of, undecided_origins

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jobs.ledger.ledger import Ledger
    from jobs.ledger.rows import ArticleRow
    from jobs.readers import PlacedArticle
    from jobs.readers.publication import DateEvidence, Habits
    from jobs.scheduled.intake import Intake


@dataclass(frozen=True, slots=True)
class Dating:
    """The dates of a run: seconds since 1970, `NO_DATE` where unknown.

    Attributes
    ----------
    arrived : dict of str to int
        Of the articles whose content comes with the run, by id.
    moved : dict of str to int
        Of stored articles whose dates the run lets mean something else than until now.
    left : list of int
        Where those stood.
    """

    arrived: dict[str, int]
    moved: dict[str, int]
    left: list[int]

    @property
    def known(self) -> list[int]:
        """All of these dates that are any."""
        return [at for dates in (self.arrived, self.moved) for at in dates.values() if at != NO_DATE]


def date_articles(ledger: Ledger, intake: Intake, known: Mapping[str, ArticleRow]) -> Dating:
    """Date the articles of a run, and those stored ones whose dates it decides otherwise.

    Parameters
    ----------
    ledger : Ledger
    intake : Intake
        What the run read.
    known : mapping of str to ArticleRow
        What the state holds of the articles in `intake`.

    Notes
    -----
    What dates show is counted over all articles that are live after the run.  So the dates are the same
    whichever runs the articles came with, and a run that shows nothing new leaves those of earlier ones alone.
    """
    before, after = stored_habits(ledger), stored_habits(ledger)
    replaced = [known[article.id] for article in (*intake.live, *intake.withdrawn) if article.id in known]
    for row in replaced:
        _learn(after, evidence_of(row), -1)
    for article in intake.live:
        _learn(after, article.evidence, 1)
    others = [origin for origin in undecided_origins(ledger) if before.of(origin) != after.of(origin)]
    ids = {id_ for origin in others for id_ in undecided_of(ledger, origin)}
    rows = ledger.article_rows(ids - {row.article_id for row in replaced})
    dates = {id_: _settled(after, evidence_of(row)) for id_, row in rows.items()}
    moved = {id_: at for id_, at in dates.items() if at != rows[id_].published_at}
    return Dating(
        {article.id: _settled(after, article.evidence) for article in intake.live},
        moved,
        [rows[id_].placed_at for id_ in moved],
    )


def habits_with(ledger: Ledger, articles: Iterable[PlacedArticle]) -> Habits:
    """Give what the dates of a state show, beside those of the articles that a run has read."""
    habits = stored_habits(ledger)
    for article in articles:
        _learn(habits, article.evidence, 1)
    return habits


def _learn(habits: Habits, evidence: DateEvidence | None, times: int) -> None:
    if evidence is not None:
        habits.learn(evidence.dated, evidence.origin, times)


def _settled(habits: Habits, evidence: DateEvidence | None) -> int:
    at = None if evidence is None else habits.settle(evidence.dated, evidence.origin, Counter())
    return NO_DATE if at is None else int(at.timestamp())
