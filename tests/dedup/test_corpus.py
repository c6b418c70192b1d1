"""Articles as columns."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.article import Article
from dedup.corpus import NO_DATE, PADDING, Corpus, TextColumn

texts = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=20)


@given(texts)
def test_a_column_gives_back_what_went_in(strings: list[str]) -> None:
    column = TextColumn.from_strings(strings)
    assert list(column) == strings
    assert column[0 : len(strings)] == strings
    assert not column.data[column.offsets[-1] :].any()
    assert len(column.data) == column.offsets[-1] + PADDING


@given(texts, st.randoms())
def test_taking_rows_keeps_their_order(strings: list[str], random: Random) -> None:
    rows = [row for row in range(len(strings)) if random.random() < 0.5]
    random.shuffle(rows)
    taken = TextColumn.from_strings(strings).take(np.array(rows, np.int64))
    assert list(taken) == [strings[row] for row in rows]


def test_rows_outside_a_column_are_refused() -> None:
    with pytest.raises(IndexError):
        TextColumn.from_strings(["one"])[1]


def article(number: int) -> Article:
    return Article(
        id=f"a{number}",
        text=f"text {number}",
        title=f"title {number}",
        source=["", "b.example", "a.example"][number % 3],
        published_at=datetime(2026, 5, 1 + number, tzinfo=UTC) if number % 2 else None,
    )


@given(st.permutations(range(7)))
def test_the_order_of_the_input_leaves_no_trace(order: list[int]) -> None:
    corpus = Corpus.from_articles(article(number) for number in order)
    assert corpus.ids == [f"a{number}" for number in range(7)]
    assert corpus.texts[3] == "text 3"
    assert corpus.source_names == ["a.example", "b.example"]
    assert [corpus.source(row) for row in range(3)] == ["", "b.example", "a.example"]
    assert corpus.published[0] == NO_DATE
    assert corpus.published[1] == datetime(2026, 5, 2, tzinfo=UTC).timestamp()


def test_an_id_that_comes_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="'a1' comes twice"):
        Corpus.from_articles([article(1), article(1)])


def test_part_of_a_corpus_is_a_corpus() -> None:
    corpus = Corpus.from_articles(article(number) for number in range(5)).take([1, 4])
    assert corpus.ids == ["a1", "a4"]
    assert list(corpus.titles) == ["title 1", "title 4"]
    assert corpus.source(1) == "b.example"
