"""What an article is to a state: new, known, changed, withdrawn or superseded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jobs.ledger.rows import ArticleRow
from jobs.readers import PlacedArticle, Rejections, read_articles, resolve_ids
from jobs.readers.publication import Dated, DateEvidence, Habits, Origin
from jobs.scheduled.intake import Intake, content_digest, sort_out
from tests.jobs.scheduled.corpora import NOW, settings, write


def sorted_out(articles: list[PlacedArticle], known: Mapping[str, ArticleRow]) -> Intake:
    return sort_out(articles, known, Habits())


def article(day: int | None = 1, **parts: Any) -> PlacedArticle:
    at = None if day is None else datetime(2021, 5, day, tzinfo=UTC)
    evidence = None if at is None else DateEvidence(Origin("a.example", "", ""), Dated(at))
    base = {"id": "a", "text": "One.", "title": "First", "file": "f", "line": 1, "date_told": str(at or "")}
    return PlacedArticle(**base | {"published_at": at, "evidence": evidence} | parts)


def stored(known: PlacedArticle) -> ArticleRow:
    return ArticleRow(
        article_id=known.id,
        status=known.status,
        digest=content_digest(known),
        segment=1,
        row=0,
        placed_at=0,
        version=known.version,
        date_evidence=msgspec.json.encode(known.evidence).decode() if known.evidence else "",
    )


def place(found: Intake) -> str:
    (name,) = (name for name, count in found.counts.items() if count)
    return name


@pytest.mark.parametrize(
    ("known", "comes", "becomes"),
    [
        (None, {}, "new"),
        (None, {"status": "withdrawn"}, "withdrawn"),
        ({}, {}, "known"),
        ({}, {"metadata": {"fetched": "later"}}, "known"),
        ({}, {"text": "Two."}, "updated"),
        ({}, {"title": "Second"}, "updated"),
        ({}, {"day": 2}, "updated"),
        ({}, {"text": "Two.", "day": 2}, "updated"),
        ({"day": 2}, {"text": "Two.", "day": 1}, "superseded"),
        ({"day": None}, {"text": "Two.", "day": 1}, "updated"),
        ({"day": 2}, {"text": "Two.", "day": None}, "updated"),
        ({"version": 1}, {"version": 2, "text": "Two."}, "updated"),
        ({"version": 1}, {"version": 2}, "updated"),
        ({"version": 2}, {"version": 1, "text": "Two."}, "superseded"),
        ({"version": 2}, {"version": 1}, "superseded"),
        ({}, {"status": "withdrawn"}, "withdrawn"),
        ({"version": 3}, {"status": "withdrawn"}, "withdrawn"),
        ({"version": 3}, {"status": "withdrawn", "version": 2}, "superseded"),
        ({"status": "withdrawn"}, {"status": "withdrawn"}, "known"),
        ({"status": "withdrawn"}, {}, "returned"),
        ({"status": "withdrawn", "version": 2}, {"version": 1}, "superseded"),
        ({"status": "withdrawn", "version": 2}, {"version": 2}, "superseded"),
        ({"status": "withdrawn", "version": 2}, {"version": 3}, "returned"),
        ({"version": 2}, {"status": "withdrawn", "version": 2}, "withdrawn"),
    ],
)
def test_each_article_has_its_place(
    known: dict[str, Any] | None, comes: dict[str, Any], becomes: str
) -> None:
    rows = {} if known is None else {"a": stored(article(**known))}
    assert place(sorted_out([article(**comes)], rows)) == becomes


def test_an_older_version_is_rejected_with_its_place_and_the_reason() -> None:
    found = sorted_out([article(version=1, text="Two.")], {"a": stored(article(version=2))})
    (rejection,) = found.superseded
    assert (rejection.file, rejection.line, rejection.article_id) == ("f", 1, "a")
    assert rejection.reason == "duplicate id: version 2 is known already"


def test_known_and_superseded_articles_leave_the_state_as_it_is() -> None:
    rows = {"a": stored(article(version=2))}
    assert not sorted_out([article(version=2)], rows).anything
    assert not sorted_out([article(version=1, text="Two.")], rows).anything
    assert sorted_out([article(version=3)], rows).anything


def test_a_version_that_was_withdrawn_stays_so_whichever_comes_first() -> None:
    live, notice = article(version=2), article(version=2, status="withdrawn")
    (kept,) = sorted_out([live], {"a": stored(notice)}).superseded
    assert kept.reason == "duplicate id: its withdrawal is known already"
    assert sorted_out([notice], {"a": stored(live)}).withdrawn
    for order in ([live, notice], [notice, live]):
        assert [each.status for each in resolve_ids(order, Rejections())] == ["withdrawn"]


def test_a_copy_that_lost_its_date_is_an_update_that_keeps_it() -> None:
    known = article(day=2)
    (found,) = sorted_out([article(day=None, text="Two.")], {"a": stored(known)}).changed
    assert (found.text, found.evidence) == ("Two.", known.evidence)
    (found,) = sorted_out([article(day=None, version=1)], {"a": stored(known)}).changed
    assert found.evidence is None


@pytest.mark.parametrize("date", ["2021-05-01", "05/04/2026", "2027-01-01", ""])
def test_a_record_is_known_whichever_file_and_day_it_is_read_from(tmp_path: Path, date: str) -> None:
    for name in ("one.jsonl", "other.jsonl"):
        write(tmp_path, name, [{"id": "a", "text": "One.", "date": date}])
    articles = [
        next(
            read_articles(
                [str(tmp_path / name)],
                settings().input,
                now=NOW - timedelta(days=days),
                rejections=Rejections(),
            )
        )
        for name, days in (("one.jsonl", 0), ("other.jsonl", 0), ("one.jsonl", 300))
    ]
    assert len({content_digest(each) for each in articles}) == 1
