from __future__ import annotations

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


def test_what_an_article_says_of_itself_is_believed():
    assert find_languages(corpus((ENGLISH, "de"), (ENGLISH, "pt-BR"), (ENGLISH, "zh_Hant"))) == [
        "de",
        "pt",
        "zh",
    ]


def test_a_language_told_in_other_words_is_guessed():
    assert find_languages(corpus((ENGLISH, "English"), (GERMAN, "ger"), (INDONESIAN, "in"))) == [
        "en",
        "de",
        "id",
    ]


def test_other_articles_are_guessed():
    assert find_languages(corpus((ENGLISH, ""), (INDONESIAN, ""), (GERMAN, ""))) == ["en", "id", "de"]


def test_an_article_without_text_has_no_language():
    assert find_languages(corpus(("", ""), ("  ", ""))) == ["", ""]


def test_a_headline_is_guessed_among_the_languages_of_the_run():
    articles = [(f"{ENGLISH} {number}", "en") for number in range(40)]
    assert find_languages(corpus(*articles, ("Lula e Boulos em São Paulo", "")))[-1] == "en"


def test_a_long_article_keeps_a_language_of_its_own():
    articles = [(f"{ENGLISH} {number}", "en") for number in range(40)]
    assert find_languages(corpus(*articles, (3 * f"{GERMAN}. ", "")))[-1] == "de"
