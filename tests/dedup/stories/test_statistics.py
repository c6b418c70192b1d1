from __future__ import annotations

import numpy as np
import pytest

from dedup.settings import StorySettings
from dedup.stories.statistics import LanguageTerms, TermStatistics
from dedup.stories.vectors import term_vectors
from tests.dedup.newsroom import corpus

WEIGHING = {"stem_characters": 6, "background_articles": 1000.0}


def statistics(**held: int) -> TermStatistics:
    hashes = np.arange(len(held), dtype=np.uint64)
    counts = np.array(list(held.values()), np.int32)
    return TermStatistics(100.0, {"zz": LanguageTerms(50, 100.0, True, hashes, counts)})


def test_the_fewer_articles_hold_a_term_the_more_it_weighs():
    rarity = statistics(one=1, ten=10, all=50).rarity("zz", np.arange(4, dtype=np.uint64), **WEIGHING)
    assert rarity == pytest.approx([np.log(51 / 1.5), np.log(51 / 10.5), np.log(51 / 50.5), np.log(51 / 0.5)])


def test_a_language_without_articles_is_weighed_by_its_word_list():
    terms = np.arange(3, dtype=np.uint64)
    assert (statistics(a=1).rarity("en", terms, **WEIGHING) > 0).all()
    assert len(set(statistics(a=1).rarity("yy", terms, **WEIGHING).tolist())) == 1


def test_statistics_come_back_from_arrays():
    articles = corpus(range(30))
    found = term_vectors(articles, np.arange(30), StorySettings())
    kept = TermStatistics.from_arrays(found.statistics.to_arrays())
    assert kept.languages.keys() == found.statistics.languages.keys() == {"en"}
    again = term_vectors(articles, np.arange(30), StorySettings(), statistics=kept)
    assert again.matrix.data.tobytes() == found.matrix.data.tobytes()
    none = TermStatistics.from_arrays(TermStatistics(7.0, {}).to_arrays())
    assert (none.words, none.languages) == (7.0, {})


def test_an_article_is_weighed_alike_in_any_company():
    articles = corpus(range(30))
    whole = term_vectors(articles, np.arange(30), StorySettings())
    for row in (0, 13, 29):
        alone = term_vectors(articles, np.array([row]), StorySettings(), statistics=whole.statistics)
        assert alone.matrix.data.tobytes() == whole.matrix[[row]].data.tobytes()
        assert whole.hashes[whole.matrix[[row]].indices].tolist() == alone.hashes.tolist()
