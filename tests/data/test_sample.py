"""The sample corpus is what its README says: a user measures with it, so its labels must hold."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path

from dedup.article import Article
from jobs.readers import Rejections, read_articles, resolve_ids
from jobs.settings import InputSettings

WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
NOW = datetime(2021, 8, 1, tzinfo=UTC)
DATA = Path(__file__).parents[2] / "data"
WORD = re.compile(r"[\u4e00-\u9fff]|[^\W_]+")


def read_lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@cache
def articles() -> dict[str, dict]:
    """All articles of the three parts by id, each with title and text at least."""
    found = read_lines(DATA / "sample" / "articles.jsonl")
    with (DATA / "sample" / "archive.csv").open(encoding="utf-8", newline="") as stream:
        found += csv.DictReader(stream)
    for path in (DATA / "sample" / "folder").glob("*.txt"):
        title, _, text = path.read_text("utf-8").partition("\n")
        found.append({"id": path.name, "title": title, "text": text.strip(), "source": ""})
    assert len({article["id"] for article in found}) == len(found)
    return {article["id"]: article for article in found}


@cache
def gold() -> dict[str, dict]:
    return {line["article_id"]: line for line in read_lines(DATA / "gold" / "gold.jsonl")}


@cache
def read() -> tuple[dict[str, Article], Rejections]:
    """The sample as the readers give it, and what they had to say."""
    rejections = Rejections()
    parts = [DATA / "sample" / part for part in ("articles.jsonl", "archive.csv", "folder")]
    found = read_articles(parts, InputSettings(), now=NOW, rejections=rejections)
    return {article.id: article for article in found}, rejections


@cache
def look_alikes() -> list[tuple[str, str]]:
    return [(line["article_id"], line["other_id"]) for line in read_lines(DATA / "gold" / "not_copies.jsonl")]


@cache
def boilerplate() -> dict[str, list[str]]:
    return {line["article_id"]: line["lines"] for line in read_lines(DATA / "gold" / "boilerplate.jsonl")}


@cache
def body(article_id: str) -> list[str]:
    """The lines of an article that are not boilerplate."""
    left = [line for line in articles()[article_id]["text"].split("\n") if line]
    for line in boilerplate()[article_id]:
        left.remove(line)
    return left


@cache
def shingles(article_id: str) -> frozenset[tuple[str, ...]]:
    words = WORD.findall(" ".join(body(article_id)).lower())
    return frozenset(zip(*(words[start:] for start in range(5)), strict=False))


def jaccard(a: str, b: str) -> float:
    return len(shingles(a) & shingles(b)) / len(shingles(a) | shingles(b))


def containment(part: str, whole: str) -> float:
    return len(shingles(part) & shingles(whole)) / len(shingles(part))


def copies(relation: str) -> list[tuple[str, str]]:
    """Pairs of copy and original."""
    return [
        (line["article_id"], line["duplicate_of"]) for line in gold().values() if line["relation"] == relation
    ]


def group(article_id: str) -> str:
    return gold()[article_id]["duplicate_of"] or article_id


def test_every_article_has_one_line_of_gold_and_no_line_is_left_over() -> None:
    assert len(articles()) >= 150
    assert sorted(articles()) == sorted(gold()) == sorted(boilerplate())


def test_the_committed_files_are_what_the_sources_give(tmp_path: Path) -> None:
    subprocess.run([sys.executable, DATA / "build_sample.py", tmp_path], check=True)

    def files(folder: Path) -> dict[Path, bytes]:
        paths = [path for part in ("sample", "gold") for path in (folder / part).rglob("*")]
        return {path.relative_to(folder): path.read_bytes() for path in paths if path.is_file()}

    assert files(tmp_path) == files(DATA)


def test_a_copy_points_to_the_earliest_article_of_its_group() -> None:
    labels = gold()
    for article_id, line in labels.items():
        if line["duplicate_of"] is None:
            continue
        original = labels[line["duplicate_of"]]
        assert original["duplicate_of"] is None
        assert original["relation"] == "original"
        assert (line["event"], line["story"]) == (original["event"], original["story"])
        assert original["published"] <= (line["published"] or "9999"), article_id


def test_only_articles_that_were_copied_are_originals() -> None:
    copied = {line["duplicate_of"] for line in gold().values()} - {None}
    originals = {article_id for article_id, line in gold().items() if line["relation"] == "original"}
    assert originals == copied
    single = [line for line in gold().values() if line["relation"] is None]
    assert all(line["duplicate_of"] is None for line in single)


def test_exact_copies_have_the_same_title_and_body() -> None:
    assert len(copies("exact")) >= 5
    for copy, original in copies("exact"):
        assert articles()[copy]["title"] == articles()[original]["title"]
        assert body(copy) == body(original)


def test_reprints_have_another_title_and_almost_the_same_body() -> None:
    assert len(copies("reprint")) >= 5
    for copy, original in copies("reprint"):
        assert articles()[copy]["title"] != articles()[original]["title"]
        assert 0.6 <= jaccard(copy, original) < 1, copy


def test_abridged_copies_are_a_part_of_their_original() -> None:
    assert len(copies("abridged")) >= 5
    for copy, original in copies("abridged"):
        length = len(" ".join(body(copy))) / len(" ".join(body(original)))
        assert 0.3 <= length <= 0.75, (copy, length)
        assert containment(copy, original) >= 0.9, copy


def test_expanded_copies_contain_their_original_and_more() -> None:
    assert len(copies("expanded")) >= 3
    for copy, original in copies("expanded"):
        length = len(" ".join(body(copy))) / len(" ".join(body(original)))
        assert 1.15 <= length <= 2, (copy, length)
        assert containment(original, copy) >= 0.9, copy


def test_look_alikes_share_much_and_are_no_copies() -> None:
    assert len(look_alikes()) >= 8
    for first, second in look_alikes():
        assert group(first) != group(second)
        assert articles()[first]["source"] == articles()[second]["source"]
        assert max(containment(first, second), containment(second, first)) >= 0.2, (first, second)


def test_no_other_two_articles_share_more_than_chance_passages() -> None:
    known = {frozenset(map(group, pair)) for pair in look_alikes()}
    for first, second in combinations(sorted(articles()), 2):
        groups = frozenset((group(first), group(second)))
        if len(groups) == 2 and groups not in known:
            assert jaccard(first, second) < 0.05, (first, second)


def test_every_event_lies_in_one_story() -> None:
    stories = defaultdict(set)
    for line in gold().values():
        stories[line["event"]].add(line["story"])
    assert all(len(found) == 1 for found in stories.values())


def test_stories_run_over_weeks_and_their_events_are_told_by_several_outlets() -> None:
    reports: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for article_id, line in gold().items():
        reports[line["story"]][line["event"]].add(articles()[article_id]["source"])
    told = [events for events in reports.values() if len(events) >= 2]
    assert len(told) >= 15
    assert sum(any(len(outlets) >= 2 for outlets in events.values()) for events in told) >= 15
    assert 20 <= sum(len(events) == 1 for events in reports.values()) <= 40
    days = sorted(line["published"] or "" for line in gold().values() if line["story"] == "rusia-taliban")
    days.remove("")
    assert days[0] < "2021-05-10"
    assert days[-1] > "2021-07-01"


def test_weekdays_in_the_prose_are_those_of_their_dates() -> None:
    named = re.compile(r"(Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu),? \(?(\d+)(?:/(\d+)| (Mei|Juni|Juli))")
    months = {"Mei": 5, "Juni": 6, "Juli": 7}
    found = [match for article_id in articles() for match in named.findall("\n".join(body(article_id)))]
    assert len(found) >= 15
    for weekday, day, number, month in found:
        at = datetime(2021, int(number) if number else months[month], int(day), tzinfo=UTC)
        assert WEEKDAYS[at.weekday()] == weekday, (weekday, day, number or month)


def test_boilerplate_lines_stand_in_the_article_and_leave_the_body_whole() -> None:
    for article_id in articles():
        left = body(article_id)
        assert left, article_id
        assert len(" ".join(left).encode()) >= 250, article_id
    dressed = sum(bool(lines) for lines in boilerplate().values())
    assert dressed >= 0.95 * len(articles())


def test_dates_come_in_many_forms_some_are_missing_and_one_is_impossible() -> None:
    forms = Counter(
        re.sub(
            r"[^\W\d_]+", "w", re.sub(r"\d", "0", article.get("date") or article.get("publish_date") or "")
        )
        for article in articles().values()
    )
    assert len(forms) >= 15
    assert forms[""] >= 5
    dated = {article_id for article_id, article in articles().items() if article.get("date")}
    assert [article_id for article_id in dated if gold()[article_id]["published"] is None] == [
        "koranberanda-0629-gelombang-laut-di-selatan-jawa"
    ]


def test_readers_take_every_article_and_every_date() -> None:
    rejections = Rejections()
    parts = [DATA / "sample" / part for part in ("articles.jsonl", "archive.csv", "folder")]
    read = {
        article.id: article
        for article in read_articles(parts, InputSettings(), now=NOW, rejections=rejections)
    }
    assert not rejections.rejected
    assert sorted(read) == sorted(gold())
    for article_id, article in read.items():
        day = gold()[article_id]["published"]
        if day is None:
            assert article.published_at is None, article_id
            continue
        # The gold day is the outlet's; not every page tells its zone.
        away = article.published_at - datetime.fromisoformat(f"{day}T12:00:00+00:00")
        assert abs(away) <= timedelta(hours=24), article_id


def test_originals_are_earlier_as_instants_too() -> None:
    at = {article_id: article.published_at for article_id, article in read()[0].items()}
    for copy, line in gold().items():
        original = line["duplicate_of"]
        if original is not None and at[copy] is not None:
            assert at[original] < at[copy], copy


def test_bad_records_are_rejected_one_by_one_and_their_neighbours_read() -> None:
    rejections = Rejections()
    found = read_articles([DATA / "sample-bad"], InputSettings(), now=NOW, rejections=rejections)
    kept = {article.id for article in resolve_ids(found, rejections)}
    assert {"good-1", "good-2", "good-3", "impossible-date", "nul"} <= kept
    refused = {rejection.line for rejection in rejections.rejected}
    assert {2, 5, 6, 9, 11, 12} <= refused
    assert len(kept) + len(refused) == 14
    assert len(refused) == len(rejections.rejected)


def test_outlets_are_invented_and_the_corpus_is_small() -> None:
    sources = {article["source"] for article in articles().values()} - {""}
    assert len(sources) >= 14
    assert all(source.endswith(".example") for source in sources)
    assert sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file()) < 600_000


def test_asking_for_help_builds_nothing(tmp_path: Path) -> None:
    command = [sys.executable, str(DATA / "build_sample.py"), "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "folder" in done.stdout
    assert list(tmp_path.iterdir()) == []
