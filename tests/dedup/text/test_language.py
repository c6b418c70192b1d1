from __future__ import annotations

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from dedup.article import Article
from dedup.corpus import Corpus
from dedup.text.language import find_languages

ENGLISH = "The harbour council voted on Monday to repair the old lighthouse before winter comes"
INDONESIAN = "Pemerintah kota itu mengatakan bahwa mercusuar tua sudah tidak bisa dipakai lagi karena rusak"
GERMAN = "Der Hafenrat beschloss am Montag, den alten Leuchtturm noch vor dem Winter reparieren zu lassen"


def corpus(*articles: tuple[str, str]) -> Corpus:
    return Corpus.from_articles(
        Article(id=f"{number:03}", text=text, language=language)
        for number, (text, language) in enumerate(articles)
    )


def languages_of(articles: Corpus) -> list[str]:
    return find_languages(articles)[0]


def test_what_an_article_says_of_itself_is_believed():
    assert languages_of(corpus((ENGLISH, "de"), (ENGLISH, "pt-BR"), (ENGLISH, "zh_Hant"))) == [
        "de",
        "pt",
        "zh",
    ]


def test_a_language_told_in_other_words_is_guessed():
    assert languages_of(corpus((ENGLISH, "English"), (GERMAN, "ger"), (INDONESIAN, "in"))) == [
        "en",
        "de",
        "id",
    ]


def test_other_articles_are_guessed():
    assert languages_of(corpus((ENGLISH, ""), (INDONESIAN, ""), (GERMAN, ""))) == ["en", "id", "de"]


def test_an_article_without_text_has_no_language():
    assert languages_of(corpus(("", ""), ("  ", ""))) == ["", ""]


def test_a_headline_is_guessed_among_the_languages_of_the_run():
    articles = [(f"{ENGLISH} {number}", "en") for number in range(40)]
    assert languages_of(corpus(*articles, ("Lula e Boulos em São Paulo", "")))[-1] == "en"


def test_a_long_article_keeps_a_language_of_its_own():
    articles = [(f"{ENGLISH} {number}", "en") for number in range(40)]
    assert languages_of(corpus(*articles, (3 * f"{GERMAN}. ", "")))[-1] == "de"


def test_a_headline_is_guessed_among_the_languages_of_an_earlier_run():
    headline = corpus(("Lula e Boulos em São Paulo", ""))
    found, common = find_languages(corpus(*[(ENGLISH, "en")] * 3))
    assert (found[0], common) == ("en", {"en"})
    assert find_languages(headline, common=common) == (["en"], common)
    assert find_languages(headline)[0] != ["en"]


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH,
        ENGLISH.upper(),
        INDONESIAN,
        GERMAN,
        "Мер города сказал",
        "東京で地震がありました。",
        "1 2 3 …",
        "Le conseil a voté e\u0301te\u0301",
        "x",
    ],
)
def test_a_guess_is_that_of_langid(text):
    expected = LanguageIdentifier.from_model_file(MODEL_FILE).classify(text)[0]
    assert languages_of(corpus((text, ""))) == [expected]


def test_threads_change_nothing():
    articles = corpus(*((f"{text} {number}", "") for number in range(50) for text in (ENGLISH, GERMAN)))
    assert find_languages(articles) == find_languages(articles, n_jobs=2)
