"""Whole audits: what they count, that the lists agree, and that nothing but the articles decides it."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from dedup.errors import UsageError
from jobs.audit import FILES, Audit, audit
from jobs.config import load_settings
from jobs.report.records import Cost
from tests.sample import BAD, SAMPLE, gold, lines

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def test_every_file_is_there(sample_audit: Audit) -> None:
    written = {path.name for path in sample_audit.folder.iterdir()}
    lists = {f"{name}.{ending}" for name in sample_audit.tables for ending in ("csv", "parquet")}
    assert written == {*FILES, *lists, "deduplicated", "dropped.jsonl"}
    assert (
        (sample_audit.folder / "report.html")
        .read_text(encoding="utf-8")
        .lower()
        .startswith("<!doctype html>")
    )


def test_the_numbers_are_those_of_the_result_files(sample_audit: Audit) -> None:
    top, rows = sample_audit.report.overview, lines(sample_audit.folder / "assignments.jsonl")
    stories = lines(sample_audit.folder / "stories.jsonl")
    assert top.articles == len(rows) == len(gold())
    assert top.copies == sum(row["relation"] not in {None, "original"} for row in rows)
    assert top.copies == top.copies_across + top.copies_within + top.copies_unknown
    assert top.distinct_texts == top.articles - top.copies
    assert top.duplicate_groups == len({row["duplicate_group"] for row in rows} - {None})
    assert top.events == len({row["event_id"] for row in rows})
    assert top.stories == len(stories)
    assert top.largest_story == max(story["article_count"] for story in stories)
    assert sum(count.count for count in top.languages) == top.articles
    assert top.first_published == min(
        story["first_published"] for story in stories if story["first_published"]
    )


def test_flows_are_the_copies_counted(sample_audit: Audit) -> None:
    copies = sample_audit.tables["copies"].to_pylist()
    across = [copy for copy in copies if copy["same_outlet"] is False]
    counted = Counter((copy["original_outlet"], copy["copy_outlet"]) for copy in across)
    found = sample_audit.report.copying
    assert {(flow.original, flow.copy): flow.copies for flow in found.flows} == dict(counted.most_common(25))
    assert found.flows_in_all == len(counted)
    assert (
        sum(flow.copies for flow in found.matrix) == len(across) == sample_audit.report.overview.copies_across
    )
    assert sum(delay.copies for delay in found.delays) + found.delay_unknown == len(across)
    assert sum(flow.copies for flow in found.within) == sample_audit.report.overview.copies_within


def test_outlets_add_up(sample_audit: Audit) -> None:
    report = sample_audit.report
    outlets = report.copying.outlets
    assert sum(outlet.articles for outlet in outlets) == report.overview.articles
    assert sum(outlet.copies_of_others for outlet in outlets) == report.overview.copies_across
    assert sum(outlet.copied_by_others for outlet in outlets) == report.overview.copies_across
    firsts = sum(outlet.first_with_text for outlet in outlets)
    assert firsts + report.copying.shared_texts_undecided == report.copying.shared_texts
    assert all(outlet.exclusive_texts <= outlet.distinct_texts <= outlet.articles for outlet in outlets)


def test_histograms_hold_every_compared_pair(sample_audit: Audit) -> None:
    found = sample_audit.report.duplicates
    assert sum(rule.accepted for rule in found.rules) == found.pairs_accepted
    assert sum(rule.refused for rule in found.rules) == found.pairs_refused
    for rule in found.rules:
        for bins in (rule.jaccard_bins, rule.containment_bins):
            assert sum(one.accepted for one in bins) == rule.accepted
            assert sum(one.refused for one in bins) == rule.refused
    assert sum(count.count for count in found.reasons) == found.pairs_compared
    assert sum(size.articles for size in found.sizes) == found.articles_in_groups


def test_doubtful_pairs_come_with_what_differs(sample_audit: Audit) -> None:
    found = sample_audit.report.duplicates
    assert all(pair.relation for pair in found.weakest_accepted)
    assert not any(pair.relation for pair in found.strongest_refused)
    assert [pair.margin for pair in found.weakest_accepted] == sorted(
        pair.margin for pair in found.weakest_accepted
    )
    for pair in (*found.weakest_accepted, *found.strongest_refused):
        assert any(passage.shared for passage in pair.passages)
        assert any(not passage.shared for passage in pair.passages)


def test_stories_count_to_the_whole(sample_audit: Audit) -> None:
    found, top = sample_audit.report.stories, sample_audit.report.overview
    assert sum(size.articles for size in found.sizes) == top.articles
    (chosen,) = (cut for cut in found.story_cuts if cut.chosen)
    assert (chosen.groups, chosen.largest) == (top.stories, top.largest_story)
    (chosen,) = (cut for cut in found.event_cuts if cut.chosen)
    assert chosen.groups == top.events
    looser = [cut.groups for cut in found.story_cuts]
    assert looser == sorted(looser, reverse=True)
    for story in (*found.largest, *found.least_coherent):
        assert story.weakest_merge is None or story.weakest_merge >= found.story_similarity - 1e-4
        assert -1e-6 <= story.cohesion <= 1
        assert sum(story.strip.articles) <= story.articles


def test_the_whole_is_as_pairs_of_texts_say(sample_audit: Audit) -> None:
    found = sample_audit.found.analysis.stories
    story = int(found.story[0])
    texts = sorted(
        {int(found.vector_of[row]) for row in range(len(found.story)) if found.story[row] == story}
    )
    rows = found.vectors.matrix[texts].toarray()
    cosines = [rows[i] @ rows[j] for i in range(len(texts)) for j in range(i)]
    (line,) = (
        row for row in sample_audit.tables["stories"].to_pylist()
        if row["story_id"] == sample_audit.found.stories[story].story_id
    )  # fmt: skip
    assert len(texts) > 1
    assert line["cohesion"] == pytest.approx(sum(cosines) / len(cosines), abs=1e-4)


def test_neither_order_nor_workers_change_a_number(sample_audit: Audit, tmp_path: Path) -> None:
    records = SAMPLE[0].read_text(encoding="utf-8").splitlines(keepends=True)
    random.Random(3).shuffle(records)
    (tmp_path / "shuffled.jsonl").write_text("".join(records), encoding="utf-8")
    settings = load_settings(None, {"run": {"jobs": 3}})
    again = audit([SAMPLE[2], SAMPLE[1], tmp_path / "shuffled.jsonl"], settings=settings, now=NOW)
    for section in ("overview", "copying", "duplicates", "stories", "boilerplate", "days", "rejects"):
        assert getattr(again.report, section) == getattr(sample_audit.report, section)
    assert again.report.reduction.steps == sample_audit.report.reduction.steps


def test_the_same_articles_give_the_same_report(sample_audit: Audit) -> None:
    again = audit(SAMPLE, now=NOW)
    nothing = Cost(started="", seconds=0, peak_memory_mib=0, stages=[])
    reports = [
        msgspec.structs.replace(
            one.report, cost=nothing, reduction=msgspec.structs.replace(one.report.reduction, written=None)
        )
        for one in (again, sample_audit)
    ]
    assert msgspec.json.encode(reports[0]) == msgspec.json.encode(reports[1])
    assert again.folder is None
    assert again.tables["articles"].equals(sample_audit.tables["articles"])


def test_what_was_left_out_is_told_with_its_place(tmp_path: Path) -> None:
    found = audit(BAD, tmp_path, now=NOW)
    rejects = found.report.rejects
    assert found.exit_code == 3
    assert rejects.rejected == len(lines(tmp_path / "rejected.jsonl")) == len(rejects.first)
    assert all(reject.line and reject.reason for reject in rejects.first)
    assert rejects.records == found.report.overview.articles + rejects.rejected + rejects.withdrawn
    assert "could not be used" in found.report.overview.sentences[-1]


@pytest.mark.parametrize(
    "text", ["", '{"id": "only", "text": "A ship has left the harbour."}\n', '{"title": "Rain"}\n']
)
def test_nearly_nothing_is_audited_too(text: str, tmp_path: Path) -> None:
    (tmp_path / "news.jsonl").write_text(text)
    found = audit(tmp_path / "news.jsonl", tmp_path / "out", now=NOW)
    assert found.report.overview.articles == text.count("\n")
    assert found.report.overview.copies == 0
    assert json.loads((tmp_path / "out" / "report.json").read_text())["overview"]["stories"] == text.count(
        "\n"
    )


def test_an_audit_does_not_read_what_an_earlier_one_wrote(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text('{"id": "only", "text": "A ship has left the harbour."}\n')
    audit(tmp_path / "one.jsonl", tmp_path / "out", write_deduplicated=True, now=NOW)
    with pytest.raises(UsageError, match="is a result file"):
        audit(tmp_path / "out" / "deduplicated", tmp_path / "out", now=NOW)


def test_a_day_is_shown_as_it_was_told(tmp_path: Path) -> None:
    text = "A ship has left the harbour with two hundred sheep and will be back before the rains."
    (tmp_path / "news.jsonl").write_text(
        f'{{"id": "a", "source": "satu.example", "date": "2021-05-02 00:00 WIB", "text": "{text}"}}\n'
        f'{{"id": "b", "source": "dua.example", "date": "2021-05-02", "text": "{text}"}}\n'
    )
    settings = load_settings(None, {"input": {"timezone": "Asia/Jakarta"}})
    report = audit(tmp_path / "news.jsonl", settings=settings, now=NOW).report
    assert report.overview.dated_to_the_day == 1
    (story,) = report.stories.largest
    assert {story.representative.published, story.first_mover.published} <= {
        "2021-05-01T17:00:00Z",
        "2021-05-02T00:00:00Z",
    }
    assert report.copying.delay_unknown == report.overview.copies_across == 1


def test_changed_settings_are_named(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text('{"id": "only", "text": "A ship has left the harbour."}\n')
    found = audit(
        tmp_path / "one.jsonl", settings=load_settings(None, {"stories": {"story_cut": 0.7}}), now=NOW
    )
    (changed,) = found.report.provenance.changed
    assert (changed.name, changed.value) == ("stories.story_cut", 0.7)
