"""Small corpora for the numbers of an audit."""

from __future__ import annotations

from datetime import UTC, datetime

from dedup import Article, Corpus

#: A text long enough to be a copy of, and another that is nothing like it.
TEXT = (
    "The ferry to Halden turned back on Monday after water entered the engine room. All 112 passengers were "
    "taken off by two tugs before noon, the harbour office said. An inquiry begins this week, and the line "
    "will be served by a smaller ship until the cause is known. Fares stay the same for the whole summer."
)
OTHER = (
    "Rice prices fell for a third week as traders in the northern plains emptied their stores ahead of the "
    "harvest. Millers expect the decline to last until the rains return, and the ministry has promised to buy "
    "what is left over at the price of last year. Farmers call that too little and too late."
)


def moment(text: str) -> datetime:
    """Read a day, or a day and a time, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def article(name: str, *, outlet: str = "", at: str = "", text: str = TEXT, title: str = "") -> Article:
    """Make an article."""
    return Article(
        id=name,
        title=title or f"Headline of {name}",
        text=text,
        source=outlet,
        published_at=moment(at) if at else None,
    )


def corpus(*articles: Article) -> Corpus:
    """Lay out articles."""
    return Corpus.from_articles(articles)
