"""The articles that a run decides again: what comes with it, and what the state holds near that."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup.corpus import NO_DATE, Corpus, TextColumn
from jobs.ledger.texts import ARRIVED
from jobs.ledger.windows import closed_over, spans, within
from jobs.scheduled.dating import date_articles

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from jobs.ledger.articles import ArticlePlaces
    from jobs.ledger.ledger import Ledger
    from jobs.ledger.rows import ArticleRow
    from jobs.readers import PlacedArticle
    from jobs.scheduled.dating import Dating
    from jobs.scheduled.intake import Intake
    from jobs.settings import StateSettings


@dataclass(frozen=True, slots=True)
class Settled:
    """Events that no article of this run can join, but whose stories may go on.

    Attributes
    ----------
    events : list of str
        Their ids, ascending.
    articles : dict of str to list of str
        Of each event, by its id; the earliest article first.
    contents : dict of str to bytes
        Of each event, a digest of what its row of terms is made of: its articles, their contents, and which of
        them are copies.
    stories : dict of str to str
        The story of each event until now.
    times : dict of str to int
        When each article was published, `NO_DATE` where unknown.
    """

    events: list[str]
    articles: dict[str, list[str]]
    contents: dict[str, bytes]
    stories: dict[str, str]
    times: dict[str, int]

    @property
    def story_of(self) -> dict[str, str]:
        """The story of each settled article until now."""
        return {id_: self.stories[event] for event, ids in self.articles.items() for id_ in ids}


@dataclass(frozen=True, slots=True)
class Opened:
    """The open articles of one run, and the settled events beside them.

    Attributes
    ----------
    corpus : Corpus
        Open articles as they were read, by id, with the dates that those of the whole state tell.
    stored : dict of str to ArticleRow
        What the state holds of them and of the articles that leave, by id.
    arrived : dict of str to PlacedArticle
        Those whose content comes with this run.
    settled : Settled
        No events while everything near enough for stories is open.
    is_small : bool
        So few articles are near that all of them are open.
    as_of : int
        The newest date known, in seconds since 1970.
    """

    corpus: Corpus
    stored: dict[str, ArticleRow]
    arrived: dict[str, PlacedArticle]
    settled: Settled
    is_small: bool
    as_of: int


def open_articles(
    ledger: Ledger, intake: Intake, known: Mapping[str, ArticleRow], settings: StateSettings, now: datetime
) -> Opened:
    """Bring together all articles whose groups may change.

    Parameters
    ----------
    ledger : Ledger
    intake : Intake
        What the run read.
    known : mapping of str to ArticleRow
        What the state holds of the articles in `intake`.
    settings : StateSettings
        The windows.
    now : datetime
        Stands for the newest date where no article has one.
    """
    arrived = {article.id: article for article in intake.live}
    gone = {article.id for article in intake.withdrawn}
    dating = date_articles(ledger, intake, known)
    as_of = _newest(ledger, dating.known, arrived.keys() | gone | dating.moved.keys(), now)
    left = [*dating.left, *(known[id_].placed_at for id_ in (*arrived, *gone) if id_ in known)]
    touched = np.array([*dating.known, *left, as_of], np.int64)
    arriving = len(intake.new) + len(intake.returned)
    ids, settled, is_small = surroundings(ledger, touched, settings, arriving=arriving)
    held = {id_: row for id_, row in ledger.article_rows(ids).items() if row.status == "live"}
    stored = held | {id_: row for id_, row in known.items() if id_ in arrived or id_ in gone}
    kept = [row for id_, row in held.items() if id_ not in arrived and id_ not in gone]
    corpus = _corpus(ledger, kept, list(arrived.values()), dating)
    return Opened(corpus, stored, arrived, settled, is_small, as_of)


def surroundings(
    ledger: Ledger, touched: NDArray[np.int64], settings: StateSettings, *, arriving: int = 0
) -> tuple[list[str], Settled, bool]:
    """Find what the state holds around some times.

    Parameters
    ----------
    ledger : Ledger
    touched : ndarray of int64, shape (m,)
        Seconds since 1970; at least one.
    settings : StateSettings
    arriving : int, default 0
        Articles that come beside what is stored.

    Returns
    -------
    ids : list of str
        Live articles to look at, ascending.
    settled : Settled
        Events beside them.
    is_small : bool
        So few articles are near that none is settled.
    """
    places = ledger.article_places(spans(touched, settings.longest_window_days))
    is_small = len(places) + arriving <= settings.refit_below
    is_open = np.ones(len(places), np.bool_) if is_small else _open(places, touched, settings)
    ids = [id_ for id_, near in zip(places.ids, is_open.tolist(), strict=True) if near]
    return ids, _settled(places, ~is_open), is_small


def _newest(ledger: Ledger, dates: Sequence[int], moved: Container[str], now: datetime) -> int:
    """Give the latest date of all articles, those that the run brings or takes as it brings them."""
    before = ledger.newest_date(moved)
    return max([*dates, *([] if before is None else [before])], default=int(now.timestamp()))


def _open(places: ArticlePlaces, touched: NDArray[np.int64], settings: StateSettings) -> NDArray[np.bool_]:
    near = within(places.placed, touched, settings.open_window_days)
    _, events = np.unique(np.array(places.event_ids), return_inverse=True)
    return closed_over(near, events)


def _settled(places: ArticlePlaces, chosen: NDArray[np.bool_]) -> Settled:
    rows = np.flatnonzero(chosen)
    times = places.published[rows]
    articles: dict[str, list[str]] = {}
    members: dict[str, list[int]] = {}
    stories: dict[str, str] = {}
    for row in rows[np.lexsort((rows, times, times == NO_DATE))].tolist():
        event = places.event_ids[row]
        articles.setdefault(event, []).append(places.ids[row])
        members.setdefault(event, []).append(row)
        stories[event] = places.story_ids[row]
    contents = {
        event: event_content((places.ids[row], places.digests[row], places.original_ids[row]) for row in held)
        for event, held in members.items()
    }
    at = dict(zip([places.ids[row] for row in rows], times.tolist(), strict=True))
    return Settled(sorted(articles), articles, contents, stories, at)


def event_content(articles: Iterable[tuple[str, bytes, str | None]]) -> bytes:
    """Digest what the row of terms of an event is made of.

    Parameters
    ----------
    articles : iterable of (str, bytes, str or None)
        Id, digest of the content, and the original where it is known as a copy, in any order.
    """
    digest = hashlib.blake2b(digest_size=8)
    for id_, content, original in sorted(articles):
        name = id_.encode()
        digest.update(b"%d:%b%b%d" % (len(name), name, content, original in (None, id_)))
    return digest.digest()


def _corpus(
    ledger: Ledger, kept: Sequence[ArticleRow], arrived: Sequence[PlacedArticle], dating: Dating
) -> Corpus:
    """Lay stored and arriving articles out as columns, by id."""
    ids = [row.article_id for row in kept] + [article.id for article in arrived]
    order = sorted(range(len(ids)), key=ids.__getitem__)
    both: list[ArticleRow | PlacedArticle] = [*kept, *arrived]
    segments = np.array([row.segment for row in kept] + [ARRIVED] * len(arrived), np.int64)
    places = np.array([row.row for row in kept] + list(range(len(arrived))), np.int64)
    beside = TextColumn.from_strings(article.text for article in arrived)
    return corpus_of(
        [ids[place] for place in order],
        [both[place] for place in order],
        ledger.gather("text", segments[order], places[order], beside),
        _published(kept, arrived, dating)[order],
    )


def corpus_of(
    ids: list[str],
    rows: Sequence[ArticleRow | PlacedArticle],
    texts: TextColumn,
    published: NDArray[np.int64],
) -> Corpus:
    """Lay articles out as columns; `ids` ascend, and all are in their order."""
    names = sorted({row.source for row in rows if row.source})
    code = {name: number for number, name in enumerate(names)}
    return Corpus(
        ids=ids,
        titles=TextColumn.from_strings(row.title for row in rows),
        texts=texts,
        urls=[row.url for row in rows],
        source_names=names,
        sources=np.array([code.get(row.source, -1) for row in rows], np.int32),
        published=published,
        languages=[row.language for row in rows],
    )


def stored_corpus(ledger: Ledger, ids: Iterable[str]) -> tuple[Corpus, dict[str, ArticleRow]]:
    """Give those stored articles that are live as columns, and their rows by id, ascending."""
    found = ledger.article_rows(ids)
    rows = {id_: found[id_] for id_ in sorted(found) if found[id_].status == "live"}
    values = list(rows.values())
    places = np.array([(row.segment, row.row) for row in values], np.int64).reshape(-1, 2)
    published = np.array(
        [NO_DATE if row.published_at is None else row.published_at for row in values], np.int64
    )
    texts = ledger.gather("text", places[:, 0], places[:, 1])
    return corpus_of(list(rows), values, texts, published), rows


def _published(
    kept: Sequence[ArticleRow], arrived: Sequence[PlacedArticle], dating: Dating
) -> NDArray[np.int64]:
    """Give the dates of all articles, in the order given."""
    dates = [dating.moved.get(row.article_id, row.published_at) for row in kept]
    dates += [dating.arrived[article.id] for article in arrived]
    return np.array([NO_DATE if at is None else at for at in dates], np.int64)


def originals_of(rows: Mapping[str, ArticleRow]) -> NDArray[np.int64]:
    """Give the place among `rows` of the original of each; whole duplicate groups are there."""
    place = {id_: row for row, id_ in enumerate(rows)}
    return np.array([place[row.original_id or id_] for id_, row in rows.items()], np.int64)
