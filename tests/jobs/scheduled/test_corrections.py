"""Corrections of articles that lie outside of the windows, or stand for their story."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobs.check import check
from jobs.ledger import Ledger
from jobs.ledger.segments import read_segment
from jobs.records import Story
from tests.jobs.scheduled.corpora import Record, feed, in_state, settings

#: A model is made once, in the first run, and never again; three weeks are open.
PINNED = {"refit_below": 0, "refit_growth": 1e9, "refit_turnover": 1.0}

TALKS = (
    """Envoys of Norland met the Ferro council in Halden for the first talks in nine years. The Ferro council
asked Norland to lift its trade ban; Norland wants the release of four sailors. """
    * 2
)
SIGNED = (
    """Norland and the Ferro council signed an agreement in Halden on trade and on four sailors, whom the
council will release. Norland lifts its ban once the sailors of the envoys' ship are home. """
    * 2
)
OTHERS = [
    "Rice prices fell for a third week in Larantung as the harvest came in early. Traders paid 11,200 a kilogram.",
    "Mount Marapuna threw ash four kilometres high on Tuesday night; the observatory raised the alert a level.",
    "The ferry turned back on Monday after water entered the engine room; tugs took all 112 passengers off.",
    "The parliament of Castlegate voted for higher taxes on tobacco and sugar, after nine hours of debate.",
    "A comet was seen over the northern islands by fishermen before dawn and will return in seventy years.",
]


def article(id_: str, text: str, day: int, **more: object) -> Record:
    at = datetime(2021, 1, 1, 8, tzinfo=UTC) + timedelta(days=day)
    given = {"title": text[:40], "source": f"{id_}.example"}
    return {"id": id_, "text": text, "date": at.isoformat(), **given, **more}


def other(number: int, day: int) -> Record:
    return article(f"other-{number}", OTHERS[number % len(OTHERS)].replace("Monday", f"day {number}"), day)


def story_of(folder: Path, id_: str) -> Story:
    with Ledger.open(folder / "state") as ledger:
        row = ledger.article_rows([id_])[id_]
        return ledger.stories([row.story_id or ""])[row.story_id or ""]


def test_a_correction_to_a_settled_event_counts_when_its_story_goes_on(tmp_path: Path) -> None:
    seed = [article("old", OTHERS[0], 0), other(1, 0), other(2, 90), other(3, 90)]
    corrected = article("old", SIGNED, 0, version=2)
    later, new = other(4, 91), article("new", TALKS, 92)
    apart = feed(tmp_path / "apart", [seed, [later], [corrected], [new]], settings(**PINNED))
    feed(tmp_path / "together", [seed, [later], [corrected, new]], settings(**PINNED))
    assert apart[-1].counts["settled_events"] > 0
    assert apart[-1].report["model"]["generation"] == 1
    assert in_state(tmp_path / "apart" / "state") == in_state(tmp_path / "together" / "state")
    assert in_state(tmp_path / "apart" / "state")["new"][2] == {"old", "new"}


@pytest.fixture
def talks(tmp_path: Path) -> tuple[Path, str, str]:
    """Give a state with a story of two articles 60 days apart: its folder, who stands for it, and the other."""
    feed(tmp_path, [[article("early", TALKS, 0), article("late", SIGNED, 60), other(0, 0), other(1, 110)]],
         settings(**PINNED))  # fmt: skip
    story = story_of(tmp_path, "early")
    assert {id_ for event in story.events for id_ in event.article_ids} == {"early", "late"}
    one = story.representative_id
    return tmp_path, one, "late" if one == "early" else "early"


def test_a_story_whose_representative_was_withdrawn_gets_another(talks: tuple[Path, str, str]) -> None:
    folder, gone, left = talks
    feed(folder, [[{"id": gone, "status": "withdrawn"}]], settings(**PINNED))
    story = story_of(folder, left)
    with Ledger.open(folder / "state") as ledger:
        title = ledger.article_rows([left])[left].title
    assert (story.representative_id, story.first_mover_id, story.headline) == (left, left, title)
    assert check(folder / "state").generation == 2


def test_a_corrected_headline_reaches_the_story_it_stands_for(talks: tuple[Path, str, str]) -> None:
    folder, one, _ = talks
    text, day = (TALKS, 0) if one == "early" else (SIGNED, 60)
    feed(
        folder,
        [[article(one, text, day, title="Norland and Ferro: a correction", version=2)]],
        settings(**PINNED),
    )
    story = story_of(folder, one)
    with Ledger.open(folder / "state") as ledger:
        assert story.headline == ledger.article_rows([story.representative_id])[story.representative_id].title
    if story.representative_id == one:
        assert story.headline == "Norland and Ferro: a correction"


def test_a_wrong_date_that_was_corrected_leaves_no_trace(tmp_path: Path) -> None:
    base = [other(number, number % 3) for number in range(8)]
    wrong = article("w", SIGNED, 2000, version=1)
    right = article("w", SIGNED, 2, version=2)
    more = [[other(20 + number, 3)] for number in range(3)]
    found = feed(tmp_path, [base, [wrong], [right], *more], settings(refit_below=3, refit_growth=9))
    made = [each.report["model"]["generation"] for each in found]
    assert made[1:] == [2, 1, 1, 1, 1]
    assert [each.report["model"]["reason"] for each in found[2:]] == ["kept"] * 4
    with Ledger.open(tmp_path / "state") as ledger:
        assert ledger.meta("as_of") == str(int(datetime(2021, 1, 4, 8, tzinfo=UTC).timestamp()))


def test_late_articles_of_a_quiet_time_leave_the_model_as_it_is(tmp_path: Path) -> None:
    base = [other(number, number % 3 + 1000) for number in range(8)]
    found = feed(tmp_path, [base, [other(30, 0)], [other(31, 1003)]], settings(refit_below=3, refit_growth=9))
    with Ledger.open(tmp_path / "state") as ledger:
        (segment,) = ledger.segments("model")
        assert segment.generation == 1
        assert read_segment(ledger.folder, segment).arrays["fitted"].size == len(base)
    assert [each.report["model"]["reason"] for each in found[1:]] == ["kept", "kept"]


def test_an_archive_of_many_years_is_read_with_narrow_windows(tmp_path: Path) -> None:
    chosen = settings(refit_below=0, story_window_days=2, duplicate_window_days=2, event_window_days=2)
    many = [other(number, number * 10) for number in range(1100)]
    (found,) = feed(tmp_path, [many], chosen)
    assert found.counts["articles"] == len(many)


def test_an_old_file_that_stays_takes_back_neither_correction_nor_withdrawal(tmp_path: Path) -> None:
    old, corrected = article("x", OTHERS[0], 0), article("x", OTHERS[0] + " Corrected.", 0)
    notice = {"id": "x", "status": "withdrawn"}
    found = feed(tmp_path, [[old], [old, corrected], [old], [corrected, old], [notice], [corrected], [old]])
    with Ledger.open(tmp_path / "state") as ledger:
        assert ledger.article_rows(["x"])["x"].status == "withdrawn"
        told = [change.op for change in ledger.changes(0) if change.kind == "article"]
    assert told == ["upsert", "upsert", "delete"]
    assert [result.committed for result in found] == [True, True, False, False, True, False, False]
    assert {result.exit_code for result in found} == {0}
    (again,) = feed(tmp_path, [[{**old, "version": 7}]])
    assert again.committed
    assert again.counts["returned"] == 1
