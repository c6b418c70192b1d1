"""One article an id."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from jobs.readers.rejections import OTHER_TEXT, SAME_ARTICLE, SAME_ID, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jobs.readers.articles import PlacedArticle
    from jobs.readers.rejections import Rejections
    from jobs.readers.shelf import Shelf

_UNDATED = datetime.min.replace(tzinfo=UTC)
_encode = msgspec.json.Encoder(order="deterministic").encode


def resolve_ids(
    articles: Iterable[PlacedArticle],
    rejections: Rejections,
    *,
    shelf: Shelf | None = None,
    is_known: Callable[[PlacedArticle], bool] = lambda _article: False,
) -> Iterator[PlacedArticle]:
    """Give one article for each id: the one of the highest version, then of the latest date.

    Of one version a withdrawal comes last, and one that names no version is the last word whatever the others
    name.  Where all agree the digest of the article decides, so that the order of the input does not.  Only the
    articles that win are held.  The others go to ``rejections.rejected``.

    Parameters
    ----------
    articles : iterable of PlacedArticle
        Taken whole before the first is given.
    rejections : Rejections
        Takes those that lose.
    shelf : Shelf, optional
        Where the texts are, if not in the articles.
    is_known : callable, optional
        Tells what earlier runs have read: of two texts of one version and date the new one is the correction.

    Yields
    ------
    PlacedArticle
        In order of first appearance of the id.
    """
    winners: dict[str, PlacedArticle] = {}
    for article in articles:
        rival = winners.setdefault(article.id, article)
        if rival is article:
            continue
        one, other = (_whole(each, shelf) for each in (article, rival))
        has_won = _rank(one, is_known) > _rank(other, is_known)
        winners[article.id] = article if has_won else rival
        winner, loser = (one, other) if has_won else (other, one)
        reason = _reason(winner, loser)
        if reason == OTHER_TEXT and is_known(loser):
            reason = f"{SAME_ID}: replaced by a text that is new"
        rejections.rejected.append(Rejection(loser.file, loser.line, loser.id, reason))
    yield from winners.values()


def _whole(article: PlacedArticle, shelf: Shelf | None) -> PlacedArticle:
    if shelf is None or article.shelved is None:
        return article
    return msgspec.structs.replace(article, text=shelf.text(article.shelved), shelved=None)


def _rank(article: PlacedArticle, is_known: Callable[[PlacedArticle], bool]) -> tuple[Any, ...]:
    content = msgspec.structs.asdict(article)
    del content["evidence"], content["shelved"]
    place = content.pop("file"), content.pop("line") or 0
    digest = hashlib.blake2b(_encode(content), digest_size=16).digest()
    withdrawn = article.status == "withdrawn"
    final = withdrawn and not article.version
    at = article.published_at or _UNDATED
    return final, article.version, withdrawn, at, not is_known(article), digest, place


def _reason(winner: PlacedArticle, loser: PlacedArticle) -> str:
    if winner.status == "withdrawn" != loser.status and winner.version <= loser.version:
        return f"{SAME_ID}: a text of a withdrawn article"
    if winner.text == loser.text and winner.title == loser.title:
        return SAME_ARTICLE
    if winner.version > loser.version:
        return f"{SAME_ID}: replaced by version {winner.version}"
    if (winner.published_at or _UNDATED) > (loser.published_at or _UNDATED):
        return f"{SAME_ID}: replaced by the one of {winner.published_at:%Y-%m-%d %H:%M:%S}"
    return OTHER_TEXT
