"""Texts on a shelf are the texts of the articles."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.corpus import Corpus
from jobs.readers import PlacedArticle, Rejections, Shelf, read_articles, resolve_ids
from jobs.settings import InputSettings

NOW = datetime(2022, 1, 1, tzinfo=UTC)

articles = st.lists(
    st.builds(
        PlacedArticle,
        id=st.sampled_from("abcdefgh"),
        text=st.sampled_from(["", "One.", "Zwei – drei.", "四五六", "😀"]),
        title=st.sampled_from(["", "Title"]),
        version=st.integers(0, 2),
        metadata=st.sampled_from([{}, {"x": 1}]),
        file=st.just("f"),
        line=st.integers(1, 5),
    ),
    max_size=12,
)


@given(articles)
def test_articles_without_their_texts_resolve_alike_and_get_them_back(found):
    shelf, log, other_log = Shelf(), Rejections(), Rejections()
    shelved = [
        msgspec.structs.replace(article, text="", shelved=shelf.put(article.text)) for article in found
    ]
    wanted = Corpus.from_articles(resolve_ids(found, log))
    corpus = shelf.corpus(resolve_ids(shelved, other_log, shelf=shelf))
    assert corpus.ids == wanted.ids
    assert list(corpus.texts) == list(wanted.texts)
    assert np.array_equal(corpus.texts.data, wanted.texts.data)
    assert np.array_equal(corpus.texts.offsets, wanted.texts.offsets)
    assert log.rejected == other_log.rejected


def test_a_reader_with_a_shelf_keeps_no_text_in_the_articles(tmp_path):
    path = tmp_path / "two.jsonl"
    path.write_text('{"id": "b", "text": "Second – one."}\n{"id": "a", "text": "First one."}\n')
    shelf = Shelf()
    found = list(read_articles([path], InputSettings(), now=NOW, rejections=Rejections(), shelf=shelf))
    assert [article.text for article in found] == ["", ""]
    assert list(shelf.corpus(found).texts) == ["First one.", "Second – one."]


def test_an_id_that_comes_twice_is_refused():
    shelf = Shelf()
    twice = [PlacedArticle(id="a", text="", file="f", shelved=shelf.put("One.")) for _ in range(2)]
    with pytest.raises(ValueError, match="comes twice"):
        shelf.corpus(twice)


def test_no_articles_are_an_empty_corpus():
    assert len(Shelf().corpus([])) == 0
