"""The change log of a ledger."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from jobs.ledger.rows import KINDS, Change

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from jobs.records import Kind, Operation

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


def write_changes(
    connection: sqlite3.Connection,
    generation: int,
    changes: Iterable[tuple[Kind, Operation, str, bytes | None]],
) -> dict[str, dict[str, int]]:
    """Log the changes of one generation: deletes, then upserts; then by kind, then by id.

    Parameters
    ----------
    changes : iterable of (kind, op, id, row)
        In any order, one an id.

    Returns
    -------
    dict
        How many there were: ``{"article": {"upsert": 12, "delete": 0}, …}``.
    """
    ordered = sorted(changes, key=lambda change: (change[1] == "upsert", KINDS.index(change[0]), change[2]))
    connection.executemany(
        "INSERT INTO changes VALUES(?, ?, ?, ?, ?, ?)",
        (
            (generation, number, kind, op, id_, None if row is None else row.decode())
            for number, (kind, op, id_, row) in enumerate(ordered, start=1)
        ),
    )
    counted = Counter((kind, op) for kind, op, _, _ in ordered)
    return {kind: {op: counted[kind, op] for op in ("upsert", "delete")} for kind in KINDS}
