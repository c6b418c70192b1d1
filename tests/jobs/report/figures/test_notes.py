"""Articles and sizes as a report names them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jobs.report.figures.notes import Outlets, note, shorten, shorten_inside, size_classes
from jobs.report.limits import HEADLINE_CHARACTERS
from tests.jobs.report.figures.corpora import article, corpus


@given(st.lists(st.integers(1, 3000)))
def test_every_group_is_in_one_class_of_sizes(sizes: list[int]) -> None:
    classes = size_classes(np.array(sizes, np.int64))
    assert sum(one.number for one in classes) == len(sizes)
    assert sum(one.articles for one in classes) == sum(sizes)
    assert all(one.least * one.number <= one.articles <= one.most * one.number for one in classes)


@given(st.text(), st.integers(2, 50))
def test_nothing_is_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit
    assert len(shorten_inside(text, limit)) <= max(limit, len(" […] "))


def test_an_article_without_a_title_is_named_by_its_beginning() -> None:
    whole = corpus(article("a", text="A ship " * 100, title=" "))
    assert note(whole, 0).headline.startswith("A ship A ship")
    assert len(note(whole, 0).headline) == HEADLINE_CHARACTERS


def test_an_outlet_is_one_whatever_the_case_of_its_name() -> None:
    outlets = Outlets(
        corpus(article("a", outlet="North.example"), article("b", outlet="NORTH.example"), article("c"))
    )
    assert outlets.names == ["", "NORTH.example"]
    assert outlets.of.tolist() == [1, 1, 0]
