"""JSON files that are one document."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.errors import BadDataError
from jobs.settings import InputSettings

A, B = {"id": "a", "text": "One."}, {"id": "b", "text": "Two."}


@pytest.mark.parametrize(
    "document",
    [
        json.dumps([A, B]),
        json.dumps([A, B], indent=2),
        json.dumps({"count": 2, "articles": [A, B]}, indent=1),
        f"{json.dumps(A)}\n{json.dumps(B)}\n",
        "\ufeff\n" + json.dumps([A, B]),
    ],
    ids=["array", "indented array", "wrapped array", "lines", "marked"],
)
def test_a_json_file_is_told_apart_by_its_content(read, tmp_path, document):
    path = tmp_path / "news.json"
    path.write_text(document, encoding="utf-8")
    result = read(path)
    assert [article.id for article in result.articles] == ["a", "b"]
    assert result.reasons == []


def test_one_indented_object_is_one_article(read, tmp_path):
    (tmp_path / "news.json").write_text(json.dumps({**A, "authors": [{"name": "x"}]}, indent=4))
    assert [article.id for article in read(tmp_path).articles] == ["a"]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (rb'{"text": "\ud800"}', "broken JSON"),
        (b'{"text": "\xff"}', "invalid UTF-8"),
        (b'{"text": "x", "n": NaN}', "broken JSON"),
        (b"17", "not an object"),
    ],
)
def test_a_broken_item_leaves_its_neighbours_whole(read, tmp_path, item, reason):
    path = tmp_path / "news.json"
    path.write_bytes(b"[%b, %b, %b]" % (json.dumps(A).encode(), item, json.dumps(B).encode()))
    result = read(path)
    assert [article.id for article in result.articles] == ["a", "b"]
    assert [(line, why.partition(":")[0]) for line, why in result.reasons] == [(2, reason)]


@pytest.mark.parametrize(
    "rest", ["{", '{"text": ', "[" * 100_000, ""], ids=["brace", "cut", "nested", "no end"]
)
def test_what_comes_before_broken_syntax_is_kept(read, tmp_path, rest):
    path = tmp_path / "news.json"
    path.write_text(f"[{json.dumps(A)}, {rest}")
    result = read(path)
    assert [article.id for article in result.articles] == ["a"]
    assert [line for line, _ in result.reasons] == [2]


def test_a_document_beyond_the_limit_is_refused_with_what_to_do(read, tmp_path):
    path = tmp_path / "news.json"
    path.write_text(json.dumps([A] * 100))
    with pytest.raises(BadDataError, match="JSON Lines"):
        read(path, settings=InputSettings(max_document_bytes=1024))


@settings(max_examples=150, deadline=None)
@example(b"{}")
@given(
    st.lists(
        st.sampled_from([b"[", b"]", b"{", b"}", b",", b'"text"', b":", b'"x"', b"\xff", b"1", b"NaN"])
    ).map(b"".join)
)
def test_any_bytes_become_articles_or_rejections(read, data):
    result = read("-", stdin=io.BytesIO(data), settings=InputSettings(format="json", fields={"title": "1"}))
    assert result.log.records == len(result.articles) + len(result.log.rejected)
