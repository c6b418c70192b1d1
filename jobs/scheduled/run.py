"""`newsdedup run --state`: read, sort out, decide anew what is open, name it as before, commit."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from dedup.corpus import TextColumn
from dedup.errors import NoInputError, UsageError
from jobs.ledger.bound_settings import compare_settings, keep_settings
from jobs.ledger.ledger import Ledger
from jobs.locking import patient
from jobs.logs import NoEvents, tell_reading
from jobs.progress import NoProgress
from jobs.readers import Rejections, input_bytes, read_articles, resolve_ids, waiting
from jobs.run import refuse_results
from jobs.scheduled.dating import habits_with
from jobs.scheduled.decision import decide
from jobs.scheduled.intake import content_digest, sort_out
from jobs.scheduled.modelling import keep_estimates
from jobs.scheduled.opening import open_articles
from jobs.scheduled.report import (
    ScheduledResult,
    scheduled_counts,
    scheduled_exit_code,
    story_churn,
    whole_counts,
    with_settings_waiting,
)
from jobs.scheduled.results import write_results
from jobs.scheduled.rows import article_rows, event_rows, group_rows, withdrawn_rows
from jobs.scheduled.settling import keep_sums
from jobs.sinks.files import locked, make_folder
from jobs.stages import StageLog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jobs.config import JobSettings
    from jobs.ledger.commit import Commit
    from jobs.ledger.rows import ArticleRow
    from jobs.logs import EventLog
    from jobs.progress import Progress
    from jobs.readers import PlacedArticle
    from jobs.scheduled.decision import Decision
    from jobs.scheduled.intake import Intake
    from jobs.scheduled.opening import Opened


def run_scheduled(
    inputs: Sequence[str],
    state: Path,
    settings: JobSettings,
    *,
    out: Path | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    events: EventLog | None = None,
    now: datetime | None = None,
) -> ScheduledResult:
    """Bring the articles of `inputs` into the state, and decide anew what they may change.

    Parameters
    ----------
    inputs : sequence of str
        Paths, globs or folders; ``-`` reads JSON Lines from standard input.  Folders and patterns may be empty.
    state : Path
        Folder of the state, created where missing.
    settings : JobSettings
        From `jobs.config.load_settings`.
    out : Path, optional
        Folder in which to write the result files of the whole state.
    dry_run : bool, default False
        Find out what would come of it and write nothing.
    progress : Progress, optional
        Shown how far each stage is.
    events : EventLog, optional
        Told what is done.
    now : datetime, optional
        Articles dated later than two days after it lose their date; the present moment by default.

    Raises
    ------
    UsageError
        Where `out` lies in the state or in the input, or an input is a result file in it.
    NoInputError, BadDataError, CannotWriteError
        Where nothing can be read or written at all; single bad records are rejected and counted.
    BadSettingsError
        Where the state was made with settings that do not go together with these.
    DamagedStateError
        Where the state is not what the last run left.
    StateLockedError
        Where another run uses the state or `out`.

    Notes
    -----
    The groups of the open articles are found as in a run over all of them at once; what earlier runs decided
    has a say in their names alone.  Where nothing is new, no generation is made.
    """
    log = StageLog(progress or NoProgress(), events or NoEvents())
    inputs = waiting(inputs)
    with ExitStack() as stack:
        if out is not None and not dry_run:
            if out.resolve().is_relative_to(state.resolve()):
                raise UsageError("lies in the folder of the state; choose another folder", file=str(out))
            if inputs:
                refuse_results(inputs, out)
            make_folder(out)
            stack.enter_context(patient(partial(locked, out), settings.run.lock_timeout))
        ledger = stack.enter_context(_ledger(state, settings, stack, dry_run=dry_run))
        differing = compare_settings(ledger, settings.stages)
        run = _Run(ledger, settings, log, now or datetime.now(UTC), dry_run=dry_run)
        result = with_settings_waiting(run.over(inputs, state, out), differing, log.events)
        if out is not None and not dry_run:
            with log.stage("writing results"):
                write_results(result, ledger, out)
    return result


def _ledger(state: Path, settings: JobSettings, stack: ExitStack, *, dry_run: bool) -> Ledger:
    """Open the state; a dry run writes nothing into it, nor does it make one."""
    if not dry_run:
        opening = partial(Ledger.open, state, create=True)
        return stack.enter_context(patient(opening, settings.run.lock_timeout))
    try:
        return Ledger.open(state)
    except NoInputError:
        return Ledger.open(Path(stack.enter_context(TemporaryDirectory())) / "state", create=True)


class _Run:
    """One scheduled run over an open ledger."""

    def __init__(
        self, ledger: Ledger, settings: JobSettings, log: StageLog, started: datetime, *, dry_run: bool
    ) -> None:
        self._ledger = ledger
        self._settings = settings
        self._log = log
        self._started = started
        self._dry_run = dry_run
        self._rejections = Rejections()

    def over(self, inputs: Sequence[str], state: Path, out: Path | None) -> ScheduledResult:
        """Read, decide, commit."""
        articles = self._read(inputs)
        known = self._ledger.article_rows(article.id for article in articles)
        replaced = self._ledger.replaced_contents(known)
        intake = sort_out(articles, known, habits_with(self._ledger, articles), replaced)
        self._rejections.rejected += intake.superseded
        tell_reading(self._log.events, self._rejections)
        result = partial(self._result, state=state, out=out, intake=intake)
        if not intake.anything:
            return result(None, None)
        with self._log.stage("opening the state"):
            opened = open_articles(self._ledger, intake, known, self._settings.state, self._started)
        decision = decide(opened, self._ledger, self._settings, self._log)
        if self._dry_run:
            return result(decision, opened)
        with self._log.stage("committing"), self._commit(decision) as commit:
            self._put(commit, intake, opened, decision)
            found = result(decision, opened)
            commit.report = found.report
        return found

    def _commit(self, decision: Decision) -> Commit:
        model_generation = decision.estimates.fit.generation
        return self._ledger.commit(started=self._started, model_generation=model_generation)

    def _read(self, inputs: Sequence[str]) -> list[PlacedArticle]:
        if not inputs:
            return []
        with self._log.stage("reading", total=input_bytes(inputs) or None, unit="bytes"):
            articles = read_articles(
                inputs,
                self._settings.input,
                now=self._started,
                rejections=self._rejections,
                progress=self._log.progress.advance_to,
            )
            return list(resolve_ids(articles, self._rejections, is_known=self._is_known))

    def _is_known(self, article: PlacedArticle) -> bool:
        """Say whether the state holds an article, or has held it, word for word."""
        digest, row = content_digest(article), self._ledger.article_rows([article.id]).get(article.id)
        held = row is not None and row.digest == digest
        return held or (article.id, digest) in self._ledger.replaced_contents([article.id])

    def _put(self, commit: Commit, intake: Intake, opened: Opened, decision: Decision) -> None:
        rows = list(
            article_rows(opened, decision.analysis.corpus, decision.assignments, _write_texts(commit, opened))
        )
        stories, moved = decision.continued.stories, decision.continued.moved
        commit.put_articles([*rows, *moved, *withdrawn_rows(intake.withdrawn, opened)])
        before = [row for row in opened.stored.values() if row.status == "live"]
        names, settled = decision.naming.names, opened.settled.stories.values()
        commit.put_events(event_rows(stories))
        commit.drop_events({row.event_id for row in before if row.event_id} - set(names.events))
        commit.put_stories(stories)
        commit.drop_stories(
            {row.story_id for row in before if row.story_id}.union(settled) - set(names.stories)
        )
        commit.put_duplicate_groups(group_rows(rows, decision.analysis, names))
        commit.drop_duplicate_groups(
            {row.duplicate_group for row in before if row.duplicate_group} - set(names.groups.values())
        )
        commit.replace_pairs([*opened.stored, *opened.arrived], decision.pairs)
        keep_estimates(commit, self._ledger, decision.estimates, decision.analysis)
        keep_sums(commit, self._ledger, opened, decision.analysis, decision.settled, self._settings.state)
        commit.redirect(decision.naming.redirects)
        commit.set_meta("as_of", str(opened.as_of))
        keep_settings(commit, self._settings.stages)

    def _result(
        self,
        decision: Decision | None,
        opened: Opened | None,
        *,
        state: Path,
        out: Path | None,
        intake: Intake,
    ) -> ScheduledResult:
        last = self._ledger.generations(self._ledger.generation - 1)
        before = last[-1].articles if last else 0
        stored: Mapping[str, ArticleRow] = opened.stored if opened else {}
        left = sum(
            1 for notice in intake.withdrawn if notice.id in stored and stored[notice.id].status == "live"
        )
        articles = before - left + len(intake.new) + len(intake.returned)
        whole = whole_counts(self._ledger, opened, decision, articles)
        told = last[-1].report.get("counts", {}) if last else {}
        counts = scheduled_counts(decision, self._rejections, intake, told, whole)
        committed = decision is not None and not self._dry_run
        churn, lost = story_churn(decision, stored, before - left) if decision else (0.0, 0.0)
        return ScheduledResult(
            state=state,
            out=out,
            generation=self._ledger.generation + committed,
            committed=committed,
            dry_run=self._dry_run,
            settings=self._settings,
            started=self._started,
            rejections=self._rejections,
            intake=intake,
            decision=decision,
            counts=counts,
            churn=churn,
            churn_lost=lost,
            costs=self._log.costs,
            exit_code=scheduled_exit_code(counts, intake, self._settings),
        )


def _write_texts(commit: Commit, opened: Opened) -> dict[str, tuple[int, int]]:
    """Store the texts that came with the run; give segment and row of each article."""
    articles = [opened.arrived[id_] for id_ in sorted(opened.arrived)]
    places = commit.write_articles(
        TextColumn.from_strings(article.title for article in articles),
        TextColumn.from_strings(article.text for article in articles),
    )
    return {article.id: place for article, place in zip(articles, places, strict=True)}
