"""Runs over a state: what changes, what stays, and what a reader of the state is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dedup.errors import BadSettingsError, StateLockedError, UsageError
from jobs.config import load_settings
from jobs.ledger import Ledger
from jobs.ledger.check import check_tables
from jobs.ledger.rows import published
from jobs.resolve import resolve
from jobs.run import run
from jobs.scheduled import ScheduledResult, run_scheduled
from jobs.scheduled.opening import stored_corpus
from tests.jobs.scheduled.corpora import NOW, Record, feed, in_state, settings, write
from tests.sample import lines

FERRY = (
    "The ferry to Halden turned back on Monday after water entered the engine room. All 112 passengers were taken "
    "off by two tugs before noon, the harbour office said. An inquiry begins this week, and the line will be "
    "served by a smaller ship until the cause is known. Fares stay the same, and tickets stay valid."
)
RICE = (
    "Rice prices fell for a third week in Larantung as the harvest came in early. Traders at the main market paid "
    "11,200 rupiah a kilogram, 400 less than in April. The village cooperative asked the state agency to buy, "
    "and its warehouse in the south is to open ten days before the date that was planned."
)


def ferry(number: int, day: int, **parts: Any) -> Record:
    base = {"id": f"ferry-{number}", "title": "Ferry turns back off Halden", "text": FERRY}
    return {**base, "source": f"paper{number}.example", "date": f"2021-05-{day:02}T08:00:00Z", **parts}


def rice(**parts: Any) -> Record:
    base = {"id": "rice", "title": "Rice prices fall again", "text": RICE, "source": "market.example"}
    return {**base, "date": "2021-05-03T08:00:00Z", **parts}


def replayed(state: Path) -> dict[tuple[str, str], Any]:
    """Apply every change in turn."""
    held: dict[tuple[str, str], Any] = {}
    with Ledger.open(state) as ledger:
        for change in ledger.changes(0):
            key = change.kind, change.id
            if change.op == "delete":
                del held[key]
            else:
                held[key] = change.row
    return held


def exported(state: Path) -> dict[tuple[str, str], Any]:
    """Give all rows of the tables as the feed tells them."""
    with Ledger.open(state) as ledger:
        check_tables(ledger)
        rows = {
            ("article", id_): published(row)
            for id_, row in ledger.article_rows().items()
            if row.status == "live"
        }
        groups = {("duplicate_group", id_): row for id_, row in ledger.duplicate_groups().items()}
        stories = {("story", id_): row for id_, row in ledger.stories().items()}
    return {key: msgspec.to_builtins(row) for key, row in {**rows, **groups, **stories}.items()}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[ScheduledResult]]:
    """A state that saw everything: copies, an update, an old version, a withdrawal, a return."""
    folder = tmp_path_factory.mktemp("history")
    results = feed(
        folder,
        [
            [ferry(1, 2), ferry(2, 3), rice(version=2)],
            [ferry(1, 2), ferry(2, 3), rice(version=2)],
            [ferry(3, 4, title="Ferry trip cut short"), rice(version=1, text="Old.")],
            [{"id": "ferry-1", "status": "withdrawn"}],
            [rice(version=3, text=FERRY, title="Ferry turns back off Halden")],
            [ferry(1, 2, url="https://paper1.example/again")],
            [{"id": "ferry-1", "pubstatus": "canceled"}, {"id": "ferry-2", "pubstatus": "canceled"}],
        ],
    )
    return folder / "state", results


def test_a_first_run_finds_what_a_plain_run_finds_and_writes_the_same_files(tmp_path: Path) -> None:
    source = write(tmp_path, "all.jsonl", [ferry(1, 2), ferry(2, 3), rice()])
    run([source], tmp_path / "plain", settings(), now=NOW)
    run_scheduled([source], tmp_path / "state", settings(), out=tmp_path / "out", now=NOW)
    for name in ("assignments.jsonl", "duplicates.jsonl", "stories.jsonl", "rejected.jsonl"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "plain" / name).read_bytes()
    again = run_scheduled([source], tmp_path / "state", settings(), out=tmp_path / "again", now=NOW)
    assert not again.committed
    for name in ("assignments.jsonl", "duplicates.jsonl", "stories.jsonl", "rejected.jsonl"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()
    report = json.loads((tmp_path / "again" / "run.json").read_text())
    assert (report["churn"], report["generation"], report["counts"]["known"]) == (0, 1, 3)


def test_each_run_tells_what_it_read(history: tuple[Path, list[ScheduledResult]]) -> None:
    told = [{name: count for name, count in result.intake.counts.items() if count} for result in history[1]]
    assert told == [
        {"new": 3},
        {"known": 3},
        {"new": 1, "superseded": 1},
        {"withdrawn": 1},
        {"updated": 1},
        {"returned": 1},
        {"withdrawn": 2},
    ]
    assert [result.generation for result in history[1]] == [1, 1, 2, 3, 4, 5, 6]
    assert {result.exit_code for result in history[1]} == {0}
    assert [result.counts["articles"] for result in history[1]] == [3, 3, 4, 3, 3, 4, 2]


def test_replaying_all_changes_gives_the_tables(history: tuple[Path, list[ScheduledResult]]) -> None:
    assert replayed(history[0]) == exported(history[0])


def test_a_run_writes_only_rows_that_changed(history: tuple[Path, list[ScheduledResult]]) -> None:
    with Ledger.open(history[0]) as ledger:
        second = [(change.kind, change.op, change.id) for change in ledger.changes(1, 2)]
    assert ("article", "upsert", "ferry-3") in second
    assert not {"ferry-1", "rice"} & {id_ for _, _, id_ in second}


def test_a_withdrawal_elects_another_original_and_reaches_the_feed_as_a_delete(
    history: tuple[Path, list[ScheduledResult]],
) -> None:
    with Ledger.open(history[0]) as ledger:
        changes = {(change.kind, change.op, change.id): change.row for change in ledger.changes(2, 3)}
    assert ("article", "delete", "ferry-1") in changes
    row = changes["article", "upsert", "ferry-2"]
    assert row is not None
    assert (row["relation"], row["original_id"]) == ("original", "ferry-2")


def test_an_update_moves_to_where_its_new_text_belongs(
    history: tuple[Path, list[ScheduledResult]],
) -> None:
    with Ledger.open(history[0]) as ledger:
        row = ledger.article_rows(["rice"])["rice"]
        copy = ledger.article_rows(["ferry-3"])["ferry-3"]
        assert ledger.texts(["rice"]) == {"rice": FERRY}
    assert row.duplicate_group == copy.duplicate_group
    assert row.version == 3


def test_every_id_ever_published_resolves(history: tuple[Path, list[ScheduledResult]]) -> None:
    with Ledger.open(history[0]) as ledger:
        for id_ in ledger.published_ids():
            found = resolve(ledger, id_)
            assert (found.current_id is None) == (found.status == "ended")
        assert resolve(ledger, "ferry-1").status == "withdrawn"
        assert resolve(ledger, "rice").status == "live"
        story = resolve(ledger, "rice").row["story_id"]  # type: ignore[index]
        assert resolve(ledger, story).row["article_count"] == 2  # type: ignore[index]
        with pytest.raises(UsageError, match="no-such"):
            resolve(ledger, "no-such-id")


def test_an_id_that_ended_is_not_given_to_another_group(tmp_path: Path) -> None:
    gone = {"id": "ferry-2", "status": "withdrawn"}
    feed(tmp_path, [[ferry(1, 2), ferry(2, 3)], [gone], [ferry(1, 2), ferry(3, 4)]])
    with Ledger.open(tmp_path / "state") as ledger:
        (group,) = ledger.duplicate_groups().values()
        kinds = ledger.published_ids()
        (old,) = (
            id_
            for id_, kind in kinds.items()
            if kind == "duplicate_group" and id_ != group.duplicate_group_id
        )
        assert group.article_ids == ["ferry-1", "ferry-3"]
        assert resolve(ledger, old).status == "ended"


def test_an_article_that_is_called_like_a_group_is_found_when_asked_for(tmp_path: Path) -> None:
    feed(tmp_path, [[ferry(1, 2)]])
    with Ledger.open(tmp_path / "state") as ledger:
        (story,) = ledger.stories()
    feed(tmp_path, [[rice(id=story)]])
    with Ledger.open(tmp_path / "state") as ledger:
        assert resolve(ledger, story).kind == "story"
        assert resolve(ledger, story, article=True).kind == "article"
        with pytest.raises(UsageError):
            resolve(ledger, next(iter(ledger.event_rows())), article=True)


def test_a_new_article_joins_an_old_story(tmp_path: Path) -> None:
    early = {
        "id": "early",
        "title": "Envoys of Norland meet the Ferro council in Halden",
        "text": "Envoys of Norland met the Ferro council in Halden for the first talks in nine years. The Ferro "
        "council asked Norland to lift its trade ban; Norland wants the release of four sailors. " * 2,
        "source": "a.example",
        "date": "2021-05-02T08:00:00Z",
    }
    late = {
        "id": "late",
        "title": "Norland and the Ferro council sign in Halden",
        "text": "Norland and the Ferro council signed an agreement in Halden on trade and on four sailors, whom "
        "the council will release. Norland lifts its ban once the sailors of the envoys' ship are home. " * 2,
        "source": "b.example",
        "date": "2021-06-24T08:00:00Z",
    }
    filler = [rice(), ferry(1, 2)]
    for name, chosen in {
        "small": settings(),
        "settled": settings(
            refit_below=0, duplicate_window_days=10, event_window_days=10, refit_turnover=1.0
        ),
    }.items():
        feed(tmp_path / name, [[early, *filler], [late]], chosen)
        found = in_state(tmp_path / name / "state")
        assert found["late"][2] == {"early", "late"}
        assert found["late"][1] == {"late"}
        assert replayed(tmp_path / name / "state") == exported(tmp_path / name / "state")


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    source = write(tmp_path, "all.jsonl", [ferry(1, 2), ferry(2, 3)])
    found = run_scheduled([source], tmp_path / "state", settings(), dry_run=True, now=NOW)
    assert found.counts["copies"] == 1
    assert not (tmp_path / "state").exists()
    run_scheduled([source], tmp_path / "state", settings(), now=NOW)
    more = write(tmp_path, "more.jsonl", [ferry(3, 4)])
    found = run_scheduled([more], tmp_path / "state", settings(), out=tmp_path / "out", dry_run=True, now=NOW)
    assert (found.generation, found.counts["articles"], found.committed) == (1, 3, False)
    assert not (tmp_path / "out").exists()
    with Ledger.open(tmp_path / "state") as ledger:
        assert ledger.generation == 1


def test_other_settings_of_texts_and_vectors_are_refused(tmp_path: Path) -> None:
    feed(tmp_path, [[ferry(1, 2)]])
    other = load_settings(None, {"stories": {"stem_characters": 5}})
    with pytest.raises(BadSettingsError, match=r"stories\.stem_characters"):
        feed(tmp_path, [[ferry(2, 3)]], other)


def test_a_state_in_use_is_left_alone(tmp_path: Path) -> None:
    feed(tmp_path, [[ferry(1, 2)]])
    with Ledger.open(tmp_path / "state", write=True), pytest.raises(StateLockedError):
        feed(tmp_path, [[ferry(2, 3)]])


def test_an_article_withdrawn_since_it_was_named_is_left_out(tmp_path: Path) -> None:
    feed(tmp_path, [[ferry(1, 2), rice()], [{"id": "rice", "status": "withdrawn"}]])
    with Ledger.open(tmp_path / "state") as ledger:
        corpus, rows = stored_corpus(ledger, ["rice", "ferry-1"])
    assert (corpus.ids, list(rows)) == (["ferry-1"], ["ferry-1"])


def test_results_hold_the_whole_state(tmp_path: Path) -> None:
    feed(tmp_path, [[ferry(1, 2), ferry(2, 3)]])
    source = write(tmp_path, "more.jsonl", [rice()])
    run_scheduled([source], tmp_path / "state", settings(), out=tmp_path / "out", now=NOW)
    assert [line["article_id"] for line in lines(tmp_path / "out" / "assignments.jsonl")] == [
        "ferry-1",
        "ferry-2",
        "rice",
    ]
    assert len(lines(tmp_path / "out" / "duplicates.jsonl")) == 1
