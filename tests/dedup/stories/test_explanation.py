from __future__ import annotations

import numpy as np
import pytest

from dedup.article import Article
from dedup.corpus import Corpus
from dedup.settings import StorySettings
from dedup.stories import explain_pair, find_stories

TEXTS = (
    "Fire destroyed the Zorvath spice market, Mayor Quellin said, and traders lost every stall.",
    "Traders of the Zorvath spice market count losses after the fire; Mayor Quellin promised stalls.",
    "Striker Odran Belkova scored twice as Harrowgate United beat Tarnmouth.",
)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus.from_articles(
        Article(id=str(number), text=text, language="en") for number, text in enumerate(TEXTS)
    )


@pytest.fixture(scope="module")
def stories(corpus):
    return find_stories(corpus, np.arange(len(corpus)), StorySettings())


def test_the_heaviest_shared_terms_come_first(corpus, stories):
    told = explain_pair(corpus, stories, 0, 1, terms=3)
    assert {"Zorvath", "Quellin"} < {shared.term for shared in told.shared}
    assert [shared.weight for shared in told.shared] == sorted(
        (shared.weight for shared in told.shared), reverse=True
    )


def test_all_shared_terms_add_up_to_the_cosine(corpus, stories):
    told = explain_pair(corpus, stories, 0, 1, terms=100)
    assert sum(shared.weight for shared in told.shared) == pytest.approx(told.cosine)
    assert told.event_similarity == pytest.approx(told.cosine)


def test_articles_of_one_event_were_merged_above_the_least_similarity(corpus, stories):
    told = explain_pair(corpus, stories, 0, 1)
    assert told.same_event
    assert told.same_story
    assert told.event_similarity > told.event_least
    assert told.story_similarity == 1


def test_articles_apart_have_no_merge(corpus, stories):
    told = explain_pair(corpus, stories, 0, 2)
    assert not told.same_event
    assert not told.same_story
    assert told.event_similarity is None
    assert told.story_similarity is None
