"""What a power cut could undo: the order of writes, syncs, renames and unlinks in a trace of one commit.

Killing a process cannot show a missing sync, because the kernel keeps what was written.  These rules can.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.faults.tracing import Call

LEDGER, JOURNAL, SEAL = "ledger.sqlite", "ledger.sqlite-journal", "ledger.seal"


class Disk:
    """What is not durable yet: contents of files, and names in folders."""

    def __init__(self) -> None:
        self.contents: set[str] = set()
        self.names: set[str] = set()


def misorders(calls: Iterable[Call]) -> Iterator[str]:
    """Give every step that a power cut could leave half done.

    * A file is renamed only once its content is durable.
    * The ledger is written only once its journal, the segments it is going to name, and their names are.
    * The journal goes - which is the commit - only once the ledger is durable.
    * A segment goes only once the commit that dropped it is.
    * The seal is replaced only once the commit is durable: it must never be ahead of the ledger.
    * In the end everything is.
    """
    disk, journal = Disk(), False
    for call in calls:
        place, folder = call.paths[0], str(Path(call.paths[0]).parent)
        name = Path(place).name
        if call.name in {"write", "pwrite64", "ftruncate"}:
            if name == LEDGER and (disk.contents - {place} or disk.names):
                yield f"{call}, while {sorted(disk.contents | disk.names)} are not durable"
            disk.contents.add(place)
            if name == JOURNAL and not journal:
                disk.names.add(folder)
                journal = True
        elif call.name in {"fsync", "fdatasync"}:
            disk.contents.discard(place)
            disk.names.discard(place)
        elif call.name.startswith("rename"):
            if place in disk.contents:
                yield f"{call}, before its content is durable"
            if Path(call.paths[1]).name == SEAL and disk.names:
                yield f"{call}, before the commit that it seals is durable"
            disk.names |= {folder, str(Path(call.paths[1]).parent)}
        elif call.name.startswith("unlink"):
            disk.contents.discard(place)
            if name == JOURNAL:
                if disk.contents:
                    yield f"{call}, while {sorted(disk.contents)} are not durable"
                disk.names.add(folder)
                journal = False
            elif Path(folder).name == "segments" and disk.names:
                yield f"{call}, before the commit that dropped it is durable"
    if disk.contents or disk.names:
        yield f"in the end {sorted(disk.contents | disk.names)} are not durable"
