"""Results held against gold labels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dedup.errors import BadDataError, NoInputError
from jobs.evaluate import evaluate


def write(path: Path, lines: list[dict]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture
def result(tmp_path: Path) -> Path:
    groups = {
        "a": ("d1", "e1", "s1"),
        "b": ("d1", "e1", "s1"),
        "c": (None, "e2", "s1"),
        "d": (None, "e3", "s2"),
    }
    write(
        tmp_path / "assignments.jsonl",
        [
            {"article_id": name, "duplicate_group": group, "event_id": event, "story_id": story}
            for name, (group, event, story) in groups.items()
        ],
    )
    return tmp_path


def test_each_level_is_scored_on_its_own(result: Path) -> None:
    gold = [
        {"article_id": "a", "event": "x", "story": "s", "duplicate_of": None},
        {"article_id": "b", "event": "x", "story": "s", "duplicate_of": "a"},
        {"article_id": "c", "event": "x", "story": "s", "duplicate_of": None},
    ]
    copies, events, stories = evaluate(result, write(result / "gold.jsonl", gold))
    assert copies.pairwise.f1 == stories.b_cubed.f1 == 1
    assert (events.pairwise.precision, events.pairwise.recall) == (1, pytest.approx(1 / 3))


def test_levels_without_labels_are_left_out(result: Path) -> None:
    gold = write(
        result / "gold.jsonl", [{"article_id": "a", "story": "s"}, {"article_id": "d", "story": "t"}]
    )
    (stories,) = evaluate(result, gold)
    assert (stories.level, stories.articles) == ("stories", 2)


@pytest.mark.parametrize(
    ("line", "message"), [({"article_id": "z"}, "no such article"), ({"id": "a"}, "not as expected")]
)
def test_a_line_that_does_not_fit_is_named(result: Path, line: dict, message: str) -> None:
    gold = write(result / "gold.jsonl", [{"article_id": "a", "story": "s"}, line])
    with pytest.raises(BadDataError, match=rf"gold\.jsonl:2.*{message}"):
        evaluate(result, gold)


def test_labels_that_label_nothing_are_refused(result: Path) -> None:
    gold = write(result / "gold.jsonl", [{"article_id": "a"}])
    with pytest.raises(BadDataError, match="no line has an event"):
        evaluate(result, gold)


def test_gold_that_is_not_utf_8_is_refused_with_its_line(result: Path) -> None:
    gold = result / "gold.jsonl"
    gold.write_bytes(b'\n{"article_id": "\xff"}\n')
    with pytest.raises(BadDataError, match=r"gold\.jsonl:2: not as expected"):
        evaluate(result, gold)


def test_a_missing_file_is_said(result: Path) -> None:
    with pytest.raises(NoInputError, match=r"none\.jsonl: cannot read"):
        evaluate(result, result / "none.jsonl")
