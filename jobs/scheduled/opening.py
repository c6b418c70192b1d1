"""The articles that a run decides again: what comes with it, and what the state holds near that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from dedup.corpus import NO_DATE, Corpus, TextColumn
from jobs.ledger.windows import SECONDS_A_DAY, within
from jobs.readers.publication import DateEvidence, dates_together

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from jobs.ledger.ledger import Ledger
    from jobs.ledger.rows import ArticleRow
    from jobs.readers import PlacedArticle
    from jobs.scheduled.intake import Intake
    from jobs.settings import StateSettings

_evidence = msgspec.json.Decoder(DateEvidence)

#: Stands for a segment in `Corpus` building: texts that are not stored yet.
_ARRIVED = -1


@dataclass(frozen=True, slots=True)
class Opened:
    """The open articles of one run.

    Attributes
    ----------
    corpus : Corpus
        As they were read, by id, with the dates that all of them together tell.
    stored : dict of str to ArticleRow
        What the state holds of them and of the articles that leave, by id.
    arrived : dict of str to PlacedArticle
        Those whose content comes with this run.
    as_of : int
        The newest date known, in seconds since 1970.
    """

    corpus: Corpus
    stored: dict[str, ArticleRow]
    arrived: dict[str, PlacedArticle]
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
    dates = [int(article.published_at.timestamp()) for article in intake.live if article.published_at]
    as_of = _newest(ledger, dates, now)
    gone = {article.id for article in intake.withdrawn}
    touched = _touched(dates, [known[id_] for id_ in (*arrived, *gone) if id_ in known], as_of)
    held = ledger.article_rows(_near(ledger, touched, settings.window_days))
    stored = held | {id_: row for id_, row in known.items() if id_ in arrived or id_ in gone}
    kept = [row for id_, row in held.items() if id_ not in arrived and id_ not in gone]
    return Opened(_corpus(ledger, kept, list(arrived.values())), stored, arrived, as_of)


def _newest(ledger: Ledger, dates: Iterable[int], now: datetime) -> int:
    before = ledger.meta("as_of")
    return max([*dates, *([int(before)] if before else [])], default=int(now.timestamp()))


def _touched(dates: Sequence[int], rows: Iterable[ArticleRow], as_of: int) -> NDArray[np.int64]:
    """Give the times around which groups may change: of what comes, of what it replaces, and the newest."""
    return np.array([*dates, *(row.placed_at for row in rows), as_of], np.int64)


def _near(ledger: Ledger, touched: NDArray[np.int64], days: float) -> list[str]:
    """Name the live articles in the windows and all that share a story with them."""
    columns = ledger.article_columns(placed_from=int(touched.min() - days * SECONDS_A_DAY))
    stories = sorted(
        {
            story
            for story, near in zip(
                columns.story_ids, within(columns.placed, touched, days).tolist(), strict=True
            )
            if near
        }
    )
    found: list[str] = ledger.article_columns(stories=stories).ids
    return found


def _corpus(ledger: Ledger, kept: Sequence[ArticleRow], arrived: Sequence[PlacedArticle]) -> Corpus:
    """Lay stored and arriving articles out as columns, by id."""
    ids = [row.article_id for row in kept] + [article.id for article in arrived]
    order = sorted(range(len(ids)), key=ids.__getitem__)
    both: list[ArticleRow | PlacedArticle] = [*kept, *arrived]
    rows = [both[place] for place in order]
    segments = np.array([row.segment for row in kept] + [_ARRIVED] * len(arrived), np.int64)
    places = np.array([row.row for row in kept] + list(range(len(arrived))), np.int64)
    texts = ledger.gather(
        "text", segments[order], places[order], TextColumn.from_strings(article.text for article in arrived)
    )
    names = sorted({row.source for row in rows if row.source})
    code = {name: number for number, name in enumerate(names)}
    return Corpus(
        ids=[ids[place] for place in order],
        titles=TextColumn.from_strings(row.title for row in rows),
        texts=texts,
        urls=[row.url for row in rows],
        source_names=names,
        sources=np.array([code.get(row.source, -1) for row in rows], np.int32),
        published=_published(kept, arrived)[order],
        languages=[row.language for row in rows],
    )


def _published(kept: Sequence[ArticleRow], arrived: Sequence[PlacedArticle]) -> NDArray[np.int64]:
    """Date all articles beside each other, in the order given."""
    evidence = [_evidence.decode(row.date_evidence) if row.date_evidence else None for row in kept]
    evidence += [article.evidence for article in arrived]
    dated = [place for place, each in enumerate(evidence) if each is not None]
    found = dates_together([each for each in evidence if each is not None])
    published = np.full(len(evidence), NO_DATE)
    published[dated] = [NO_DATE if at is None else int(at.timestamp()) for at in found]
    return published
