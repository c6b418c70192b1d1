from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from dedup.article import Article
from dedup.corpus import Corpus
from dedup.errors import UsageError
from dedup.settings import DuplicateSettings
from jobs.explain import explain_pair, print_copies

BODY = (
    "The harbour master of Port Lunde closed the northern basin on Tuesday after divers found a crack in the "
    "lock gate. Ships will be led through the old canal until the gate is welded, which may take a week. "
    "Owners of fishing boats asked the town for help because their catch cannot reach the market in time."
)
EXTRA = (
    " The town council will meet on Friday and decide whether the market may open later than usual this week."
)


@pytest.fixture
def corpus() -> Corpus:
    def article(name: str, text: str, day: int) -> Article:
        return Article(
            id=name,
            text=text,
            title="Lock gate cracked",
            source=f"{name}.example",
            published_at=datetime(2024, 5, day, tzinfo=UTC),
        )

    return Corpus.from_articles(
        [article("late", BODY, 9), article("early", BODY + EXTRA, 8), article("other", EXTRA * 2, 8)]
    )


def test_the_earlier_article_comes_first_and_the_copy_is_named(corpus):
    found = explain_pair(corpus, "late", "early", DuplicateSettings())
    assert (found.first_id, found.second_id, found.relation) == ("early", "late", "abridged")
    assert "Jaccard" in dict(found.features)


def test_what_only_one_text_has_is_shown_beside_an_empty_place(corpus):
    found = explain_pair(corpus, "early", "late", DuplicateSettings())
    assert [(passage.shared, bool(passage.a), bool(passage.b)) for passage in found.passages] == [
        (True, True, True),
        (False, True, False),
    ]


def test_a_refused_pair_is_explained_as_well(corpus):
    found = explain_pair(corpus, "other", "late", DuplicateSettings())
    assert found.relation is None
    assert "too little in common" in found.reason


def test_verdict_and_passages_are_printed(corpus):
    console = Console(width=120, file=StringIO(), record=True)
    print_copies(explain_pair(corpus, "late", "early", DuplicateSettings()), console)
    shown = console.export_text()
    assert "late: abridged of early" in shown
    assert "council will meet" in shown


@pytest.mark.parametrize("names", [("late", "late"), ("late", "missing")])
def test_two_articles_that_exist_have_to_be_named(corpus, names):
    with pytest.raises(UsageError):
        explain_pair(corpus, *names, DuplicateSettings())
