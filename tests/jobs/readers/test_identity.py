"""One article an id, whatever the order."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.readers import PlacedArticle, Rejections, resolve_ids

DATES = [None, datetime(2021, 1, 1, tzinfo=UTC), datetime(2021, 1, 2, tzinfo=UTC)]

articles = st.lists(
    st.builds(
        PlacedArticle,
        id=st.sampled_from("ab"),
        text=st.sampled_from(["One.", "Two.", "Three."]),
        version=st.integers(0, 2),
        published_at=st.sampled_from(DATES),
        metadata=st.sampled_from([{}, {"x": 1, "y": 2}, {"y": 2, "x": 1}]),
        file=st.just("f"),
        line=st.integers(1, 5),
    ),
    max_size=8,
)


@given(articles, st.randoms(use_true_random=False))
def test_the_winners_do_not_depend_on_the_order_and_every_loser_is_recorded(found, rng):
    shuffled = list(found)
    rng.shuffle(shuffled)
    log, other_log = Rejections(), Rejections()
    winners = sorted(resolve_ids(found, log), key=lambda article: article.id)
    others = sorted(resolve_ids(shuffled, other_log), key=lambda article: article.id)
    assert [msgspec.structs.replace(article, metadata={}) for article in winners] == [
        msgspec.structs.replace(article, metadata={}) for article in others
    ]
    assert len(log.rejected) == len(other_log.rejected) == len(found) - len(winners)
    for winner in winners:
        assert winner.version == max(article.version for article in found if article.id == winner.id)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ({"version": 1}, {"version": 2, "text": "New."}, "replaced by version 2"),
        (
            {"published_at": DATES[1]},
            {"published_at": DATES[2], "text": "New."},
            "replaced by the one of 2021-01-02",
        ),
        ({}, {"published_at": DATES[2], "text": "New."}, "replaced by the one of 2021-01-02"),
        ({"line": 1}, {"line": 2}, "the same article again"),
        ({"text": "One."}, {"text": "Two."}, "another text of the same version and date"),
        ({"version": 1}, {"version": 2, "text": "", "status": "withdrawn"}, "replaced by version 2"),
        ({"published_at": DATES[2]}, {"text": "", "status": "withdrawn"}, "withdrawn"),
        ({"version": 3}, {"status": "withdrawn"}, "withdrawn"),
    ],
)
def test_the_reason_says_why_the_other_was_kept(old, new, reason):
    base = {"id": "a", "text": "Old.", "file": "f", "line": 7}
    log = Rejections()
    (winner,) = resolve_ids([PlacedArticle(**base | new), PlacedArticle(**base | old)], log)
    (rejection,) = log.rejected
    assert rejection.reason.startswith("duplicate id: ")
    assert reason in rejection.reason
    assert (rejection.file, rejection.article_id) == ("f", "a")
    assert log.repeated == (not reason.startswith("another text")), "two texts of one id lose one of them"
    assert winner.status == new.get("status", "live")
