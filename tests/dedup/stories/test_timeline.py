"""Timelines of stories."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np

from dedup.article import Article
from dedup.corpus import Corpus
from dedup.stories.timeline import Day, timeline

DATES = [(1, "a.example"), (1, "b.example"), (1, "b.example"), (3, "a.example"), (None, "c.example")]
CORPUS = Corpus.from_articles(
    Article(
        id=str(n),
        text="x",
        source=source,
        published_at=None if day is None else datetime(2021, 5, day, 23, tzinfo=UTC),
    )
    for n, (day, source) in enumerate(DATES)
)
ROWS = np.arange(len(CORPUS))


def test_days_count_articles_new_texts_and_outlets():
    originals = np.array([0, 0, 2, 2, 4])
    assert timeline(CORPUS, ROWS, originals) == [
        Day(date(2021, 5, 1), 3, 2, 2),
        Day(date(2021, 5, 3), 1, 0, 1),
    ]


def test_undated_articles_have_no_day():
    assert timeline(CORPUS, np.array([4]), ROWS) == []
