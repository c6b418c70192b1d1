"""Ids of groups."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.article import Article
from dedup.corpus import Corpus
from dedup.stories.identity import chronological, earliest_rows, group_id, group_ids


def corpus(*days: int | None) -> Corpus:
    return Corpus.from_articles(
        Article(
            id=f"a{n}", text="x", published_at=None if day is None else datetime(2021, 1, day, tzinfo=UTC)
        )
        for n, day in enumerate(days)
    )


def test_the_earliest_member_gives_the_id():
    assert group_ids(corpus(3, 2, 1), np.array([0, 0, 1]), "story") == [
        group_id("a1", "story"),
        group_id("a2", "story"),
    ]


def test_an_undated_member_is_the_last():
    assert earliest_rows(corpus(None, 5, 4), np.zeros(3, np.int64)).tolist() == [2]
    assert earliest_rows(corpus(None, None), np.zeros(2, np.int64)).tolist() == [0]


def test_the_id_stays_while_later_articles_join():
    assert group_ids(corpus(1, 2), np.array([0, 0]), "event") == group_ids(
        corpus(1, 2, 3), np.array([0, 0, 0]), "event"
    )


def test_articles_in_no_group_have_no_part():
    assert group_ids(corpus(1, 2, 3), np.array([-1, 0, -1]), "dup") == [group_id("a1", "dup")]


def test_an_id_says_its_kind_and_sixteen_hexadecimal_digits():
    kind, digits = group_id("x", "dup").split("-")
    assert kind == "dup"
    assert len(digits) == 16
    assert int(digits, 16) >= 0


@given(st.lists(st.one_of(st.none(), st.integers(1, 28)), min_size=1, max_size=12))
def test_rows_in_time_order_are_all_there_and_ascend(days: list[int | None]):
    articles = corpus(*days)
    rows = chronological(articles, np.arange(len(articles)))
    assert sorted(rows.tolist()) == list(range(len(articles)))
    keys = [(articles.published[row] < 0, articles.published[row], row) for row in rows]
    assert keys == sorted(keys)
