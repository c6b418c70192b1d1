"""From records of any tool to articles."""

from __future__ import annotations

import io
import json
import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from dedup.errors import BadDataError, BadSettingsError
from jobs.settings import InputSettings

RECORDS = tomllib.loads(Path(__file__).with_name("records.toml").read_text("utf-8"))["record"]


def one(read, tmp_path, monkeypatch, line, **settings):
    monkeypatch.chdir(tmp_path)
    Path("news.jsonl").write_text(line if isinstance(line, str) else json.dumps(line))
    result = read("news.jsonl", settings=InputSettings(**settings))
    (article,) = result.articles
    return article, result.log


@pytest.mark.parametrize("case", RECORDS, ids=[case["tool"] for case in RECORDS])
def test_a_record_of_a_known_tool_needs_no_settings(read, tmp_path, monkeypatch, case):
    record = json.loads(case["json"], strict=False)
    article, _ = one(read, tmp_path, monkeypatch, record)
    for name, expected in case["article"].items():
        found = getattr(article, name)
        assert found == (datetime.fromisoformat(expected) if name == "published_at" else expected), name
    assert sorted(article.metadata) == sorted(case["unused"])


def test_a_mapping_comes_before_the_known_names_and_goes_into_objects(read, tmp_path, monkeypatch):
    record = {
        "text": "Teaser.",
        "payload": {"body": "The whole report."},
        "when": "2021-08-16",
        "date": "2001-01-01",
    }
    article, _ = one(read, tmp_path, monkeypatch, record, fields={"text": "payload.body", "date": "when"})
    assert article.text == "The whole report."
    assert article.published_at.year == 2021
    assert article.metadata == {
        "text": "Teaser.",
        "payload": {"body": "The whole report."},
        "date": "2001-01-01",
    }


def test_a_mapping_of_a_part_that_no_article_has_is_a_mistake_in_the_settings(read, tmp_path, monkeypatch):
    with pytest.raises(BadSettingsError, match="'colour'"):
        one(read, tmp_path, monkeypatch, {"text": "x"}, fields={"colour": "red"})


def test_records_without_any_known_field_tell_which_fields_there_are_and_what_to_do(
    read, tmp_path, monkeypatch
):
    with pytest.raises(BadDataError, match=r"news\.jsonl.*brödtext, rubrik.*--field text="):
        one(read, tmp_path, monkeypatch, {"brödtext": "Färjan går.", "rubrik": "Färjan"})


def test_a_headline_without_a_text_is_kept_and_counted(read, tmp_path, monkeypatch):
    article, log = one(read, tmp_path, monkeypatch, {"title": "Ferry back", "text": " "})
    assert (article.title, article.text) == ("Ferry back", "")
    assert log.repairs["no text, title only"] == 1


def test_a_long_text_is_cut_between_characters_and_counted(read, tmp_path, monkeypatch):
    article, log = one(read, tmp_path, monkeypatch, {"text": "ä" * 2000}, max_text_bytes=1025)
    assert article.text == "ä" * 512
    assert log.repairs["text cut"] == 1


def test_nul_becomes_the_replacement_character_and_is_counted(read, tmp_path, monkeypatch):
    article, log = one(
        read, tmp_path, monkeypatch, {"id": "a\0b", "title": "c\0d", "text": "e\0f", "url": "https://g.h/\0"}
    )
    assert (article.id, article.title, article.text, article.url) == ("a�b", "c�d", "e�f", "https://g.h/�")
    assert log.repairs["NUL replaced"] == 4


@pytest.mark.parametrize("record", [{"id": "é" * 300}, {"url": "https://example.com/" + "é" * 300}])
def test_a_long_id_keeps_its_head_and_a_digest_and_stays_unlike_others(read, tmp_path, monkeypatch, record):
    article, log = one(read, tmp_path, monkeypatch, {"text": "Body.", **record})
    (name,) = record
    other, _ = one(read, tmp_path, monkeypatch, {"text": "Body.", name: record[name] + "x"})
    assert len(article.id.encode()) <= 512
    assert article.id != other.id
    assert article.id.startswith(record[name][:200])
    assert article.metadata.get("id") == record.get("id")
    assert log.repairs["id shortened"] == 1


@pytest.mark.parametrize("own", ["../../etc/passwd", "/etc/passwd", "a\nb", "=cmd()", "\u202eabc", "-", "💡"])
def test_hostile_ids_are_only_names(read, tmp_path, monkeypatch, own):
    article, _ = one(read, tmp_path, monkeypatch, {"id": own, "text": "Body."})
    assert article.id == own


def test_lines_end_alike(read, tmp_path, monkeypatch):
    article, _ = one(read, tmp_path, monkeypatch, {"text": "One.\r\nTwo.\rThree."})
    assert article.text == "One.\nTwo.\nThree."


def test_the_last_of_equal_keys_counts_as_in_every_json_reader(read, tmp_path, monkeypatch):
    article, _ = one(read, tmp_path, monkeypatch, '{"text": "First.", "text": "Second."}')
    assert article.text == "Second."


def test_a_return_that_a_spreadsheet_spelt_out_is_a_line_end(read):
    result = read("-", stdin=io.BytesIO(b'{"id": "a", "text": "One line._x000D_\\nAnother."}\n'))
    assert result.articles[0].text == "One line.\nAnother."
