"""The feed of real runs leads to what the runs themselves write out."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.cleaned_texts import CleanedTexts
from jobs.cli import command_line
from jobs.feed import feed
from jobs.ledger.ledger import Ledger
from jobs.search import search
from jobs.sinks.opening import open_sink
from tests.jobs.sinks import consumers
from tests.jobs.sinks.histories import export
from tests.sample import SAMPLE, lines


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state after two runs, each followed by a feed, and the results of the second."""
    folder = tmp_path_factory.mktemp("runs")
    for inputs in (SAMPLE[1:], SAMPLE[:1]):
        arguments = [
            "run",
            *map(str, inputs),
            "--state",
            str(folder / "state"),
            "--out",
            str(folder / "out"),
            "--quiet",
        ]
        assert command_line(arguments) == 0
        for to in ("sqlite:news.db", "jsonl:changes.jsonl"):
            kind, _, name = to.partition(":")
            with open_sink(f"{kind}:{folder / name}") as sink:
                feed(folder / "state", sink)
    return folder


def test_a_follower_holds_what_the_last_run_wrote_out(folder: Path) -> None:
    for held in (consumers.in_json_lines(folder / "changes.jsonl"), consumers.in_sqlite(folder / "news.db")):
        assert held == consumers.as_columns(export(folder / "state"))
        for file, kind in (("assignments.jsonl", "article"), ("stories.jsonl", "story")):
            written = {line[f"{kind}_id"]: line for line in lines(folder / "out" / file)}
            assert set(written) == set(held[kind])
            for id_, row in written.items():
                assert {name: held[kind][id_][name] for name in row if name != "schema_version"} == {
                    name: value for name, value in row.items() if name != "schema_version"
                }


def test_texts_come_without_boilerplate(folder: Path) -> None:
    with Ledger.open(folder / "state") as ledger:
        ids = list(ledger.article_rows())
        published, cleaned = ledger.texts(ids), CleanedTexts(ledger).of(ids)
    assert cleaned.keys() == published.keys()
    assert sum(map(len, cleaned.values())) < 0.97 * sum(map(len, published.values()))
    assert not [id_ for id_, text in cleaned.items() if "SCROLL TO CONTINUE" in text.upper()]


def test_the_example_of_the_page_finds_the_story(folder: Path) -> None:
    answer = search(folder / "news.db", "taliban moskow")
    assert answer.stories[0].label == "Rusia–Taliban"
    assert all("Taliban" in article.title or "**" in article.snippet for article in answer.articles)
    assert len({article.duplicate_group for article in answer.articles if article.duplicate_group}) == len(
        [article for article in answer.articles if article.duplicate_group]
    )
