"""What a person reads at the end of a run."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from jobs.config import load_settings
from jobs.run import run
from jobs.summary import counted, print_summary

BODY = (
    "The harbour master of Port Lunde closed the northern basin on Tuesday after divers found a crack in the "
    "lock gate. Ships will be led through the old canal until the gate is welded, which may take a week."
)


def told(folder: Path, records: list[dict], width: int = 80) -> list[str]:
    """Run over `records` and give the lines of the summary."""
    path = folder / "news.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    out = folder.with_name(f"{folder.name}-results")
    result = run([str(folder)], out, load_settings(), now=datetime(2024, 6, 1, tzinfo=UTC))
    console = Console(file=io.StringIO(), width=width)
    print_summary(result, console)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def article(name: str, source: str, day: int) -> dict:
    return {
        "id": name,
        "title": "Lock gate cracked",
        "text": BODY,
        "source": source,
        "date": f"2024-05-{day:02}",
    }


def test_copies_across_outlets_come_before_those_of_unknown_outlets(tmp_path: Path) -> None:
    records = [
        article("first", "post.example", 1),
        article("within", "post.example", 2),
        article("nameless", "", 3),
        article("across", "ledger.example", 4),
    ]
    details = [line.strip() for line in told(tmp_path, records) if " copy of " in line]
    assert [line.partition(":")[0] for line in details] == [
        "ledger.example",
        "unknown outlet",
        "post.example",
    ]


def test_one_of_a_kind_is_told_in_the_singular(tmp_path: Path) -> None:
    first, *_ = told(tmp_path, [article("a", "post.example", 1)], width=200)
    assert first.startswith("1 article from 1 outlet: 0 copies in 0 groups, 1 event in 1 story (")


def test_further_reasons_of_rejection_are_counted(tmp_path: Path) -> None:
    records = [article("a", "post.example", 1), *([None, 1, "x", [], True, {"id": "b", "text": ""}])]
    lines = told(tmp_path, records)
    assert "6 records were rejected:" in lines
    assert "  … and 1 more reason in rejected.jsonl" in lines


def test_what_loses_nothing_is_told_apart_from_what_was_rejected(tmp_path: Path) -> None:
    once, other = (
        article("a", "post.example", 1),
        {**article("a", "post.example", 1), "text": "Another text."},
    )
    lines = told(tmp_path, [once, once, other, None], width=200)
    assert "2 records were rejected:" in lines
    assert "  1 × duplicate id: another text of the same version and date was kept" in lines
    spare = lines.index("1 record was left out, nothing is lost:")
    assert lines[spare + 1] == "  1 × duplicate id: the same article again"


def test_what_was_mended_or_passed_over_is_counted(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "scan.pdf").write_bytes(b"%PDF")
    records = [article("a", "post.example", 1), {**article("b", "post.example", 1), "date": "soon"}]
    lines = told(tmp_path / "corpus", records, width=200)
    assert "1 file of other kinds passed over, named in run.json" in lines
    assert "1 × no date: unreadable" in " ".join(lines)


@pytest.mark.parametrize("width", [50, 80])
def test_what_the_files_mean_stays_in_its_column(width: int, tmp_path: Path) -> None:
    lines = told(tmp_path, [article("a", "post.example", 1)], width)
    start = lines.index(next(line for line in lines if line.startswith("  assignments.jsonl")))
    column = lines[start].index("one line")
    assert all(line[:column].strip() == "" or line[column - 1] == " " for line in lines[start:])


@pytest.mark.parametrize(("count", "text"), [(0, "0 copies"), (1, "1 copy"), (2000, "2,000 copies")])
def test_numbers_are_told_with_their_noun(count: int, text: str) -> None:
    assert counted(count, "copy", "copies") == text


def test_a_story_that_swallows_the_corpus_is_said(tmp_path: Path) -> None:
    same = [article(f"a{number:02}", "post.example", 1) for number in range(60)]
    assert any("largest story holds 100% of the articles" in line for line in told(tmp_path, same, width=200))
