"""Signatures of a state in Redis, where datasketch's `MinHashLSH` answers from them.

A changed article is taken out of every table before it is put in again, and datasketch writes its own table of
keys before those of the bands.  A mark stands in Redis meanwhile: after an export that broke off, whatever
changed since the last complete one is put in anew.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import redis
from datasketch import MinHash, MinHashLSH

from dedup.corpus import TextColumn
from dedup.duplicates.signatures import sign
from dedup.errors import CannotWriteError, UsageError
from jobs.cleaned_texts import CleanedTexts, settings_of
from jobs.feed import histories_of
from jobs.ledger.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dedup.settings import DuplicateSettings

#: Articles that are signed and written together.
ARTICLES_AT_ONCE = 2000

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
        Where the index follows another state, or has other bands or signatures.
    CannotWriteError
        Where Redis cannot be reached or refuses.
    """
    if not BASENAME.fullmatch(basename):
        raise UsageError(f"--basename wants letters, digits and any of . : -; found {basename!r}")
    with _told(url), Ledger.open(state) as ledger:
        settings = settings_of(ledger).duplicates
        index = _Index(url, basename, threshold, settings)
        if start_over:
            index.clear()
        histories = histories_of(ledger)
        before = index.mark()
        index.check(before, histories)
        changed = _net_changes(ledger, before.generation if before else 0)
        index.begin(before)
        removed = index.remove([id_ for id_, live in changed.items() if not live])
        put, cleaned = 0, CleanedTexts(ledger)
        live = [id_ for id_, live in changed.items() if live]
        for first in range(0, len(live), ARTICLES_AT_ONCE):
            texts = cleaned.of(live[first : first + ARTICLES_AT_ONCE])
            put += index.put(texts, fresh=before is None or not before.complete)
        last = max(histories)
        index.finish(last, histories[last])
    return ExportResult(last, put, removed)


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


def _net_changes(ledger: Ledger, since: int) -> dict[str, bool]:
    """Say of every article that changed after `since` whether it is live now."""
    return {change.id: change.op == "upsert" for change in ledger.changes(since) if change.kind == "article"}


class _Index:
    """The tables of one index in Redis, and the mark beside them."""

    def __init__(self, url: str, basename: str, threshold: float, settings: DuplicateSettings) -> None:
        self._client = redis.Redis(**connection_parameters(url))
        self._lsh = open_index(url, basename, threshold, settings.permutations)
        self._settings = settings
        self._permutations = MinHash(settings.permutations, settings.seed, scheme="affine32").permutations
        self._basename = basename
        self._key = f"{basename}_export"

    def mark(self) -> ExportMark | None:
        stored = self._client.get(self._key)
        return msgspec.json.decode(stored, type=ExportMark) if stored else None

    def check(self, before: ExportMark | None, histories: dict[int, str]) -> None:
        """Refuse to mix two states, or two kinds of signatures."""
        if before is None:
            return
        if before.shape != self._new_mark(0, "").shape:
            raise UsageError(
                "the index in Redis has other bands or signatures; take the threshold and settings it was made "
                "with, or start over"
            )
        if histories.get(before.generation) != before.history:
            raise UsageError(
                f"the index in Redis holds generation {before.generation} of another state, or of this one "
                "before it was put back from a backup; start over, or take another base name"
            )

    def begin(self, before: ExportMark | None) -> None:
        """Leave a mark that is there for as long as tables may disagree."""
        generation, history = (before.generation, before.history) if before else (0, "")
        self._set(self._new_mark(generation, history, complete=False))

    def finish(self, generation: int, history: str) -> None:
        self._set(self._new_mark(generation, history))

    def _set(self, mark: ExportMark) -> None:
        self._client.set(self._key, msgspec.json.encode(mark))

    def _new_mark(self, generation: int, history: str, *, complete: bool = True) -> ExportMark:
        return ExportMark(
            generation=generation,
            history=history,
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
        """Remove every key of the index."""
        batch = []
        for key in self._client.scan_iter(match=f"{self._basename}_*", count=10_000):
            batch.append(key)
            if len(batch) == 1000:
                self._client.unlink(*batch)
                batch.clear()
        if batch:
            self._client.unlink(*batch)


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
