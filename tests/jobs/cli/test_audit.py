"""`newsdedup audit` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobs.cli import command_line

TEXT = (
    "The ferry to Halden turned back on Monday after water entered the engine room. All 112 passengers were taken "
    "off by two tugs before noon, the harbour office said. An inquiry begins this week."
)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    file = tmp_path / "news.jsonl"
    articles = [
        {"id": "a", "source": "north.example", "date": "2021-05-01T08:00:00Z", "text": TEXT},
        {"id": "b", "source": "south.example", "date": "2021-05-01T09:00:00Z", "text": TEXT},
    ]
    file.write_text("".join(json.dumps(article) + "\n" for article in articles))
    return file


def test_it_says_the_top_of_the_page(news: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["audit", str(news), "--out", str(tmp_path / "out"), "--write-deduplicated"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "1 distinct text: 1 article (50.0" in said
    assert "is a copy of 1 other." in said
    assert "1 record written with one text per group, 1 left out." in said
    assert (tmp_path / "out" / "report.html").exists()
    assert (tmp_path / "out" / "deduplicated" / "news.jsonl").read_text() == news.read_text().splitlines(
        True
    )[0]


def test_it_ends_with_a_line_for_programs(
    news: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line(["audit", str(news), "--out", str(tmp_path / "out"), "--json", "--quiet"]) == 0
    line = json.loads(capsys.readouterr().out)
    assert (line["exit_code"], line["counts"]["copies"]) == (0, 1)


def test_it_wants_a_folder(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["audit", str(news)]) == 64
    assert "--out" in capsys.readouterr().err
