"""Matching new articles: the verdict a run would give, and a state that stays as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dedup.errors import EXIT_TOO_MANY_REJECTED, BadDataError, UsageError
from jobs import match as matching
from jobs.cli import command_line
from jobs.ledger import Ledger
from jobs.match import Matcher, read_new
from jobs.readers import Rejections
from jobs.scheduled import run_scheduled
from tests.jobs.scheduled.corpora import NOW, feed, settings, write
from tests.jobs.scheduled.test_corrections import article
from tests.jobs.scheduled.test_splits import articles

#: Articles of the sample that come one at a time, and are matched first: copies, reports on known events, others.
NEW = (
    "suarapesisir-0522-km-citra-bahari-terbalik",
    "islandcourier-0709-inspectors-blame-worn",
    "lintaskota-0704-duta-besar-pilihan-talib",
    "wartapagi-0721-denda-pertama-pelanggaran",
    "harbourpost-0714-railways-slow-trains-as",
)


@pytest.mark.parametrize("kept", [{}, {"refit_below": 0, "event_window_days": 90}], ids=["small", "pinned"])
def test_a_match_is_what_a_run_decides(kept: dict[str, float], tmp_path: Path) -> None:
    sample = articles()
    new = [record for record in sample if record["id"].startswith(NEW)]
    assert len(new) == len(NEW)
    chosen = settings(**kept)
    feed(tmp_path, [[record for record in sample if record not in new]], chosen)
    source = write(tmp_path, "new.jsonl", new)
    before = (tmp_path / "state" / "ledger.sqlite").read_bytes()
    with Ledger.open(tmp_path / "state") as ledger:
        matcher = Matcher(ledger, chosen)
    matches = {article.id: matcher.match(article) for article in read_new([source], chosen, Rejections())}
    assert (tmp_path / "state" / "ledger.sqlite").read_bytes() == before
    run_scheduled([source], tmp_path / "state", chosen, now=NOW)
    with Ledger.open(tmp_path / "state") as ledger:
        rows, stories = ledger.article_rows(matches), ledger.stories()
    for id_, match in matches.items():
        row = rows[id_]
        assert (match.original_id, match.relation) == (row.original_id, row.relation)
        if match.story_id is None:
            assert stories[row.story_id or ""].article_count == 1
        else:
            assert match.story_id == row.story_id
        assert match.seconds < 1
    assert sum(match.original_id is not None for match in matches.values()) == 2
    assert sum(match.story_id is None for match in matches.values()) == 1


def test_no_run_has_to_wait_while_texts_are_cleaned_and_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(tmp_path, [articles(20)])
    with Ledger.open(tmp_path / "state") as ledger:
        waits: list[bool] = []
        for name in ("remove_boilerplate", "find_sums", "CopyIndex", "find_languages", "StoryIndex"):
            work = getattr(matching, name)

            def noted(*given: Any, _work: Any = work, **named: Any) -> Any:
                waits.append(ledger.connection.in_transaction)
                return _work(*given, **named)

            monkeypatch.setattr(matching, name, noted)
        Matcher(ledger, settings())
    assert waits == [False] * 5


@pytest.mark.parametrize("others", [0, 3])
@pytest.mark.parametrize("days", [3, 12])
def test_an_earlier_text_goes_on_with_the_event_of_its_copies(others: int, days: int, tmp_path: Path) -> None:
    """Whether they are alone in it or not, and within the days of an event or not."""
    told = (
        "The ferry to Halden turned back on Monday after water entered the engine room, the harbour office said. "
        "All 112 passengers were taken off by two tugs before noon. An inquiry begins this week, and the line will"
        " be served by a smaller ship until the cause is known. Fares stay the same, and tickets stay valid."
    )
    reports = [
        "Tugs took all 112 passengers off the Halden ferry; water had entered its engine room, said the harbour.",
        "After water entered the engine room of the ferry to Halden an inquiry begins; a smaller ship serves it.",
        "The Halden ferry turned back with water in its engine room. Its 112 passengers are safe, tugs helped.",
    ]
    rest = [record for record in articles() if "ferry" not in record["text"].lower()][:60]
    known = [article("known", told, 20), article("copy", told, 21)]
    known += [article(f"report-{n}", text, 20) for n, text in enumerate(reports[:others])]
    new = article("new", told.replace("Fares stay the same, and", "The"), 20 - days)
    feed(tmp_path, [[*rest, *known]])
    with Ledger.open(tmp_path / "state") as ledger:
        matcher, before = Matcher(ledger, settings()), ledger.article_rows(["known"])["known"]
    source = write(tmp_path, "new.jsonl", [new])
    (found,) = (matcher.match(one) for one in read_new([source], settings(), Rejections()))
    run_scheduled([source], tmp_path / "state", settings(), now=NOW)
    with Ledger.open(tmp_path / "state") as ledger:
        rows = ledger.article_rows(["new", "known"])
    assert rows["known"].original_id == found.original_id == "new"
    assert found.event_id in {rows["new"].event_id, None}
    assert (found.event_id == before.event_id) == (rows["new"].event_id == before.event_id)
    if not others:
        assert found.event_id == before.event_id


def test_the_command_prints_a_line_an_article(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = articles(20)
    feed(tmp_path, [records])
    source = write(tmp_path, "again.jsonl", [{**records[0], "id": "again"}])
    assert command_line(["match", source, "--state", str(tmp_path / "state")]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert found["copies"][0]["article_id"] == records[0]["id"]
    assert found["copies"][0]["relation"] == "exact"
    assert found["story_id"]


def test_what_cannot_be_read_is_said_with_its_place_and_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = articles(20)
    feed(tmp_path, [records])
    source = tmp_path / "broken.jsonl"
    source.write_text('{"id": "new", "text": \n')
    command = ["match", str(source), "--state", str(tmp_path / "state")]
    assert command_line(command) == BadDataError.exit_code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert f"{source}:1: " in shown.err
    assert "JSON" in shown.err
    with source.open("a") as file:
        file.write(json.dumps({**records[0], "id": "again"}) + "\n")
    assert command_line(command) == EXIT_TOO_MANY_REJECTED
    assert json.loads(capsys.readouterr().out)["article_id"] == "again"


def test_an_empty_state_has_nothing_to_match(tmp_path: Path) -> None:
    with (
        Ledger.open(tmp_path / "state", create=True) as ledger,
        pytest.raises(UsageError, match="no articles"),
    ):
        Matcher(ledger, settings())
