"""One generation in the making: segments first, then one transaction that names them."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import msgspec

from jobs.ledger import compaction
from jobs.ledger.changes import write_changes
from jobs.ledger.database import told, transaction
from jobs.ledger.dates import keep_dates
from jobs.ledger.rows import KINDS, ArticleRow, EventRow, instant, published
from jobs.ledger.segments import Segment, write_segment
from jobs.ledger.texts import ARTICLES, as_arrays, portions
from jobs.signals import held

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from dedup.corpus import TextColumn
    from jobs.ledger.ledger import Ledger
    from jobs.ledger.segments import Arrays
    from jobs.records import DuplicateGroup, DuplicatePair, Kind, Operation, Story

_encoder = msgspec.json.Encoder()
_ARTICLE_FIELDS = ArticleRow.__struct_fields__


class Commit:
    """Collects what changes; see `Ledger.commit`.

    Rows that are put as they are stored already change nothing and do not enter the log, so that a run may put
    everything it looked at.  Segments are written at once, rows when the block ends.  Where anything fails,
    the state stays at its generation; files of the attempt are swept by the next run.

    Attributes
    ----------
    generation : int
        The one in the making.
    report : dict
        What the run tells of itself; stored with the generation.
    """

    def __init__(self, ledger: Ledger, *, started: datetime, model_generation: int | None) -> None:
        self._ledger = ledger
        self._started = started
        self.generation = ledger.generation + 1
        self.model_generation = model_generation or self.generation
        self.report: dict[str, Any] = {}
        self._articles: dict[str, tuple[ArticleRow, ArticleRow | None]] = {}
        self._moved: dict[str, tuple[int | None, int | None]] = {}
        self._events: dict[str, EventRow | None] = {}
        self._json: dict[Kind, dict[str, bytes | None]] = {"story": {}, "duplicate_group": {}}
        self._pairs: dict[tuple[str, str], bytes | None] = {}
        self._redirects: dict[str, str] = {}
        self._meta: dict[str, str] = {}
        self._new: list[Segment] = []
        self._named = 0
        self._dropped: set[int] = set()
        given = ledger.query("SELECT seq FROM sqlite_sequence WHERE name = 'segments'")
        self._segment = 1 + (given[0][0] if given else 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            with ExitStack() as ending:
                with (
                    told(self._ledger.folder.ledger),
                    transaction(self._ledger.connection, "IMMEDIATE") as connection,
                ):
                    self._apply(connection)
                    ending.enter_context(held())  # what is committed is sealed before a signal ends the run
                self._ledger.seal()
        self._ledger.sweep()

    # -- segments

    def write_articles(self, titles: TextColumn, texts: TextColumn) -> list[tuple[int, int]]:
        """Store new titles and texts; give the segment of each article, and its row there."""
        places = []
        for part in portions((titles, texts), compaction.LARGE):
            rows = len(part[0])
            number = self._write(ARTICLES, as_arrays({"title": part[0], "text": part[1]}), rows=rows)
            places += [(number, row) for row in range(rows)]
        return places

    def write_arrays(self, kind: str, arrays: Arrays, *, replace: bool = False) -> None:
        """Store plain arrays under `kind`, beside those stored before or in their place."""
        if replace:
            self.drop_arrays(kind)
        self._write(kind, arrays)

    def drop_arrays(self, kind: str) -> None:
        """Forget what was stored under `kind`."""
        self._drop(self._segments(kind))

    def _write(self, kind: str, arrays: Arrays, *, rows: int | None = None) -> int:
        number = self._segment
        self._segment += 1
        segment = write_segment(
            self._ledger.folder,
            arrays,
            number=number,
            kind=kind,
            generation=self.generation,
            rows=rows,
        )
        self._new.append(segment)
        return number

    def _segments(self, kind: str) -> list[Segment]:
        """Give the segments of a kind as they will be."""
        return [
            segment
            for segment in (*self._ledger.segments(kind), *(new for new in self._new if new.kind == kind))
            if segment.number not in self._dropped
        ]

    def _drop(self, segments: Iterable[Segment]) -> None:
        self._dropped.update([segment.number for segment in segments])

    # -- rows

    def put_articles(self, rows: Iterable[ArticleRow]) -> None:
        """Store live or withdrawn articles, whole rows; a withdrawn one reaches the feed as a delete."""
        given = {row.article_id: row for row in rows}
        stored = self._ledger.article_fields(given)
        for id_, row in given.items():
            self._articles.pop(id_, None)
            if (fields := stored.get(id_)) == msgspec.structs.astuple(row):
                continue
            before = None if fields is None else msgspec.convert(fields, ArticleRow)
            if before is None or not row.is_moved(before):
                self._articles[id_] = row, before
            else:
                self._moved[id_] = row.segment, row.row

    def put_events(self, rows: Iterable[EventRow]) -> None:
        """Store events."""
        given = {row.event_id: row for row in rows}
        stored = self._ledger.event_rows(given)
        for id_, row in given.items():
            self._events.pop(id_, None)
            if row != stored.get(id_):
                self._events[id_] = row

    def drop_events(self, ids: Iterable[str]) -> None:
        """Forget events."""
        self._events.update(dict.fromkeys(self._ledger.event_rows(ids)))

    def put_stories(self, rows: Iterable[Story]) -> None:
        """Store stories."""
        self._put("story", {row.story_id: _encoder.encode(row) for row in rows})

    def drop_stories(self, ids: Iterable[str]) -> None:
        """Forget stories; they reach the feed as deletes."""
        self._drop_rows("story", ids)

    def put_duplicate_groups(self, rows: Iterable[DuplicateGroup]) -> None:
        """Store duplicate groups."""
        self._put("duplicate_group", {row.duplicate_group_id: _encoder.encode(row) for row in rows})

    def drop_duplicate_groups(self, ids: Iterable[str]) -> None:
        """Forget duplicate groups; they reach the feed as deletes."""
        self._drop_rows("duplicate_group", ids)

    def _put(self, kind: Kind, given: dict[str, bytes]) -> None:
        stored = self._stored(kind, given)
        for id_, row in given.items():
            self._json[kind].pop(id_, None)
            if row != stored.get(id_):
                self._json[kind][id_] = row

    def _drop_rows(self, kind: Kind, ids: Iterable[str]) -> None:
        gone = list(ids)
        for id_ in gone:
            self._json[kind].pop(id_, None)
        self._json[kind].update(dict.fromkeys(self._stored(kind, gone)))

    def _stored(self, kind: Kind, ids: Iterable[str]) -> dict[str, bytes]:
        table, key = _TABLES[kind]
        query = f"SELECT {key}, row FROM {table} WHERE {key} IN (SELECT value FROM json_each(?))"  # noqa: S608
        rows = self._ledger.query(query, (json.dumps(list(ids)),))
        return {id_: row.encode() for id_, row in rows}

    def replace_pairs(self, articles: Iterable[str], pairs: Iterable[DuplicatePair]) -> None:
        """Store these pairs of copies in the place of all that the copies among `articles` had."""
        given = {(pair.article_id, pair.other_id): _encoder.encode(pair) for pair in pairs}
        query = (
            "SELECT article_id, other_id, row FROM pairs WHERE article_id IN (SELECT value FROM json_each(?))"
        )
        stored = {
            (copy, other): row.encode()
            for copy, other, row in self._ledger.query(query, (json.dumps(list(articles)),))
        }
        self._pairs.update(dict.fromkeys(stored.keys() - given.keys()))
        self._pairs.update({key: row for key, row in given.items() if stored.get(key) != row})

    def redirect(self, redirects: Mapping[str, str]) -> None:
        """Let ids that are gone lead to others."""
        self._redirects.update(redirects)

    def set_meta(self, key: str, value: str) -> None:
        """Store a value that `Ledger.meta` gives."""
        self._meta[key] = value

    # -- the transaction

    def _apply(self, connection: sqlite3.Connection) -> None:
        # What an earlier generation dropped goes now: no reader can still want it.
        connection.execute("DELETE FROM segments WHERE dropped IS NOT NULL")
        self._apply_articles(connection)
        self._apply_events(connection)
        for kind in _TABLES:
            self._apply_json(connection, kind)
        self._apply_pairs(connection)
        self._publish_ids(connection)
        connection.executemany("INSERT OR REPLACE INTO meta VALUES(?, ?)", self._meta.items())
        redirects = [(old, new, self.generation) for old, new in self._redirects.items()]
        connection.executemany("INSERT OR REPLACE INTO redirects VALUES(?, ?, ?)", redirects)
        self._apply_segments(connection)
        self._log(connection)

    def _apply_segments(self, connection: sqlite3.Connection) -> None:
        """Name the new files, then what compaction makes of them; what was dropped is readable until then."""
        self._name(connection)
        compacted = compaction.compact_articles(connection, self._ledger, self._write, self.generation)
        gone = [*self._dropped, *compacted]
        self._name(connection)
        connection.executemany(
            "UPDATE segments SET dropped = ? WHERE segment = ?",
            [(self.generation, number) for number in gone],
        )

    def _name(self, connection: sqlite3.Connection) -> None:
        connection.executemany(
            "INSERT INTO segments VALUES(?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
            [msgspec.structs.astuple(segment) for segment in self._new[self._named :]],
        )
        self._named = len(self._new)

    def _apply_articles(self, connection: sqlite3.Connection) -> None:
        names = ", ".join((*_ARTICLE_FIELDS, "generation", "first_generation"))
        marks = ", ".join("?" * (len(_ARTICLE_FIELDS) + 2))
        new = ", ".join(f"{name} = excluded.{name}" for name in (*_ARTICLE_FIELDS[1:], "generation"))
        connection.executemany(
            f"INSERT INTO articles({names}) VALUES({marks}) ON CONFLICT(article_id) DO UPDATE SET {new}",
            (
                (*msgspec.structs.astuple(row), self.generation, self.generation)
                for row, _ in self._articles.values()
            ),
        )
        replaced = [
            (id_, before.digest)
            for id_, (row, before) in self._articles.items()
            if before is not None and before.digest and before.digest != row.digest
        ]
        connection.executemany("INSERT OR IGNORE INTO replaced_contents VALUES(?, ?)", replaced)
        connection.executemany(
            "DELETE FROM replaced_contents WHERE article_id = ? AND digest = ?",
            [(id_, row.digest) for id_, (row, _) in self._articles.items()],
        )
        connection.executemany(
            "UPDATE articles SET segment = ?, row = ? WHERE article_id = ?",
            [(*place, id_) for id_, place in self._moved.items() if id_ not in self._articles],
        )
        keep_dates(connection, self._articles.values())
        connection.executemany(
            "UPDATE segments SET withdrawn = ? WHERE segment = ? AND withdrawn IS NULL",
            [
                (self.generation, before.segment)
                for row, before in self._articles.values()
                if row.status == "withdrawn" and before is not None and before.segment is not None
            ],
        )

    def _apply_events(self, connection: sqlite3.Connection) -> None:
        gone = [(id_,) for id_, row in self._events.items() if row is None]
        connection.executemany("DELETE FROM events WHERE event_id = ?", gone)
        connection.executemany(
            "INSERT OR REPLACE INTO events VALUES(?, ?, ?, ?, ?)",
            [(*msgspec.structs.astuple(row), self.generation) for row in self._events.values() if row],
        )

    def _apply_json(self, connection: sqlite3.Connection, kind: Kind) -> None:
        table, key = _TABLES[kind]
        rows = self._json[kind]
        gone = [(id_,) for id_, row in rows.items() if row is None]
        connection.executemany(f"DELETE FROM {table} WHERE {key} = ?", gone)  # noqa: S608
        connection.executemany(
            f"INSERT OR REPLACE INTO {table} VALUES(?, ?, ?)",
            [(id_, row.decode(), self.generation) for id_, row in rows.items() if row],
        )

    def _apply_pairs(self, connection: sqlite3.Connection) -> None:
        gone = [key for key, row in self._pairs.items() if row is None]
        connection.executemany("DELETE FROM pairs WHERE article_id = ? AND other_id = ?", gone)
        connection.executemany(
            "INSERT OR REPLACE INTO pairs VALUES(?, ?, ?)",
            [(*key, row.decode()) for key, row in self._pairs.items() if row],
        )

    def _publish_ids(self, connection: sqlite3.Connection) -> None:
        used = [("event", id_) for id_, row in self._events.items() if row]
        used += [(kind, id_) for kind, rows in self._json.items() for id_, row in rows.items() if row]
        connection.executemany(
            "INSERT OR IGNORE INTO published_ids VALUES(?, ?, ?)",
            [(id_, kind, self.generation) for kind, id_ in used],
        )

    def _log(self, connection: sqlite3.Connection) -> None:
        counts = write_changes(
            connection, self.generation, ((kind, *change) for kind in KINDS for change in self._changes(kind))
        )
        last = connection.execute(
            "SELECT articles FROM generations ORDER BY generation DESC LIMIT 1"
        ).fetchone()
        row = (
            self.generation,
            instant(self._started),
            instant(datetime.now(UTC)),
            self.model_generation,
            (last[0] if last else 0) + self._growth(),
            _encoder.encode(counts).decode(),
            _encoder.encode(self.report).decode(),
        )
        connection.execute("INSERT INTO generations VALUES(?, ?, ?, ?, ?, ?, ?)", row)

    def _changes(self, kind: Kind) -> Iterable[tuple[Operation, str, bytes | None]]:
        if kind != "article":
            for id_, row in self._json[kind].items():
                yield "delete" if row is None else "upsert", id_, row
            return
        for id_, (article, before) in self._articles.items():
            if article.status == "live":
                yield "upsert", id_, _encoder.encode(published(article))
            elif before is not None and before.status == "live":
                yield "delete", id_, None

    def _growth(self) -> int:
        rows = self._articles.values()
        return sum(
            (row.status == "live") - (before is not None and before.status == "live") for row, before in rows
        )


_TABLES: dict[Kind, tuple[str, str]] = {
    "story": ("stories", "story_id"),
    "duplicate_group": ("duplicate_groups", "group_id"),
}
