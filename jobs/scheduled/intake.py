"""What the articles of a run are to the state: new, known, changed, withdrawn, or older than what it holds."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from jobs.ledger.dates import evidence_of
from jobs.readers import Rejection
from jobs.readers.rejections import SAME_ID

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from jobs.ledger.rows import ArticleRow
    from jobs.readers import PlacedArticle
    from jobs.readers.publication import DateEvidence, Habits

_encode = msgspec.json.Encoder().encode


@dataclass
class Intake:
    """The articles of one run, each in one place.

    Attributes
    ----------
    new : list of PlacedArticle
        With ids that the state has never met.
    changed : list of PlacedArticle
        With other content than the state holds, or a higher version.
    returned : list of PlacedArticle
        Live again after they were withdrawn.
    withdrawn : list of PlacedArticle
        Notices that take a live article out, or keep out one that was never met.
    repeated : int
        The same article again.
    superseded : list of Rejection
        Older versions of articles that the state holds.
    """

    new: list[PlacedArticle] = field(default_factory=list)
    changed: list[PlacedArticle] = field(default_factory=list)
    returned: list[PlacedArticle] = field(default_factory=list)
    withdrawn: list[PlacedArticle] = field(default_factory=list)
    repeated: int = 0
    superseded: list[Rejection] = field(default_factory=list)

    @property
    def live(self) -> list[PlacedArticle]:
        """Every article whose content comes with this run."""
        return self.new + self.changed + self.returned

    @property
    def anything(self) -> bool:
        """Whether the state has to change."""
        return bool(self.new or self.changed or self.returned or self.withdrawn)

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each."""
        return {
            "new": len(self.new),
            "updated": len(self.changed),
            "returned": len(self.returned),
            "withdrawn": len(self.withdrawn),
            "known": self.repeated,
            "superseded": len(self.superseded),
        }


def content_digest(article: PlacedArticle) -> bytes:
    """Digest all of an article that results are made from.

    The date counts as it was told: what is made of it depends on the dates of other articles, and on the day of
    the run.  Metadata do not count, because crawlers put the moment of their visit there; nor does the file.
    """
    content = (article.title, article.text, article.url, article.source, article.language, article.date_told)
    return hashlib.blake2b(_encode(content), digest_size=16).digest()


def sort_out(
    articles: Iterable[PlacedArticle],
    known: Mapping[str, ArticleRow],
    habits: Habits,
    replaced: Container[tuple[str, bytes]] = (),
) -> Intake:
    """Compare the articles of a run with what the state holds.

    Parameters
    ----------
    articles : iterable of PlacedArticle
        One an id, withdrawn ones among them.
    known : mapping of str to ArticleRow
        Of those ids that the state has met.
    habits : Habits
        What the dates of the state and of the run show: which of two dates is the earlier may hang on that.
    replaced : container of (str, bytes)
        Ids and digests of what articles held before a correction or a withdrawal.

    Returns
    -------
    Intake

    Notes
    -----
    An older version never replaces a newer one; nor, within a version, an earlier date a later one, nor a live
    article a notice, as within one run (`jobs.readers.resolve_ids`).  Where versions and dates agree the later
    arrival is taken for the publisher's last word, and one that tells no date keeps the one that is stored; but
    what was replaced or withdrawn, word for word, is an old file that is read again.  A notice that names no
    version withdraws any, and other texts without versions come back after one.
    """
    intake = Intake()
    for article in articles:
        row = known.get(article.id)
        if article.status == "withdrawn":
            _withdraw(article, row, intake)
        elif row is None:
            intake.new.append(article)
        else:
            _renew(article, row, intake, habits, replaced)
    return intake


def _withdraw(article: PlacedArticle, row: ArticleRow | None, intake: Intake) -> None:
    if row is None:
        intake.withdrawn.append(article)
    elif article.version and article.version < row.version:
        intake.superseded.append(_rejection(article, row))
    elif row.status == "withdrawn" and article.version <= row.version:
        intake.repeated += 1
    else:
        intake.withdrawn.append(article)


def _renew(
    article: PlacedArticle,
    row: ArticleRow,
    intake: Intake,
    habits: Habits,
    replaced: Container[tuple[str, bytes]],
) -> None:
    digest = content_digest(article)
    if article.version < row.version or _is_taken_back(article, row):
        intake.superseded.append(_rejection(article, row))
    elif article.version == row.version and (article.id, digest) in replaced:
        intake.superseded.append(_rejection(article, row, "a text that replaced it"))
    elif row.status == "withdrawn":
        intake.returned.append(article)
    elif row.digest == digest and article.version == row.version:
        intake.repeated += 1
    elif article.version > row.version:
        intake.changed.append(article)
    elif article.evidence is None:
        intake.changed.append(_with_stored_date(article, row))
    elif _is_earlier(article.evidence, evidence_of(row), habits):
        intake.superseded.append(_rejection(article, row))
    else:
        intake.changed.append(article)


def _is_taken_back(article: PlacedArticle, row: ArticleRow) -> bool:
    """Say whether a live article is of the version that was withdrawn; without versions nobody can tell."""
    return row.status == "withdrawn" and 0 < article.version <= row.version


def _is_earlier(told: DateEvidence, stored: DateEvidence | None, habits: Habits) -> bool:
    ours = habits.settle(told.dated, told.origin, Counter())
    known = None if stored is None else habits.settle(stored.dated, stored.origin, Counter())
    return ours is not None and known is not None and ours < known


def _with_stored_date(article: PlacedArticle, row: ArticleRow) -> PlacedArticle:
    return msgspec.structs.replace(
        article,
        published_at=None if row.published_at is None else datetime.fromtimestamp(row.published_at, UTC),
        published_precision=row.published_precision,
        evidence=evidence_of(row),
    )


def _rejection(article: PlacedArticle, row: ArticleRow, later: str = "one of a later date") -> Rejection:
    if article.version < row.version:
        known = f"version {row.version}"
    else:
        known = "its withdrawal" if row.status == "withdrawn" else later
    return Rejection(article.file, article.line, article.id, f"{SAME_ID}: {known} is known already")
