from __future__ import annotations

import numpy as np
import pytest

from dedup.article import Article
from dedup.corpus import Corpus
from dedup.settings import StorySettings
from dedup.stories.vectors import term_vectors

SETTINGS = StorySettings()


def vectors(*texts: str, language: str = "en", settings: StorySettings = SETTINGS, n_jobs: int = 1):
    corpus = Corpus.from_articles(
        Article(id=f"{number:04}", text=text, language=language) for number, text in enumerate(texts)
    )
    return corpus, term_vectors(corpus, np.arange(len(corpus)), settings, n_jobs=n_jobs)


def cosine(found, a: int, b: int) -> float:
    return float((found.matrix @ found.matrix.T)[a, b])


def test_rows_are_unit_rows_with_ascending_terms():
    _, found = vectors("the harbour council met", "a lighthouse", "the harbour")
    assert np.sqrt((found.matrix.toarray() ** 2).sum(axis=1)) == pytest.approx(1)
    assert found.matrix.has_canonical_format


def test_a_text_without_terms_is_an_empty_row():
    _, found = vectors("…", "", "harbour")
    assert np.diff(found.matrix.indptr).tolist() == [0, 0, 1]


def test_two_articles_are_not_alike_by_their_function_words():
    _, found = vectors("the council of the town was in a meeting", "the dog of the baker was in a garden")
    assert cosine(found, 0, 1) < 0.05


def test_two_articles_are_alike_by_their_names():
    _, found = vectors("the council of Zorvath met Quellin", "a man in Zorvath has seen Quellin")
    assert cosine(found, 0, 1) > 0.6


def test_a_term_weighs_less_where_the_run_is_full_of_it():
    many = [f"harbour number {number} of many" for number in range(5000)]
    _, few = vectors("harbour lamp", "harbour stone")
    _, crowd = vectors("harbour lamp", "harbour stone", *many)
    assert cosine(crowd, 0, 1) < cosine(few, 0, 1) / 2


def test_each_language_is_weighed_by_its_own_articles():
    articles = [
        Article(id=f"e{number:03}", text=f"harbour lamp {number}", language="en") for number in range(99)
    ]
    articles += [
        Article(id=f"g{number}", text=text, language="de")
        for number, text in enumerate(("ein Hafen", "ein Turm"))
    ]
    corpus = Corpus.from_articles(articles)
    whole = term_vectors(corpus, np.arange(len(corpus)), SETTINGS)
    _, german = vectors("ein Hafen", "ein Turm", language="de")
    assert cosine(whole, 99, 100) == pytest.approx(cosine(german, 0, 1))


def test_a_word_list_of_the_wrong_language_is_put_aside():
    sentence = "the council of the town and the people who were there said that it had not been"
    texts = [f"{4 * sentence} lamp{number} stone{number}" for number in range(12)]
    _, wrong = vectors(*texts, language="ru")
    _, none = vectors(*texts, language="zz")
    assert cosine(wrong, 0, 1) == cosine(none, 0, 1) < 0.1


def test_a_term_is_spelled_as_it_stands_in_the_article():
    corpus, found = vectors("Governors of Zorvath", "the governor left")
    shared = np.intersect1d(found.matrix[[0]].indices, found.matrix[[1]].indices)
    assert [found.spell(corpus, row, int(shared[0])) for row in (0, 1)] == ["Governors", "governor"]


def test_threads_change_nothing():
    texts = [f"word{number % 50} and {number % 7} more of the same {number}" for number in range(2500)]
    (_, one), (_, two) = vectors(*texts), vectors(*texts, n_jobs=2)
    assert one.matrix.data.tobytes() == two.matrix.data.tobytes()
    assert one.matrix.indices.tobytes() == two.matrix.indices.tobytes()
