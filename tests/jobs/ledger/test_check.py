"""The checks: each finds what it is there for."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from dedup.errors import DamagedStateError, StateLockedError
from jobs.check import check
from jobs.ledger.check import RULES, check_tables
from jobs.ledger.folder import StateFolder
from jobs.ledger.ledger import Ledger
from tests.jobs.ledger.factory import NOW, two_generations

#: What goes wrong, and words of the rule that finds it.
DAMAGES = {
    "UPDATE generations SET generation = 4 WHERE generation = 2": "generations are numbered without gaps",
    "UPDATE changes SET generation = 7 WHERE generation = 2": "every change belongs to a generation",
    "DELETE FROM changes WHERE generation = 1 AND sequence = 2": "changes are numbered without gaps",
    "UPDATE changes SET row = NULL WHERE generation = 1 AND sequence = 1": "an upsert has one",
    "UPDATE generations SET articles = 3 WHERE generation = 2": "counts the live articles",
    "UPDATE articles SET story_id = NULL WHERE article_id = 'c'": "withdrawn ones none",
    "UPDATE articles SET row = 99 WHERE article_id = 'c'": "lies in a segment of articles",
    "UPDATE articles SET row = 0 WHERE article_id = 'c'": "no two articles lie in one place",
    "UPDATE articles SET event_id = 'event-football' WHERE article_id = 'c'": "in an event of its story",
    "UPDATE events SET representative_id = 'd' WHERE event_id = 'event-harbour'": "an article of its own",
    "UPDATE articles SET original_id = 'c' WHERE article_id = 'b'": "its original in its own group",
    "DELETE FROM published_ids WHERE id = 'event-harbour'": "every id in use was published",
    "INSERT INTO redirects VALUES('story-harbour', 'story-football', 1)": "lead nowhere else",
    "INSERT INTO redirects VALUES('story-unknown', 'story-football', 1)": "to one of its kind",
    "UPDATE generations SET counts = '{}' WHERE generation = 2": "the counts of a generation",
    "UPDATE events SET label = 'x' WHERE event_id = 'event-harbour'": "rows of stories, events and articles",
    "DELETE FROM duplicate_groups": "rows of duplicate groups and articles",
    "INSERT INTO date_habits VALUES('x.example', 'en', 'dmy', 1)": "what dates tell about each other",
    "INSERT INTO undecided_dates VALUES('c', 'x.example', 'en', 'en')": "what dates tell about each other",
    "UPDATE articles SET url = 'x' WHERE article_id = 'c'": "replaying the log gives the tables",
    "UPDATE changes SET row = '{}' WHERE generation = 1 AND sequence = 2": "replaying the log gives the tables",
}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    with Ledger.open(tmp_path / "state", create=True) as ledger:
        two_generations(ledger)
    return tmp_path / "state"


@pytest.mark.parametrize("damage", DAMAGES)
def test_each_rule_finds_what_breaks_it(state: Path, damage: str) -> None:
    _change(state, damage)
    with Ledger.open(state, verify=False) as ledger, pytest.raises(DamagedStateError) as told:
        check_tables(ledger)
    assert DAMAGES[damage] in str(told.value)
    assert told.value.file == str(state / "ledger.sqlite")


def test_every_rule_is_tried() -> None:
    tried = " ".join(DAMAGES.values())
    assert [
        rule.holds for rule in RULES if not any(words in rule.holds for words in DAMAGES.values())
    ] == [], tried


def test_redirects_in_a_circle_are_found(state: Path) -> None:
    for name in "xyz":
        _change(state, f"INSERT INTO published_ids VALUES('story-{name}', 'story', 1)")
    for old, new in ("xy", "yz", "zx"):
        _change(state, f"INSERT INTO redirects VALUES('story-{old}', 'story-{new}', 1)")
    with Ledger.open(state, verify=False) as ledger, pytest.raises(DamagedStateError, match="redirects end"):
        check_tables(ledger)


def test_texts_that_lie_elsewhere_are_found(state: Path) -> None:
    _change(
        state,
        "UPDATE articles SET row = CASE article_id WHEN 'c' THEN 3 WHEN 'd' THEN 2 ELSE row END",
    )
    with Ledger.open(state, verify=False) as ledger:
        ledger.seal()
    with pytest.raises(DamagedStateError, match="the title is another one than in the segment"):
        check(state)


def test_a_ledger_of_a_format_to_come_is_not_read(state: Path) -> None:
    _change(state, "UPDATE meta SET value = '99' WHERE key = 'format_version'")
    with pytest.raises(DamagedStateError, match="has format 99, and this version reads 2"):
        Ledger.open(state, verify=False)


def test_a_commit_that_was_never_sealed_is_checked_in_depth_and_sealed(state: Path) -> None:
    seal = (state / "ledger.seal").read_bytes()
    with Ledger.open(state, write=True) as ledger, ledger.commit(started=NOW):
        pass
    sealed = (state / "ledger.seal").read_bytes()
    (state / "ledger.seal").write_bytes(seal)
    assert check(state).generation == 3
    Ledger.open(state, write=True).close()
    assert (state / "ledger.seal").read_bytes() == sealed
    (state / "ledger.seal").write_bytes(seal)
    _change(state, "UPDATE articles SET title = 'x' WHERE article_id = 'c'")
    with pytest.raises(DamagedStateError, match="replaying the log"):
        Ledger.open(state)


def test_a_check_stays_out_of_the_way_of_a_run(state: Path) -> None:
    with StateFolder(state).locked(), pytest.raises(StateLockedError):
        check(state)


def test_a_check_changes_nothing(state: Path) -> None:
    before = {file: file.read_bytes() for file in state.rglob("*") if file.is_file()}
    found = check(state)
    assert (found.generation, found.articles, found.files) == (2, 6, 3)
    assert {file: file.read_bytes() for file in state.rglob("*") if file.is_file()} == before


def _change(state: Path, statement: str) -> None:
    connection = sqlite3.connect(state / "ledger.sqlite")
    with connection:
        connection.execute(statement)
    connection.close()
