"""Two reports of one event and one of another, in every kind of script and inflection."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from dedup.article import Article
from dedup.corpus import Corpus
from dedup.settings import StorySettings
from dedup.stories import find_stories
from tests.conftest import REPOSITORY

REPORTS = tomllib.loads((REPOSITORY / "tests/data/reports.toml").read_text("utf-8"))


def group(texts, language=""):
    corpus = Corpus.from_articles(
        Article(id=f"{number:03}", text=text, language=language) for number, text in enumerate(texts)
    )
    return find_stories(corpus, np.arange(len(corpus)), StorySettings())


@pytest.mark.parametrize("language", REPORTS)
def test_reports_of_one_event_meet_and_others_stay_apart(language):
    found = group(REPORTS[language])
    assert found.event.tolist() == [0, 0, 1]
    assert found.vectors.languages == [language] * 3


@pytest.mark.parametrize("language", REPORTS)
def test_a_language_without_a_word_list_joins_no_unrelated_reports(language):
    found = group(REPORTS[language], "zz")
    assert found.event[2] not in found.event[:2]


def test_a_run_in_many_languages_groups_each_as_it_would_alone():
    found = group([text for texts in REPORTS.values() for text in texts])
    for number in range(len(REPORTS)):
        one, other, unrelated = found.event[3 * number : 3 * number + 3]
        assert one == other != unrelated
