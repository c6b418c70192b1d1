"""What the dates of a ledger's articles tell about each other.

It is counted as articles come, change and go, so that a run dates its articles beside all others without
reading them, and the dates are those that one run over all would find.  Dates that others decide are listed:
where the counts come to say something else, those articles are dated again.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from jobs.readers.publication import Dated, DateEvidence, Habits, Origin

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from jobs.ledger.ledger import Ledger
    from jobs.ledger.rows import ArticleRow

#: Outlet and language of a date, and what it shows: an order of day and month, or seconds ahead of UTC.
Shown = tuple[str, str, str]

_decode = msgspec.json.Decoder(DateEvidence).decode


def evidence_of(row: ArticleRow) -> DateEvidence | None:
    """Give what the date of a stored article tells; None where it has none."""
    return _decode(row.date_evidence) if row.date_evidence else None


def stored_habits(ledger: Ledger) -> Habits:
    """Give what the dates of all live articles show."""
    habits = Habits()
    for outlet, language, shown, dates in ledger.query(
        "SELECT outlet, language, shown, dates FROM date_habits"
    ):
        order = shown in {"dmy", "mdy"}
        dated = Dated(None, shows=shown) if order else Dated(None, ahead=timedelta(seconds=int(shown)))
        habits.learn(dated, Origin(outlet, "", language), dates)
    return habits


def undecided_origins(ledger: Ledger) -> list[Origin]:
    """Give who wrote dates that others decide."""
    return [
        Origin(*row) for row in ledger.query("SELECT DISTINCT outlet, tag, language FROM undecided_dates")
    ]


def undecided_of(ledger: Ledger, origin: Origin) -> list[str]:
    """Give the articles of `origin` whose dates others decide."""
    query = "SELECT article_id FROM undecided_dates WHERE outlet = ? AND tag = ? AND language = ?"
    return [id_ for (id_,) in ledger.query(query, msgspec.structs.astuple(origin))]


def keep_dates(
    connection: sqlite3.Connection, changed: Iterable[tuple[ArticleRow, ArticleRow | None]]
) -> None:
    """Count what the dates of articles show now, and no longer what they did before.

    Parameters
    ----------
    connection : sqlite3.Connection
        Within the transaction that stores the articles.
    changed : iterable of (ArticleRow, ArticleRow or None)
        As they are now, and as they were where they were known.
    """
    counts = Counter[Shown]()
    undecided: dict[str, Origin | None] = {}
    for row, before in changed:
        if before is not None and row.date_evidence == before.date_evidence:
            continue
        now, then = evidence_of(row), evidence_of(before) if before is not None else None
        counts.update(shown_by(now))
        counts.subtract(shown_by(then))
        undecided[row.article_id] = now.origin if now is not None and now.dated.is_undecided else None
    connection.executemany(
        "INSERT INTO date_habits VALUES(?, ?, ?, ?) "
        "ON CONFLICT(outlet, language, shown) DO UPDATE SET dates = dates + excluded.dates",
        [(*shown, count) for shown, count in counts.items() if count],
    )
    connection.execute("DELETE FROM date_habits WHERE dates = 0")
    connection.executemany("DELETE FROM undecided_dates WHERE article_id = ?", [(id_,) for id_ in undecided])
    connection.executemany(
        "INSERT INTO undecided_dates VALUES(?, ?, ?, ?)",
        [(id_, *msgspec.structs.astuple(origin)) for id_, origin in undecided.items() if origin is not None],
    )


def shown_by(evidence: DateEvidence | None) -> list[Shown]:
    """Give what one date shows of its outlet's habits, as it is counted."""
    if evidence is None:
        return []
    dated, origin = evidence.dated, evidence.origin
    told: list[str] = [dated.shows] if dated.shows else []
    if dated.ahead is not None:
        told.append(str(dated.ahead // timedelta(seconds=1)))
    return [(origin.outlet, origin.language, shown) for shown in told]


def miscounted_dates(ledger: Ledger) -> Iterator[str]:
    """Yield outlets and articles of which the tables say something else than the dates of the articles."""
    counts = Counter[Shown]()
    undecided: set[tuple[str, ...]] = set()
    query = "SELECT article_id, date_evidence FROM articles WHERE date_evidence != ''"
    for id_, encoded in ledger.connection.execute(query):
        evidence = _decode(encoded)
        counts.update(shown_by(evidence))
        if evidence.dated.is_undecided:
            undecided.add((id_, *msgspec.structs.astuple(evidence.origin)))
    held = {row[:3]: row[3] for row in ledger.connection.execute("SELECT * FROM date_habits")}
    yield from (outlet for (outlet, *_), _ in sorted(held.items() ^ counts.items()))
    yield from (row[0] for row in sorted(undecided ^ set(ledger.query("SELECT * FROM undecided_dates"))))
