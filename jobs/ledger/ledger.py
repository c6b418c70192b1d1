"""The state of scheduled runs: one folder, one commit point, nothing believed before it was verified."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

import msgspec

from dedup.errors import DamagedStateError, NoInputError, StateLockedError
from jobs.ledger import database
from jobs.ledger.changes import read_changes
from jobs.ledger.database import told
from jobs.ledger.folder import NO_STATE, StateFolder
from jobs.ledger.rows import ArticleRow, EventRow, Generation
from jobs.ledger.seal import sealed, write_seal
from jobs.ledger.shared_file import SharedFile
from jobs.ledger.verification import check_format, verify_ledger
from jobs.records import Assignment, DuplicateGroup, Story

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from dedup.corpus import TextColumn
    from jobs.ledger.articles import ArticleColumns, ArticlePlaces
    from jobs.ledger.commit import Commit
    from jobs.ledger.rows import Change
    from jobs.ledger.segments import Arrays, MappedArrays, Segment
    from jobs.ledger.texts import Column

_IN = "IN (SELECT value FROM json_each(?))"


T = TypeVar("T")

_SELECT_ARTICLES = f"SELECT {', '.join(ArticleRow.__struct_fields__)} FROM articles"  # noqa: S608
_SELECT_EVENTS = f"SELECT {', '.join(EventRow.__struct_fields__)} FROM events"  # noqa: S608

_story = msgspec.json.Decoder(Story).decode
_duplicate_group = msgspec.json.Decoder(DuplicateGroup).decode


class Ledger:
    """What earlier runs decided; `open` is the way in, and a `with` block the way out.

    Every method that reads takes one short read of the file, or holds no lock at all while its caller works, so
    that readers never keep a run waiting for long.  Use `reading` where several reads must see one generation.
    """

    def __init__(self, folder: StateFolder, connection: sqlite3.Connection, ending: ExitStack) -> None:
        self.folder = folder
        self.connection = connection
        self._ending = ending
        self._opened: dict[str, MappedArrays] = {}

    @classmethod
    def open(cls, path: Path, *, create: bool = False, write: bool = False, verify: bool = True) -> Ledger:
        """Open the state in the folder `path`.

        Parameters
        ----------
        path : Path
        create : bool, default False
            Make an empty state where there is none; implies `write`.
        write : bool, default False
            Take the lock, sweep what a killed run left, and allow `commit`.
        verify : bool, default True
            Hold the ledger file against its seal, about a second per GiB.

        Raises
        ------
        NoInputError
            Where there is no state and `create` is not set.
        StateLockedError
            Where another run holds the lock.
        DamagedStateError
            Where the ledger file is not what the last run left; segments are verified when they are read.
        CannotWriteError, UsageError
            Where the folder cannot be used; see `StateFolder.open`.
        """
        write = write or create
        folder = StateFolder.open(path, create=create, write=write)
        ending = ExitStack()
        try:
            if write:
                ending.enter_context(folder.locked())
                folder.sweep_temporary()
            if create and not folder.seal.exists():
                database.create(folder.ledger)
            ledger = cls(folder, cls._connect(folder, ending, write=write), ending)
            ledger._refuse_unmade()
            if verify and not verify_ledger(ledger, alone=write) and write:
                ledger.seal()
            check_format(ledger)
            if write:
                ledger.sweep()
        except BaseException:
            ending.close()
            raise
        return ledger

    @staticmethod
    def _connect(folder: StateFolder, ending: ExitStack, *, write: bool) -> sqlite3.Connection:
        if not folder.ledger.exists():
            raise DamagedStateError(
                "is missing; restore the state, or start a new one", file=str(folder.ledger)
            )
        with told(folder.ledger):
            # The file is closed last: closing it lets go of every lock this process holds on it.
            ending.enter_context(SharedFile(folder.ledger))
            connection = database.connect(folder.ledger, write=write)
            ending.callback(connection.close)
        return connection

    def _refuse_unmade(self) -> None:
        """Take a first run that was cut before its first transaction for no state."""
        if not self.folder.seal.exists() and not self.query("SELECT 1 FROM sqlite_schema LIMIT 1"):
            raise NoInputError(NO_STATE, file=str(self.folder.path))

    def close(self) -> None:
        """Let go of the file and the lock."""
        self._opened.clear()
        self._ending.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def seal(self) -> None:
        """Write down what the ledger file is now."""
        with SharedFile(self.folder.ledger) as file:
            write_seal(self.folder, sealed(file, self.generation))

    def sweep(self) -> int:
        """Remove segments that no commit names; return how many went."""
        return self.folder.sweep_segments({name for (name,) in self.query("SELECT name FROM segments")})

    # -- reading

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See one generation in every read of the block; keep it short, for a run that ends has to wait."""
        if self.connection.in_transaction:  # a block around this one sees to it
            yield
            return
        self.query("BEGIN")
        try:
            yield
        finally:
            self.query("COMMIT")

    def query(self, query: str, bound: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        """Give all rows of one statement that reads."""
        with told(self.folder.ledger):
            return self.connection.execute(query, tuple(bound)).fetchall()

    def _decoded(
        self, query: str, bound: Iterable[Any], build: Callable[[tuple[Any, ...]], T]
    ) -> dict[Any, T]:
        """Give what `build` makes of each row, by the first column."""
        with told(self.folder.ledger):
            return {row[0]: build(row) for row in self.connection.execute(query, tuple(bound))}

    @property
    def generation(self) -> int:
        """Number of the last completed run; 0 before the first."""
        return int(self.query("SELECT coalesce(max(generation), 0) FROM generations")[0][0])

    def meta(self, key: str) -> str | None:
        """Give a value that `Commit.set_meta` stored."""
        found = self.query("SELECT value FROM meta WHERE key = ?", (key,))
        return found[0][0] if found else None

    def generations(self, since: int = 0, until: int | None = None) -> list[Generation]:
        """Give the runs after `since`, up to and with `until`, in their order."""
        end = self.generation if until is None else until
        query = "SELECT * FROM generations WHERE generation > ? AND generation <= ? ORDER BY generation"
        return list(self._decoded(query, (since, end), _generation).values())

    def changes(self, since: int, until: int | None = None) -> Iterator[Change]:
        """Give the changes of the generations after `since`, up to and with `until` (the last one by default)."""
        with told(self.folder.ledger):
            yield from read_changes(self.connection, since, self.generation if until is None else until)

    def article_columns(
        self,
        *,
        ids: Iterable[str] | None = None,
        events: Iterable[str] | None = None,
    ) -> ArticleColumns:
        """Give the live articles of `ids`, and those of `events`, as columns; without either, all."""
        from jobs.ledger.articles import select_articles  # noqa: PLC0415  (numpy)

        with told(self.folder.ledger):
            return select_articles(self.connection, {"ids": ids, "events": events})

    def article_places(self, spans: Sequence[tuple[int, int]]) -> ArticlePlaces:
        """Give the live articles placed within any span, ends included, and all that share a story with them."""
        from jobs.ledger.articles import select_places  # noqa: PLC0415  (numpy)

        with told(self.folder.ledger):
            return select_places(self.connection, spans)

    def newest_date(self, without: Container[str]) -> int | None:
        """Give the latest date of the live articles that are not in `without`; None where none has a date."""
        query = """SELECT article_id, placed_at FROM articles
                   WHERE status = 'live' AND published_at IS NOT NULL ORDER BY placed_at DESC"""
        with told(self.folder.ledger):
            rows = self.connection.execute(query)
            return next((placed for id_, placed in rows if id_ not in without), None)

    def article_rows(self, ids: Iterable[str] | None = None) -> dict[str, ArticleRow]:
        """Give the articles of `ids`, withdrawn ones too, by id; without `ids`, all."""
        query, bound = _chosen(_SELECT_ARTICLES, "article_id", ids)
        return self._decoded(query, bound, lambda row: msgspec.convert(row, ArticleRow))

    def article_fields(self, ids: Iterable[str] | None = None) -> dict[str, tuple[Any, ...]]:
        """Give the same as plain tuples."""
        return self._decoded(*_chosen(_SELECT_ARTICLES, "article_id", ids), lambda row: row)

    def event_rows(self, ids: Iterable[str] | None = None) -> dict[str, EventRow]:
        """Give events by id; without `ids`, all."""
        query, bound = _chosen(_SELECT_EVENTS, "event_id", ids)
        return self._decoded(query, bound, lambda row: msgspec.convert(row, EventRow))

    def stories(self, ids: Iterable[str] | None = None) -> dict[str, Story]:
        """Give stories by id; without `ids`, all."""
        query, bound = _chosen("SELECT story_id, row FROM stories", "story_id", ids)
        return self._decoded(query, bound, lambda row: _story(row[1]))

    def duplicate_groups(self, ids: Iterable[str] | None = None) -> dict[str, DuplicateGroup]:
        """Give duplicate groups by id; without `ids`, all."""
        query, bound = _chosen("SELECT group_id, row FROM duplicate_groups", "group_id", ids)
        return self._decoded(query, bound, lambda row: _duplicate_group(row[1]))

    def assignments(self) -> Iterator[Assignment]:
        """Give where each live article belongs, by id."""
        fields = Assignment.__struct_fields__[1:]
        query = f"SELECT {', '.join(fields)} FROM articles WHERE status = 'live' ORDER BY article_id"  # noqa: S608
        return (Assignment(**dict(zip(fields, row, strict=True))) for row in self.query(query))

    def lines(self, table: Literal["stories", "pairs"]) -> list[msgspec.Raw]:
        """Give the lines of all stories or pairs of copies as they are stored, by id."""
        query = {
            "stories": "SELECT row FROM stories ORDER BY story_id",
            "pairs": "SELECT row FROM pairs ORDER BY article_id, other_id",
        }
        return [msgspec.Raw(row) for (row,) in self.query(query[table])]

    def redirects(self) -> dict[str, str]:
        """Give what ids that are gone lead to; that may be gone as well."""
        return dict(self.query("SELECT old_id, new_id FROM redirects"))

    def heir(self, id_: str) -> str | None:
        """Give what an id that is gone leads to, None where it leads nowhere; that may be gone as well."""
        found = self.query("SELECT new_id FROM redirects WHERE old_id = ?", (id_,))
        return found[0][0] if found else None

    def replaced_contents(self, ids: Iterable[str]) -> set[tuple[str, bytes]]:
        """Give the digests of all that articles of `ids` held before a correction or a withdrawal."""
        query, bound = _chosen("SELECT article_id, digest FROM replaced_contents", "article_id", ids)
        return set(self.query(query, bound))

    def published_ids(self, ids: Iterable[str] | None = None) -> dict[str, str]:
        """Give the kind of every id ever published: event, duplicate_group or story."""
        query, bound = _chosen("SELECT id, kind FROM published_ids", "id", ids)
        return dict(self.query(query, bound))

    def ages(self, ids: Iterable[str]) -> dict[str, int]:
        """Give the generation that first published each of `ids`; those never published are left out."""
        query, bound = _chosen("SELECT id, generation FROM published_ids", "id", ids)
        return dict(self.query(query, bound))

    def is_spent(self, id_: str) -> bool:
        """Say whether an id was ever published: it is not given again, not even where its group has ended."""
        return bool(self.query("SELECT 1 FROM published_ids WHERE id = ?", (id_,)))

    def sizes(self) -> dict[str, int]:
        """Count the rows of articles (withdrawn ones too), duplicate groups, events and stories."""
        tables = ("articles", "duplicate_groups", "events", "stories")
        return {table: self.query(f"SELECT count(*) FROM {table}")[0][0] for table in tables}  # noqa: S608

    # -- segments

    def segments(self, kind: str | None = None, *, dropped: bool = False) -> list[Segment]:
        """Give the segments in use, of one kind or all, oldest first; with `dropped`, also those used before."""
        from jobs.ledger.segments import Segment  # noqa: PLC0415  (numpy)

        fields = Segment.__struct_fields__
        query = """SELECT segment, name, kind, generation, bytes, digest, rows FROM segments
                   WHERE (dropped IS NULL OR ?) AND (? IS NULL OR kind = ?) ORDER BY segment"""
        rows = self.query(query, (dropped, kind, kind))
        return [Segment(**dict(zip(fields, row, strict=True))) for row in rows]

    def read_arrays(self, kind: str) -> list[Arrays]:
        """Give what `Commit.write_arrays` stored under `kind`, oldest first, memory-mapped and read-only."""
        return [self.read_segment(segment) for segment in self.segments(kind)]

    def read_segment(self, segment: Segment) -> Arrays:
        """Give the arrays of a segment; it is verified when it is read first."""
        from jobs.ledger.segments import read_segment  # noqa: PLC0415  (numpy)

        if segment.name not in self._opened:
            try:
                self._opened[segment.name] = read_segment(self.folder, segment)
            except DamagedStateError:
                if not self.query("SELECT 1 FROM segments WHERE name = ?", (segment.name,)):
                    raise self._overtaken() from None
                raise
        return self._opened[segment.name].arrays

    def _overtaken(self) -> StateLockedError:
        """Give the error of a reader that a whole generation was not long enough for."""
        return StateLockedError("runs went by while it was read; try again", file=str(self.folder.path))

    def release_pages(self) -> None:
        """Give back the memory that reading segments has taken; arrays that were given stay good."""
        for opened in self._opened.values():
            opened.release()

    def gather(
        self,
        column: Column,
        segments: NDArray[np.int64],
        rows: NDArray[np.int64],
        beside: TextColumn | None = None,
    ) -> TextColumn:
        """Give the titles or texts at (`segments`, `rows`), in that order, as one column.

        Where an article lay until a run moved it is as good until the run after that.

        Parameters
        ----------
        column : {"title", "text"}
        segments, rows : ndarray of int64, shape (n,)
        beside : TextColumn, optional
            Texts that are not stored yet, called segment -1.

        Raises
        ------
        DamagedStateError
            Where a segment is missing or not what was written.
        StateLockedError
            Where two runs have gone by since it was said where the articles lie.
        """
        from jobs.ledger import texts  # noqa: PLC0415  (numpy)

        wanted = set(segments.tolist())
        held = [s for s in self.segments(texts.ARTICLES, dropped=True) if s.number in wanted]
        if len(held) < len(wanted - {texts.ARRIVED}):
            raise self._overtaken()
        columns = {s.number: texts.as_column(self.read_segment(s), column) for s in held}
        if beside is not None:
            columns[texts.ARRIVED] = beside
        found = texts.gather(columns, segments, rows)
        self.release_pages()
        return found

    def texts(self, ids: Iterable[str], column: Column = "text") -> dict[str, str]:
        """Give the texts or titles of live articles by id."""
        found = self.article_columns(ids=ids)
        return dict(zip(found.ids, self.gather(column, found.segments, found.rows), strict=True))

    # -- writing

    def commit(self, *, started: datetime, model_generation: int | None = None) -> Commit:
        """Begin the next generation; it is published when the `with` block ends well, or not at all."""
        from jobs.ledger.commit import Commit  # noqa: PLC0415  (numpy)

        return Commit(self, started=started, model_generation=model_generation)


def _generation(row: tuple[Any, ...]) -> Generation:
    number, started, finished, model_generation, articles, counts, report = row
    return Generation(
        generation=number,
        started=started,
        finished=finished,
        model_generation=model_generation,
        articles=articles,
        counts=msgspec.json.decode(counts, type=dict[str, dict[str, int]]),
        report=msgspec.json.decode(report),
    )


def _chosen(
    query: str,
    key: Literal["article_id", "event_id", "story_id", "group_id", "id"],
    ids: Iterable[str] | None,
) -> tuple[str, tuple[str, ...]]:
    """Narrow a query to `ids`."""
    if ids is None:
        return query, ()
    return f"{query} WHERE {key} {_IN}", (json.dumps(list(ids)),)
