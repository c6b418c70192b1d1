"""The real articles, where they are at hand."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime

import pytest

from jobs.readers import Rejections, read_articles, resolve_ids
from jobs.settings import InputSettings


@pytest.mark.shared
def test_every_record_of_the_real_corpora_is_read_and_dated_in_seconds(shared_data):
    log = Rejections()
    started = time.process_time()
    now = datetime(2026, 1, 1, tzinfo=UTC)
    articles = list(read_articles([shared_data], InputSettings(), now=now, rejections=log))
    seconds = time.process_time() - started
    assert log.reasons == {"not read": 1}
    assert log.repairs["no date: unreadable"] <= 99
    assert len(list(resolve_ids(articles, log))) + len(log.rejected) == log.records
    months = Counter(
        f"{article.published_at:%Y-%m}" for article in articles if article.source == "kompas.com"
    )
    assert set(months) == {"2019-09", "2025-06"}
    assert seconds < 15
