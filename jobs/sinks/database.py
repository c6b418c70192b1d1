"""A database that takes a generation and the cursor in one transaction."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from dedup.errors import StateLockedError
from jobs.sinks.sink import Cursor, Sink
from jobs.sinks.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from jobs.ledger.rows import Change
    from jobs.sinks.sink import Generation
    from jobs.sinks.tables import Table


class DatabaseSink(Sink):
    """What sinks share that move from generation to generation by transactions.

    Two feeds at once are told apart by the cursor: whoever finds another one than at its start gives up.
    """

    whole = True

    #: Where the sink is, as messages name it; nothing where an address may hold a password.
    place: str | None = None

    _held: Cursor | None = None
    _start_over = False

    def cursor(self) -> Cursor | None:
        """Give what the last transaction stored."""
        return self._held

    def rewind(self, generation: int) -> None:
        """Empty the tables, in the transaction of the first generation, where the feed starts over."""
        self._start_over = generation == 0

    def write(self, generation: Generation) -> None:
        """Apply the changes and move the cursor in one transaction."""
        after = Cursor.of(generation.commit)
        with self._told(), self._transaction():
            if self._read_cursor() != self._held:
                raise StateLockedError("another feed writes here; wait for it", file=self.place)
            if self._start_over:
                self._empty()
            for (kind, op), changes in groupby(generation.changes, key=lambda one: (one.kind, one.op)):
                apply = self._delete if op == "delete" else self._upsert
                apply(TABLES[kind], after.generation, changes)
            self._move_cursor(after)
        self._start_over = False
        self._held = after

    def _told(self) -> AbstractContextManager[None]:
        """Turn what the database reports into this program's errors."""
        raise NotImplementedError

    def _transaction(self) -> AbstractContextManager[None]:
        """Do all of the block or nothing, and keep other feeds out meanwhile."""
        raise NotImplementedError

    def _read_cursor(self) -> Cursor | None:
        raise NotImplementedError

    def _move_cursor(self, cursor: Cursor) -> None:
        raise NotImplementedError

    def _empty(self) -> None:
        """Remove all rows of the feed."""
        raise NotImplementedError

    def _delete(self, table: Table, number: int, changes: Iterable[Change]) -> None:
        """Remove rows that are no newer than generation `number`."""
        raise NotImplementedError

    def _upsert(self, table: Table, number: int, changes: Iterable[Change]) -> None:
        """Insert rows, or replace those that are no newer than generation `number`."""
        raise NotImplementedError
