"""What `newsdedup clean` shows."""

from __future__ import annotations

import io

from rich.console import Console

from dedup.article import Article
from dedup.corpus import Corpus
from dedup.settings import BoilerplateSettings
from dedup.text.structure import REASONS
from jobs.clean import REASON_TEXTS, clean, print_cleaned

BODY = "The council voted to deepen the harbour.\nThe first dredgers are expected in spring."


def shown(*articles: Article, limit: int | None = None) -> str:
    out = io.StringIO()
    result = clean(Corpus.from_articles(articles), BoilerplateSettings())
    print_cleaned(result, Console(file=out, width=120), articles=limit)
    return out.getvalue()


def test_each_article_is_shown_with_its_pieces_and_reasons() -> None:
    text = f"{BODY}\nADVERTISEMENT\nRead also: Coffee Prices Rise Again"
    told = shown(Article(id="a1", text=text, title="Harbour to be deepened", source="post.example"))
    assert "a1 · post.example · Harbour to be deepened" in told
    assert "notice" in told
    assert "read_also  Read also: Coffee Prices Rise Again" in told
    assert "2 pieces" in told
    assert "would go from 1 of 1 articles" in told


def test_clean_articles_are_not_listed() -> None:
    told = shown(Article(id="quiet", text=BODY))
    assert "quiet" not in told
    assert "0 pieces, 0.0% of the text, would go from 0 of 1 articles." in told


def test_a_limit_leaves_articles_out_and_says_so() -> None:
    articles = [Article(id=f"a{n}", text=f"{BODY}\nADVERTISEMENT") for n in range(5)]
    told = shown(*articles, limit=2)
    assert "a1" in told
    assert "a2" not in told
    assert "and 3 more articles" in told


def test_an_article_that_would_lose_everything_is_mentioned() -> None:
    assert "1 would have lost every line and stay whole" in shown(
        Article(id="a", text="ADVERTISEMENT\nBagikan")
    )


def test_text_of_articles_cannot_command_the_terminal() -> None:
    told = shown(
        Article(
            id="a", text=f"{BODY}\nRead also: \x1b[31mRed \u202eecruos", title="\x1b]0;x\x07 [bold]t[/bold]"
        )
    )
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "[bold]t[/bold]" in told


def test_every_reason_has_words() -> None:
    assert set(REASON_TEXTS) == set(REASONS[1:])
