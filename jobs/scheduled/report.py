"""What a scheduled run tells of itself: counts, churn, ``run.json``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from jobs import tables
from jobs.run import exit_code_of, run_report

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from jobs.config import JobSettings
    from jobs.ledger.ledger import Ledger
    from jobs.ledger.rows import ArticleRow
    from jobs.logs import EventLog
    from jobs.readers import Rejections
    from jobs.records import Rejected
    from jobs.scheduled.decision import Decision
    from jobs.scheduled.intake import Intake
    from jobs.scheduled.opening import Opened
    from jobs.stages import StageCost


#: What is said where settings differ and nothing was decided.
SETTINGS_WAITING = "settings have changed; they take effect with the next new article"

#: Numbers of an analysis that hold for the open articles only; those of the whole state are counted there.
OF_OPEN = frozenset(
    {
        "articles",
        "sources",
        "copies",
        "duplicate_groups",
        "events",
        "stories",
        "stories_of_several",
        "largest_story",
    }
)

_IN_GROUPS = "SELECT count(*) FROM articles WHERE duplicate_group IS NOT NULL"
_LARGEST = """
SELECT coalesce(max(size), 0) FROM (
  SELECT count(*) AS size FROM articles
  WHERE story_id IS NOT NULL AND story_id NOT IN (SELECT value FROM json_each(?)) GROUP BY story_id
)
"""


@dataclass(frozen=True, kw_only=True)
class ScheduledResult:
    """What one scheduled run did.

    Attributes
    ----------
    state : Path
        Folder of the state.
    out : Path or None
        Folder of the result files, where they were asked for.
    generation : int
        In force after the run.
    committed : bool
        Whether the run made it; not where nothing was new, nor in a dry run.
    dry_run : bool
    settings : JobSettings
    started : datetime
    rejections : Rejections
    intake : Intake
    decision : Decision or None
        What was decided anew; None where nothing was new.
    counts : dict of str to int
    churn : float
        Share of the articles, live before and after, whose story has another id now.
    churn_lost : float
        Share whose old story id does not lead to their story by redirects either.
    costs : list of StageCost
    exit_code : int
    settings_waiting : sequence of str, default ()
        Names of settings that were changed and did nothing, because nothing was new.
    """

    state: Path
    out: Path | None
    generation: int
    committed: bool
    dry_run: bool
    settings: JobSettings
    started: datetime
    rejections: Rejections
    intake: Intake
    decision: Decision | None
    counts: dict[str, int]
    churn: float
    churn_lost: float
    costs: list[StageCost] = field(default_factory=list)
    exit_code: int
    settings_waiting: Sequence[str] = ()

    @property
    def repairs(self) -> dict[str, int]:
        """How many records were kept after a repair or a loss, by kind."""
        return dict(sorted(self.rejections.repairs.items()))

    @property
    def rejected(self) -> list[Rejected]:
        """One line per record that did not go through."""
        return tables.rejected(self.rejections)

    @property
    def report(self) -> dict[str, Any]:
        """What ``run.json`` holds."""
        return {
            **run_report(self),
            "generation": self.generation,
            "committed": self.committed,
            "churn": self.churn,
            "churn_lost": self.churn_lost,
            "windows_days": {
                "duplicates": self.settings.state.duplicate_window_days,
                "events": self.settings.state.event_window_days,
                "stories": self.settings.state.story_window_days,
            },
            **({"model": self.decision.estimates.record} if self.decision else {}),
        }

    def machine_line(self) -> str:
        """Give the one line that a calling program reads."""
        outcome = {
            "exit_code": self.exit_code,
            "state": str(self.state),
            **({"out": str(self.out)} if self.out else {}),
            "generation": self.generation,
            "committed": self.committed,
            "churn": self.churn,
            "counts": self.counts,
        }
        return msgspec.json.encode(outcome).decode()


def with_settings_waiting(
    result: ScheduledResult, differing: Sequence[str], events: EventLog
) -> ScheduledResult:
    """Tell of settings that differ from those of the last change, where nothing was new to apply them to."""
    if not differing or result.decision is not None:
        return result
    events.warning(SETTINGS_WAITING, settings=list(differing))
    return replace(result, settings_waiting=differing)


def story_churn(decision: Decision, stored: Mapping[str, ArticleRow], articles: int) -> tuple[float, float]:
    """Give the share of `articles`, those that were live before and are, whose story has another id now.

    Parameters
    ----------
    decision : Decision
    stored : mapping of str to ArticleRow
        The open articles as they were.
    articles : int
        How many there are in the whole state.

    Returns
    -------
    changed : float
        Share whose story id is another one.
    lost : float
        Share whose old story id does not lead to their story by redirects either.
    """
    now = {line.article_id: line.story_id for line in decision.assignments}
    pairs = [
        (row.story_id or "", now[id_]) for id_, row in stored.items() if row.status == "live" and id_ in now
    ]
    pairs += decision.continued.moves
    redirects = decision.naming.stories.redirects
    changed = sum(old != new for old, new in pairs)
    lost = sum(redirects.get(old, old) != new for old, new in pairs)
    return (round(changed / articles, 6), round(lost / articles, 6)) if articles else (0.0, 0.0)


def whole_counts(
    ledger: Ledger, opened: Opened | None, decision: Decision | None, articles: int
) -> dict[str, int]:
    """Count what the whole state holds once a decision is committed; as it is now without one.

    Parameters
    ----------
    ledger : Ledger
        Before the commit.
    opened : Opened or None
    decision : Decision or None
    articles : int
        Live ones, after the run.
    """
    now, after = ledger.sizes(), _after(opened, decision)
    ((in_groups,),) = ledger.query(_IN_GROUPS)
    ((largest,),) = ledger.query(_LARGEST, (msgspec.json.encode(sorted(after.other_stories)).decode(),))
    groups = now["duplicate_groups"] + after.growth["duplicate_groups"]
    return {
        "articles": articles,
        "copies": in_groups + after.growth["in_groups"] - groups,
        "duplicate_groups": groups,
        "events": now["events"] + after.growth["events"],
        "stories": now["stories"] + after.growth["stories"],
        "largest_story": max(largest, after.largest),
    }


class _After(NamedTuple):
    """By how much a decision lets a state grow, and which stories it leaves otherwise, or not at all."""

    growth: Mapping[str, int]
    other_stories: Collection[str]
    largest: int


def _after(opened: Opened | None, decision: Decision | None) -> _After:
    if opened is None or decision is None:
        return _After(Counter(), (), 0)
    before = [row for row in opened.stored.values() if row.status == "live"]
    names, written = decision.naming.names, decision.continued.stories
    stories = {row.story_id or "" for row in before}.union(opened.settled.stories.values())
    growth = {
        "in_groups": int(decision.analysis.duplicates.in_group.sum())
        - sum(row.duplicate_group is not None for row in before),
        "duplicate_groups": len(names.groups) - len({row.duplicate_group for row in before} - {None}),
        "events": len(names.events) - len({row.event_id for row in before}),
        "stories": len(names.stories) - len(stories),
    }
    changed = (stories - set(names.stories)).union(story.story_id for story in written)
    return _After(growth, changed, max((story.article_count for story in written), default=0))


def scheduled_counts(
    decision: Decision | None,
    rejections: Rejections,
    intake: Intake,
    before: Mapping[str, int],
    whole: Mapping[str, int],
) -> dict[str, int]:
    """Give every number of a scheduled run by name; those of the open articles begin with ``open_``.

    Parameters
    ----------
    before : mapping of str to int
        Those of the run before, which still hold where nothing was decided.
    whole : mapping of str to int
        Of the whole state after the run; see `whole_counts`.
    """
    reading = {
        "records": rejections.records,
        "rejected": len(rejections.rejected),
        "repeated": rejections.repeated,
        "skipped_files": len(rejections.skipped_files),
        "unread_files": len(rejections.unread_files),
    }
    if decision is None:
        found = {**before, "ids_redirected": 0, "ids_ended": 0, "ids_split": 0}
    else:
        analysed = tables.counts(decision.analysis, rejections)
        found = {f"open_{name}" if name in OF_OPEN else name: count for name, count in analysed.items()}
        found["settled_events"] = len(decision.settled[1])
        found |= decision.naming.counts
    return {**found, **reading, **intake.counts, **whole}


def scheduled_exit_code(counts: Mapping[str, int], intake: Intake, settings: JobSettings) -> int:
    """Give the exit code of a run that is done; one that found nothing new is empty."""
    return exit_code_of({**counts, "articles": int(intake.anything)}, settings)
