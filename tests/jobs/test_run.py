"""Whole runs: what the files hold, and that nothing but the articles decides it."""

from __future__ import annotations

import gzip
import json
import random
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from dedup.errors import CannotWriteError, UsageError
from jobs.config import load_settings
from jobs.records import FILES, json_schema
from jobs.run import EXIT_TOO_MANY_REJECTED, RunResult, run
from jobs.scheduled import run_scheduled
from tests.sample import SAMPLE, gold, lines

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SCHEMAS = Path(__file__).parents[2] / "jobs" / "schemas"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return run([str(path) for path in SAMPLE], tmp_path_factory.mktemp("sample"), load_settings(), now=NOW)


@pytest.mark.parametrize("name", FILES)
def test_every_line_follows_its_schema(name: str, sample: RunResult) -> None:
    validator = jsonschema.Draft202012Validator(json.loads((SCHEMAS / f"{Path(name).stem}.json").read_text()))
    for line in lines(sample.folder / name):
        validator.validate(line)
        assert next(iter(line)) == "schema_version"


@pytest.mark.parametrize("name", FILES)
def test_the_schemas_are_those_of_the_records(name: str) -> None:
    assert json.loads((SCHEMAS / f"{Path(name).stem}.json").read_text()) == json_schema(FILES[name])


def test_no_article_is_lost(sample: RunResult) -> None:
    assigned = [line["article_id"] for line in lines(sample.folder / "assignments.jsonl")]
    assert assigned == sorted(gold())
    in_stories = [
        article for line in lines(sample.folder / "stories.jsonl") for event in line["events"]
        for article in event["article_ids"]
    ]  # fmt: skip
    assert sorted(in_stories) == assigned


def test_every_reference_resolves(sample: RunResult) -> None:
    stories = {line["story_id"]: line for line in lines(sample.folder / "stories.jsonl")}
    events = {event["event_id"]: line["story_id"] for line in stories.values() for event in line["events"]}
    ids = {line["article_id"] for line in lines(sample.folder / "assignments.jsonl")}
    for line in lines(sample.folder / "assignments.jsonl"):
        assert events[line["event_id"]] == line["story_id"]
        assert (
            (line["original_id"] is None) == (line["duplicate_group"] is None) == (line["relation"] is None)
        )
        assert line["original_id"] is None or line["original_id"] in ids
        assert (line["relation"] == "original") == (line["original_id"] == line["article_id"])
    for story in stories.values():
        assert story["representative_id"] in ids
        assert story["article_count"] == sum(len(event["article_ids"]) for event in story["events"])


def test_labels_tell_stories_apart(sample: RunResult) -> None:
    labels = [line["label"] for line in lines(sample.folder / "stories.jsonl")]
    assert all(labels)
    assert len(set(labels)) == len(labels)


def test_copies_share_event_and_story_with_their_original(sample: RunResult) -> None:
    rows = {line["article_id"]: line for line in lines(sample.folder / "assignments.jsonl")}
    copies = [row for row in rows.values() if row["relation"] not in {None, "original"}]
    assert copies
    for row in copies:
        assert row["event_id"] == rows[row["original_id"]]["event_id"]


def test_the_report_names_inputs_settings_and_cost(sample: RunResult) -> None:
    report = json.loads((sample.folder / "run.json").read_text())
    assert report["counts"]["articles"] == len(gold())
    assert report["settings_digest"] == load_settings().stages.digest
    assert all(len(entry["blake2b"]) == 64 for entry in report["inputs"])
    assert report["stages"][0]["name"] == "reading"
    assert all(stage["seconds"] >= 0 and stage["peak_memory_mib"] > 0 for stage in report["stages"])


def shuffled(folder: Path, seed: int) -> Path:
    """The JSON Lines part of the sample in another order."""
    records = SAMPLE[0].read_text(encoding="utf-8").splitlines(keepends=True)
    random.Random(seed).shuffle(records)
    target = folder / "shuffled.jsonl"
    target.write_text("".join(records), encoding="utf-8")
    return target


@pytest.mark.parametrize("workers", [1, 3])
def test_neither_order_nor_workers_change_a_byte(workers: int, sample: RunResult, tmp_path: Path) -> None:
    inputs = [str(SAMPLE[2]), str(shuffled(tmp_path, workers)), str(SAMPLE[1])]
    settings = load_settings(None, {"run": {"jobs": workers}})
    again = run(inputs, tmp_path / "out", settings, now=NOW)
    for name in ("assignments.jsonl", "duplicates.jsonl", "stories.jsonl"):
        assert (again.folder / name).read_bytes() == (sample.folder / name).read_bytes()


def test_an_empty_input_gives_empty_files(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    result = run([str(empty)], tmp_path / "out", load_settings(), now=NOW)
    assert result.exit_code == 0
    assert (result.folder / "assignments.jsonl").read_text() == ""


def test_a_run_does_not_read_what_an_earlier_one_wrote(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text('{"id": "only", "text": "A ship has left the harbour."}\n')
    with pytest.raises(UsageError, match=r"results: lies in the input"):
        run([str(tmp_path)], tmp_path / "results", load_settings(), now=NOW)
    run([str(tmp_path / "one.jsonl")], tmp_path / "results", load_settings(), now=NOW)
    with pytest.raises(UsageError, match=r"results/assignments\.jsonl: is a result file"):
        run([str(tmp_path / "*" / "*.jsonl")], tmp_path / "results", load_settings(), now=NOW)
    result = run([str(tmp_path / "one.jsonl")], tmp_path, load_settings(), now=NOW)
    assert result.counts["articles"] == 1


def test_a_file_that_breaks_off_is_a_loss_however_many_records_went_through(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    lines_ = [f'{{"id": "{n}", "text": "Ship {n} has left the harbour."}}\n' for n in range(150)]
    (spool / "whole.jsonl").write_text("".join(lines_))
    packed = gzip.compress("".join(lines_).replace('"id": "', '"id": "b').encode())
    (spool / "broken.jsonl.gz").write_bytes(packed[:-10])
    (spool / "other.csv").write_text("colour;size\nred;3\n")
    result = run([str(spool)], tmp_path / "out", load_settings(), now=NOW)
    assert (result.counts["unread_files"], result.exit_code) == (2, EXIT_TOO_MANY_REJECTED)
    report = json.loads((tmp_path / "out" / "run.json").read_text())
    assert [Path(file).name for file in report["unread_files"]] == ["broken.jsonl.gz", "other.csv"]
    assert result.counts["articles"] >= 150


def test_results_do_not_go_into_a_state(tmp_path: Path) -> None:
    one = tmp_path / "one.jsonl"
    one.write_text('{"id": "only", "text": "A ship has left the harbour."}\n')
    state = tmp_path / "state"
    with pytest.raises(UsageError, match="lies in the folder of the state"):
        run_scheduled([str(one)], state, load_settings(), out=state / "out", now=NOW)
    run_scheduled([str(one)], state, load_settings(), now=NOW)
    for out in (state, state / "out"):
        with pytest.raises(CannotWriteError, match="holds the state of scheduled runs"):
            run([str(one)], out, load_settings(), now=NOW)


def test_one_article_is_its_own_story(tmp_path: Path) -> None:
    one = tmp_path / "one.jsonl"
    one.write_text('{"id": "only", "text": "A ship has left the harbour."}\n')
    result = run([str(one)], tmp_path / "out", load_settings(), now=NOW)
    (line,) = lines(result.folder / "assignments.jsonl")
    assert line["duplicate_group"] is None
    assert line["story_id"]


def test_a_withdrawn_article_takes_no_part(tmp_path: Path) -> None:
    wire = tmp_path / "wire.jsonl"
    wire.write_text(
        '{"uri": "a", "headline": "Closed", "body_text": "The harbour is closed.", "pubstatus": "usable"}\n'
        '{"uri": "b", "headline": "Burnt", "body_text": "The harbour burnt.", "pubstatus": "canceled"}\n'
    )
    result = run([str(wire)], tmp_path / "out", load_settings(), now=NOW)
    assert [line.article_id for line in result.assignments] == ["a"]
    assert (result.counts["withdrawn"], result.counts["rejected"], result.exit_code) == (1, 0, 0)


def test_inputs_that_overlap_are_no_fault(tmp_path: Path) -> None:
    news = tmp_path / "news.jsonl"
    news.write_text(
        '{"id": "a", "text": "The harbour is closed."}\n{"id": "b", "text": "Rice got dearer."}\n'
    )
    again = tmp_path / "again.jsonl"
    again.write_text('{"id": "a", "text": "The harbour is closed."}\n')
    result = run([str(news), str(again)], tmp_path / "out", load_settings(), now=NOW)
    assert (result.counts["rejected"], result.counts["repeated"], result.exit_code) == (1, 1, 0)


def test_corrections_are_listed_and_are_no_fault(tmp_path: Path) -> None:
    news = tmp_path / "news.jsonl"
    news.write_text(
        '{"id": "a", "text": "The harbour is closed."}\n{"id": "b", "text": "Rice got dearer."}\n'
        '{"id": "a", "text": "The harbour is open.", "version": 2}\n{"id": "b", "status": "withdrawn"}\n'
    )
    result = run([str(news)], tmp_path / "out", load_settings(), now=NOW)
    assert (result.counts["rejected"], result.counts["repeated"], result.exit_code) == (2, 2, 0)
    assert [line.reason for line in result.rejected] == [
        "duplicate id: replaced by version 2",
        "duplicate id: a text of a withdrawn article",
    ]
    with news.open("a") as file:
        file.write("nothing that is JSON\n")
    assert run([str(news)], tmp_path / "out", load_settings(), now=NOW).exit_code == 3
