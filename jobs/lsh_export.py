"""Signatures of a state in Redis, where datasketch's `MinHashLSH` answers from them.

A changed article is taken out of every table before it is put in again, and datasketch writes its own table of
keys before those of the bands.  A mark stands in Redis meanwhile: after an export that broke off, whatever
changed since the last complete one is put in anew.  A key that expires keeps two exports apart.
"""

from __future__ import annotations

import math
import re
import struct
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
import redis
from datasketch import MinHash, MinHashLSH
from redis.exceptions import LockError, WatchError

from dedup.corpus import TextColumn
from dedup.duplicates.signatures import sign
from dedup.errors import CannotWriteError, StateLockedError, UsageError
from jobs.cleaned_texts import CleanedTexts, settings_of
from jobs.feed import commits_of, follows
from jobs.ledger.ledger import Ledger
from jobs.sinks.sink import Cursor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dedup.settings import DuplicateSettings
    from jobs.records import Commit

#: Articles that are signed and written together.
ARTICLES_AT_ONCE = 2000

#: Keys that are removed together.
KEYS_AT_ONCE = 1000

#: After so long without a sign of life an export is taken for dead, and another one may begin.
LOCK_SECONDS = 300.0

#: What a base name may be: nothing that Redis takes for a pattern.
BASENAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:-]{0,60}", re.ASCII)


class ExportMark(msgspec.Struct, frozen=True, kw_only=True):
    """What Redis holds, as it stands under ``<basename>_export``.

    Attributes
    ----------
    generation, history
        The last complete export, as in `jobs.records.Commit`.
    complete : bool
        Whether no export has begun since.
    bands, rows : int
        Shape of the index.
    permutations, seed, shingle_words : int
        What a signature to compare with has to be made with.
    """

    generation: int
    history: str
    complete: bool
    bands: int
    rows: int
    permutations: int
    seed: int
    shingle_words: int

    @property
    def shape(self) -> tuple[int, ...]:
        """All that has to stay as it is for as long as the index lives."""
        return self.bands, self.rows, self.permutations, self.seed, self.shingle_words


@dataclass(frozen=True, slots=True)
class ExportResult:
    """How many articles an export put in and took out, and the generation that Redis holds now."""

    generation: int
    put: int
    removed: int

    def machine_line(self) -> str:
        """Give the one line that a calling program reads."""
        told = {"exit_code": 0, "generation": self.generation, "put": self.put, "removed": self.removed}
        return msgspec.json.encode(told).decode()


def export_signatures(
    state: Path, url: str, *, basename: str, threshold: float = 0.5, start_over: bool = False
) -> ExportResult:
    """Bring an index in Redis to what a state holds.

    Parameters
    ----------
    state : Path
        Folder of the state; it is only read.
    url : str
        ``redis://``, ``rediss://`` or ``unix://``.
    basename : str
        As in datasketch's `storage_config`.
    threshold : float, default 0.5
        Jaccard for which datasketch chooses the bands.
    start_over : bool, default False
        Clear the index first.

    Returns
    -------
    ExportResult

    Raises
    ------
    UsageError
        Where the index follows another state, has other bands or signatures, or is somebody else's.
    StateLockedError
        Where another export is at it.
    CannotWriteError
        Where Redis cannot be reached or refuses.
    """
    if not BASENAME.fullmatch(basename):
        raise UsageError(f"--basename wants letters, digits and any of . : -; found {basename!r}")
    with Ledger.open(state) as ledger, _told(url):
        index = _Index(url, basename, threshold, settings_of(ledger).duplicates)
        with index.alone():
            if start_over:
                index.clear()
            return _follow(ledger, index)


def _follow(ledger: Ledger, index: _Index) -> ExportResult:
    commits = commits_of(ledger)
    before, last = index.mark(), commits[-1]
    index.check(before, commits)
    changed = _net_changes(ledger, before.generation if before else 0, last.generation)
    index.begin(commits[before.generation if before else 0])
    put, removed, cleaned = 0, 0, CleanedTexts(ledger)
    for ids in index.batches([id_ for id_, live in changed.items() if not live]):
        removed += index.remove(ids)
    for ids in index.batches([id_ for id_, live in changed.items() if live]):
        put += index.put(cleaned.of(ids), fresh=before is None or not before.complete)
    index.finish(last)
    return ExportResult(last.generation, put, removed)


def connection_parameters(url: str) -> dict[str, Any]:
    """Give what stands under ``redis`` in datasketch's `storage_config`.

    Examples
    --------
    >>> connection_parameters("redis://localhost:6380/2")
    {'host': 'localhost', 'port': 6380, 'db': 2}
    """
    try:
        found = redis.connection.parse_url(url)  # type: ignore[no-untyped-call]
    except ValueError:
        raise UsageError(
            "--redis wants redis://, rediss:// or unix://, as in redis://localhost:6379/0"
        ) from None
    parameters: dict[str, Any] = dict(found)
    kind = parameters.pop("connection_class", None)
    if kind is redis.SSLConnection:
        parameters["ssl"] = True
    if "path" in parameters:
        parameters["unix_socket_path"] = parameters.pop("path")
    return parameters


def open_index(url: str, basename: str, threshold: float, permutations: int) -> MinHashLSH:
    """Open the index as any user of datasketch does; its keys are the ids of articles in UTF-8."""
    storage = {"type": "redis", "basename": basename.encode(), "redis": connection_parameters(url)}
    return MinHashLSH(threshold, permutations, storage_config=storage, prepickle=False)


def _net_changes(ledger: Ledger, since: int, until: int) -> dict[str, bool]:
    """Say of every article that changed after `since`, up to and with `until`, whether it was live then."""
    found = ledger.changes(since, until)
    return {change.id: change.op == "upsert" for change in found if change.kind == "article"}


class _Index:
    """The tables of one index in Redis, and the mark beside them."""

    def __init__(self, url: str, basename: str, threshold: float, settings: DuplicateSettings) -> None:
        try:
            self._client = redis.Redis(**connection_parameters(url))
        except TypeError:
            raise UsageError("--redis gives an option after the ? that the client does not know") from None
        self._lsh = open_index(url, basename, threshold, settings.permutations)
        self._settings = settings
        self._permutations = MinHash(settings.permutations, settings.seed, scheme="affine32").permutations
        self._basename = basename
        self._key = f"{basename}_export"
        self._lock = self._client.lock(f"{basename}_export_lock", timeout=LOCK_SECONDS, blocking=False)
        self._begun = b""

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other exports out for as long as the block lasts; see `batches`."""
        if not self._lock.acquire():
            raise StateLockedError(
                "another export writes into this index, or its holder died; free in "
                f"{self._seconds_held()} s then: try again"
            )
        try:
            yield
        except (LockError, WatchError) as error:
            raise StateLockedError("another export has begun meanwhile; wait for it") from error
        finally:
            with suppress(LockError):
                self._lock.release()

    def _seconds_held(self) -> int:
        """Say how long the lock lasts without a further sign of life of its holder."""
        return max(0, math.ceil(self._client.pttl(self._lock.name) / 1000))

    def batches(self, ids: list[str]) -> Iterator[list[str]]:
        """Cut ids into batches, and hold the lock anew for each."""
        for first in range(0, len(ids), ARTICLES_AT_ONCE):
            self._lock.reacquire()
            yield ids[first : first + ARTICLES_AT_ONCE]

    def mark(self) -> ExportMark | None:
        stored = self._client.get(self._key)
        try:
            return msgspec.json.decode(stored, type=ExportMark) if stored else None
        except msgspec.DecodeError:
            raise UsageError(
                f"{self._key} in Redis is not what an export leaves there; take another base name"
            ) from None

    def check(self, before: ExportMark | None, commits: Sequence[Commit]) -> None:
        """Refuse to mix two states, or two kinds of signatures, and to fill somebody else's index."""
        if before is None:
            if self._lsh.keys.size():
                raise UsageError(
                    f"{self._basename} in Redis is an index that no export has made; take another base name"
                )
            return
        if before.shape != self._new_mark(commits[0]).shape:
            raise UsageError(
                "the index in Redis has other bands or signatures; take the threshold and settings it was made "
                "with, or start over"
            )
        if not follows(Cursor(before.generation, before.history, ""), commits):
            raise UsageError(
                f"the index in Redis holds generation {before.generation} of another state, or of this one "
                "before it was put back from a backup; start over, or take another base name"
            )

    def begin(self, reached: Commit) -> None:
        """Leave a mark that is there for as long as tables may disagree."""
        self._begun = msgspec.json.encode(self._new_mark(reached, complete=False))
        self._client.set(self._key, self._begun)

    def finish(self, reached: Commit) -> None:
        """Say that the export is complete, unless another one has begun since this one has."""
        with self._client.pipeline() as pipe:
            pipe.watch(self._key, self._lock.name)  # type: ignore[no-untyped-call]
            if pipe.get(self._key) != self._begun or not self._lock.owned():
                raise WatchError
            pipe.multi()
            pipe.set(self._key, msgspec.json.encode(self._new_mark(reached)))
            pipe.execute()

    def _new_mark(self, reached: Commit, *, complete: bool = True) -> ExportMark:
        return ExportMark(
            generation=reached.generation,
            history=reached.history,
            complete=complete,
            bands=self._lsh.b,
            rows=self._lsh.r,
            permutations=self._settings.permutations,
            seed=self._settings.seed,
            shingle_words=self._settings.shingle_words,
        )

    def remove(self, ids: list[str]) -> int:
        """Take articles out, each from the bands first and from the table of keys last."""
        removed = 0
        for id_ in ids:
            if id_.encode() in self._lsh:
                self._lsh.remove(id_.encode())
                removed += 1
        return removed

    def put(self, texts: dict[str, str], *, fresh: bool) -> int:
        """Put articles in that have words enough; return how many.

        Those that are in already, with the same bands, stay, unless an export broke off before.
        """
        keys = [id_.encode() for id_ in texts]
        signatures = sign(TextColumn.from_strings(texts.values()), self._settings)
        held = self._lsh.keys.getmany(*keys) if keys else []
        new = []
        for row, key in enumerate(keys):
            if not fresh and held[row] == self._bands(signatures.values[row]):
                continue
            if held[row]:
                self._lsh.remove(key)
            if signatures.words[row] >= self._settings.least_words:
                new.append(row)
        with self._lsh.insertion_session() as session:
            for row in new:
                minhash = self._minhash(signatures.values[row])
                session.insert(keys[row], minhash, check_duplication=False)
        return len(new)

    def _minhash(self, values: Any) -> MinHash:
        return MinHash(hashvalues=values, permutations=self._permutations, scheme="affine32")

    def _bands(self, values: Any) -> list[bytes]:
        rows = self._lsh.r
        return [values[band * rows : (band + 1) * rows].byteswap().tobytes() for band in range(self._lsh.b)]

    def clear(self) -> None:
        """Remove the tables of the last export, and its mark last; keys of others may begin alike."""
        before = self.mark()
        if before is None:
            return
        emptied = msgspec.structs.replace(before, generation=0, history="", complete=False)
        self._client.set(self._key, msgspec.json.encode(emptied))
        name = self._basename.encode()
        buckets = (name + b"_bucket_" + struct.pack(">H", band) for band in range(before.bands))
        for table in (name + b"_keys", *buckets):
            self._remove_table(table)
        self._client.delete(self._key)

    def _remove_table(self, table: bytes) -> None:
        """Remove what datasketch lists in the hash `table`, then the list."""
        listed = self._client.hscan_iter(table, count=KEYS_AT_ONCE)
        while batch := [key for _, key in islice(listed, KEYS_AT_ONCE)]:
            self._lock.reacquire()
            self._client.unlink(*batch)
        self._client.unlink(table)


@contextmanager
def _told(url: str) -> Iterator[None]:
    try:
        yield
    except redis.RedisError as error:
        message = str(error)
        for secret in (url, redis_password(url)):
            message = message.replace(secret, "***") if secret else message
        # The cause would show the message as it came.
        raise CannotWriteError(f"Redis: {message}") from None


def redis_password(url: str) -> str:
    """Give what may be a password in an address, whatever a parser makes of it."""
    return url.partition("://")[2].rpartition("@")[0].rpartition(":")[2]
