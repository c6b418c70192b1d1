"""Lines as records: what is seen of a line without its string."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup.text
from dedup.corpus import TextColumn
from dedup.text.lines import Lines, split_lines
from dedup.text.phrases import phrase_key, phrase_table
from dedup.text.signs import COLON, COMMA, LOWER, MARK, OPEN, STOP, UNCASED, UPPER

PHRASES = phrase_table({"Read also": 7, "Read": 8, "关连阅读": 9})
#: Any text that a reader lets through; line breaks of Unicode other than LF and CR are no line breaks here.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\r\n\t"), max_size=60)


def split(*texts: str, **options: Any) -> Lines:
    return split_lines(TextColumn.from_strings(texts), PHRASES, **options)


def only(text: str) -> Any:
    records = split(text).records
    assert len(records) == 1
    return records[0]


def test_lines_end_at_line_feeds_and_carriage_returns_and_blank_ones_do_not_count() -> None:
    lines = split("one\r\ntwo\rthree\n\n \u00a0\n  four  ", "", "five")
    assert lines.first.tolist() == [0, 4, 4, 5]
    assert lines.row.tolist() == [0, 0, 0, 0, 2]
    assert lines.records["fresh"].tolist() == [0, 0, 0, 1, 0]


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, max_size=5))
def test_records_cover_every_word_of_every_text(texts: list[str]) -> None:
    column = TextColumn.from_strings(texts)
    lines = split_lines(column, PHRASES)
    for row, text in enumerate(texts):
        records = lines.records[lines.first[row] : lines.first[row + 1]]
        told = [column.data[one["start"] : one["stop"]].tobytes().decode() for one in records]
        assert "".join("".join(told).split()) == "".join(text.split())


@settings(max_examples=150, deadline=None)
@given(TEXTS.filter(lambda text: "\n" not in text and "\r" not in text))
def test_a_line_has_the_key_of_its_phrase(text: str) -> None:
    records = split(text).records
    if len(records) and records["words"][0]:
        assert int(records["key"][0]) == phrase_key(text)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("It is over.", STOP),
        ('"It is over," she said.', STOP),
        ("It is “over.”", STOP),
        ("It is over. (AB/CD)", STOP),
        ("结束了。", STOP),
        ("यह ख़त्म हुआ।", STOP),
        ("هل انتهى؟", MARK),
        ("Is it over?", MARK),
        ("The list:", COLON),
        ("一覧：", COLON),
        ("First,", COMMA),
        ("Headline", OPEN),
        ("(in brackets)", OPEN),
    ],
)
def test_the_end_of_a_line_is_seen_in_any_script(text: str, end: int) -> None:
    assert only(text)["end"] == end


@pytest.mark.parametrize(
    ("text", "begin"), [("Ab", UPPER), ("«ab", LOWER), ("- 'Ab", UPPER), ("漢字", UNCASED), ("عربي", UNCASED)]
)
def test_the_beginning_of_a_line_is_seen_behind_quotes_and_bullets(text: str, begin: int) -> None:
    assert only(text)["begin"] == begin


def test_abbreviations_do_not_end_sentences() -> None:
    assert only("U.S. Senator J. Holt meets Sen. Brandt at 3.5 per cent")["stops"] == 0
    assert only("The vote is over. The council goes home. Nobody won")["stops"] == 2


def test_the_longest_phrase_counts_whatever_its_case_and_punctuation() -> None:
    assert only("READ  ALSO: something")["phrase"] == 7
    assert only("Read something")["phrase"] == 8
    assert only("Reading something")["phrase"] == 0
    assert only("关连阅读：某事")["phrase"] == 9
    whole = only("– Read also:")
    assert (whole["whole"], whole["cued"]) == (1, 1)


def test_a_line_ends_before_a_phrase_with_a_colon_in_its_middle() -> None:
    records = split("The vote is over.Read also: Who won. He read also this.", break_before=7).records
    assert records["phrase"].tolist() == [0, 7]


@pytest.mark.parametrize(
    "text", ["On Monday he also read also: the small print", "In brief, read also: the rest"]
)
def test_a_phrase_within_a_sentence_breaks_no_line(text: str) -> None:
    assert len(split(text, break_before=7).records) == 1


def test_a_link_set_apart_lies_inside_its_sentence() -> None:
    lines = split("On Monday the minister\nLena Holt\nvisited the bay.\nThe crews were glad.")
    assert lines.records["inside"].tolist() == [1, 1, 1, 0]


def test_threads_do_not_change_the_records() -> None:
    texts = [f"Line {n}: word\nAnother, {n}.\n" * 3 for n in range(50)]
    assert np.array_equal(split(*texts).records, split(*texts, n_jobs=3).records)


def site_phrases() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(dedup.text.__file__).parent / "site_phrases.toml").read_text("utf-8"))


def test_no_site_phrase_is_of_two_kinds() -> None:
    kinds = defaultdict(set)
    for kind, languages in site_phrases().items():
        for phrases in languages.values():
            for phrase in phrases:
                kinds[phrase_key(phrase)].add(kind)
    assert [found for found in kinds.values() if len(found) > 1] == []


@pytest.mark.parametrize("kind", ["notice", "read_also", "heading"])
def test_site_phrases_are_told_in_many_languages(kind: str) -> None:
    assert len(site_phrases()[kind]) >= 30
    assert {"id", "en", "ar", "hi", "th", "zh", "ja", "ko", "he"} <= set(site_phrases()[kind])
