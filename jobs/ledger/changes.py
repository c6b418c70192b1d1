"""The change log of a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.ledger.rows import Change

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

#: Rows fetched at a time; no lock is held while the caller works on them.
_BATCH = 2_000

_NEXT = """
SELECT generation, sequence, kind, op, id, row FROM changes
WHERE (generation, sequence) > (?, ?) AND generation <= ? ORDER BY generation, sequence LIMIT ?
"""


def read_changes(connection: sqlite3.Connection, since: int, until: int) -> Iterator[Change]:
    """Give the changes of the generations after `since`, up to and with `until`, in their order.

    Lines once written never change, so that reading them in batches gives what one long read would, and a
    slow consumer keeps no writer waiting.
    """
    generation, sequence = since + 1, 0
    while batch := connection.execute(_NEXT, (generation, sequence, until, _BATCH)).fetchall():
        for generation, sequence, kind, op, id_, row in batch:
            yield Change(
                generation=generation,
                sequence=sequence,
                kind=kind,
                op=op,
                id=id_,
                encoded=None if row is None else row.encode(),
            )
