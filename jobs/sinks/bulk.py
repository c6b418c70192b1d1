"""The feed for the bulk interface of Elasticsearch and OpenSearch.

Every document carries the generation as its external version, so that loading a file twice, or an older one
after a newer, changes nothing: the cluster answers those with a conflict (409) and keeps what it has.
Ids are taken as they are: a reader lets none through that is longer than the 512 bytes a cluster allows.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING

import msgspec

from jobs.sinks.disk import writing
from jobs.sinks.folder import GenerationFolder
from jobs.sinks.sink import Sink
from jobs.sinks.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jobs.ledger.rows import Change
    from jobs.sinks.sink import Generation
    from jobs.sinks.tables import Table

#: Bytes after which the next file of a generation begins; clusters take up to 100 MB and like far less.
PART_BYTES = 8 << 20

_encode = msgspec.json.Encoder().encode


class BulkFolder(GenerationFolder):
    """Writes ``00000012-0001.ndjson`` and its like, each a request of its own.

    Parameters
    ----------
    folder : Path
    prefix : str
        Of the names of indexes.
    with_text : bool, default False
    """

    form = "es-bulk"
    own_folders = (".",)
    own_files = re.compile(r"\d{8}-\d{4}\.ndjson", re.ASCII)

    def __init__(self, folder: Path, *, prefix: str, with_text: bool = False) -> None:
        super().__init__(folder)
        self._prefix = prefix
        self.wants_text = with_text
        self.starting_over = f"delete the {_indexes(prefix)} from the cluster, then {self.starting_over}"
        self.left_behind = _left_behind(prefix)

    @property
    def options(self) -> str:
        """Name the indexes as well: documents of an earlier name would stay behind."""
        return f"--name {self._prefix} {super().options}".rstrip()

    def write(self, generation: Generation) -> None:
        """Write the parts of a generation; the last one ends with its commit."""
        number = generation.commit.generation
        written = set()
        for part, content in enumerate(_parts(bulk_actions(generation, self._prefix)), 1):
            name = f"{number:08d}-{part:04d}.ndjson"
            with self.new_file(name) as file:
                file.write(content)
            written.add(name)
        with writing(self._folder):
            for place, name in self._files():
                later = self.own_files.fullmatch(name) and name.startswith(f"{number:08d}-")
                if later and name not in written:  # of an attempt with other texts that was interrupted
                    place.unlink(missing_ok=True)
        self.commit(generation.commit)


class BulkStream(Sink):
    """Writes actions down a pipe, for a loader that cuts them into requests.

    Parameters
    ----------
    file : binary file
        Stays open.
    prefix : str
    with_text : bool, default False
    """

    def __init__(self, file: IO[bytes], *, prefix: str, with_text: bool = False) -> None:
        self._file = file
        self._prefix = prefix
        self.wants_text = with_text
        self.left_behind = _left_behind(prefix)

    def write(self, generation: Generation) -> None:
        """Write the actions of a generation and hand them over."""
        self._file.writelines(bulk_actions(generation, self._prefix))
        self._file.flush()


def bulk_actions(generation: Generation, prefix: str) -> Iterator[bytes]:
    """Give every action with its document, each on a line; the last one is the commit, under the id `last`."""
    number = generation.commit.generation
    for change in generation.changes:
        yield _action(number, change, prefix)
    header = _header("index", _commit_index(prefix), "last", number)
    yield header + _encode(generation.commit) + b"\n"


def _action(generation: int, change: Change, prefix: str) -> bytes:
    index = _index(prefix, TABLES[change.kind])
    if change.encoded is None:
        return _header("delete", index, change.id, generation)
    return _header("index", index, change.id, generation) + change.encoded + b"\n"


def _index(prefix: str, table: Table) -> str:
    return f"{prefix}-{table.name.replace('_', '-')}"


def _commit_index(prefix: str) -> str:
    return f"{prefix}-commits"


def _indexes(prefix: str) -> str:
    """Name all indexes that documents go to."""
    return (
        f"indexes {', '.join(_index(prefix, table) for table in TABLES.values())} and {_commit_index(prefix)}"
    )


def _left_behind(prefix: str) -> str:
    return (
        f"A cluster is not emptied by --since 0: delete the {_indexes(prefix)} before you load the requests"
    )


def _header(operation: str, index: str, document_id: str, generation: int) -> bytes:
    meta = {"_index": index, "_id": document_id, "version": generation, "version_type": "external_gte"}
    return _encode({operation: meta}) + b"\n"


def _parts(actions: Iterator[bytes]) -> Iterator[bytes]:
    """Join actions into requests of about `PART_BYTES`, never cutting one."""
    held: list[bytes] = []
    size = 0
    for action in actions:
        if held and size + len(action) > PART_BYTES:
            yield b"".join(held)
            held, size = [], 0
        held.append(action)
        size += len(action)
    yield b"".join(held)
