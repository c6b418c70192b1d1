"""The SQLite file of a state: its tables, and connections that lose nothing."""

from __future__ import annotations

import os
import sqlite3
import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from dedup.errors import CannotWriteError, DamagedStateError, NewsdedupError, StateLockedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMAT_VERSION = 2

#: How long a reader or writer waits for the other; each holds the file for one read or one commit.
PATIENCE_SECONDS = 60.0

#: How long a commit waits for readers that are in its way, before the work of a run is given up.
COMMIT_SECONDS = 900.0

TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE generations(
    generation INTEGER PRIMARY KEY,
    started TEXT NOT NULL,              -- instants in UTC
    finished TEXT NOT NULL,
    model_generation INTEGER NOT NULL,  -- the one that fitted the model in use
    articles INTEGER NOT NULL,          -- live ones
    counts TEXT NOT NULL,               -- JSON: changes by kind and op
    report TEXT NOT NULL                -- JSON: what the run told of itself
) STRICT;

CREATE TABLE segments(
    segment INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    generation INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    digest TEXT NOT NULL,               -- BLAKE2b of the whole file
    rows INTEGER,                       -- articles in a segment of texts, dead ones too
    withdrawn INTEGER,                  -- first generation that took back a text in it
    dropped INTEGER                     -- generation that no longer needs it; the file goes with the next one
) STRICT;

CREATE TABLE articles(
    article_id TEXT PRIMARY KEY,
    status TEXT NOT NULL CHECK(status IN ('live', 'withdrawn')),
    digest BLOB NOT NULL,               -- of the content
    segment INTEGER,                    -- where title and text lie; NULL once withdrawn
    row INTEGER,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    source TEXT NOT NULL,
    published_at INTEGER,               -- seconds since 1970 in UTC
    placed_at INTEGER NOT NULL,         -- published_at, else the newest date known to the run that read it
    published_precision TEXT NOT NULL,
    language TEXT NOT NULL,
    version INTEGER NOT NULL,
    metadata TEXT NOT NULL,             -- JSON
    date_evidence TEXT NOT NULL,        -- JSON: what its date tells about itself and others; empty without one
    duplicate_group TEXT,
    relation TEXT,
    original_id TEXT,
    similarity REAL,
    event_id TEXT,                      -- NULL once withdrawn, like story_id
    story_id TEXT,
    generation INTEGER NOT NULL,        -- last change of the row
    first_generation INTEGER NOT NULL
) STRICT;
CREATE INDEX articles_placed_at ON articles(placed_at);
CREATE INDEX articles_duplicate_group ON articles(duplicate_group) WHERE duplicate_group IS NOT NULL;
CREATE INDEX articles_event_id ON articles(event_id);
CREATE INDEX articles_story_id ON articles(story_id, placed_at);
CREATE INDEX articles_segment ON articles(segment);

CREATE TABLE date_habits(               -- what the dates of live articles show of those of their outlets
    outlet TEXT NOT NULL,               -- empty where unknown, like language
    language TEXT NOT NULL,
    shown TEXT NOT NULL,                -- dmy, mdy, or seconds ahead of UTC
    dates INTEGER NOT NULL,             -- how many show it
    PRIMARY KEY(outlet, language, shown)
) STRICT, WITHOUT ROWID;
CREATE TABLE undecided_dates(           -- live articles whose dates others decide
    article_id TEXT PRIMARY KEY,
    outlet TEXT NOT NULL,
    tag TEXT NOT NULL,                  -- the language as told
    language TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX undecided_dates_origin ON undecided_dates(outlet, tag, language);

CREATE TABLE replaced_contents(         -- what articles held before a correction or a withdrawal
    article_id TEXT NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY(article_id, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE events(
    event_id TEXT PRIMARY KEY,
    story_id TEXT NOT NULL,
    label TEXT NOT NULL,
    representative_id TEXT NOT NULL,
    generation INTEGER NOT NULL
) STRICT;
CREATE INDEX events_story_id ON events(story_id);

CREATE TABLE duplicate_groups(group_id TEXT PRIMARY KEY, row TEXT NOT NULL, generation INTEGER NOT NULL) STRICT;
CREATE TABLE stories(story_id TEXT PRIMARY KEY, row TEXT NOT NULL, generation INTEGER NOT NULL) STRICT;

CREATE TABLE pairs(                     -- of copies, as duplicates.jsonl has them
    article_id TEXT NOT NULL,
    other_id TEXT NOT NULL,
    row TEXT NOT NULL,
    PRIMARY KEY(article_id, other_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE redirects(old_id TEXT PRIMARY KEY, new_id TEXT NOT NULL, generation INTEGER NOT NULL) STRICT;
CREATE TABLE published_ids(
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK(kind IN ('event', 'duplicate_group', 'story')),
    generation INTEGER NOT NULL
) STRICT;

CREATE TABLE changes(
    generation INTEGER NOT NULL,
    sequence INTEGER NOT NULL,          -- from 1 in each generation
    kind TEXT NOT NULL CHECK(kind IN ('article', 'duplicate_group', 'story')),
    op TEXT NOT NULL CHECK(op IN ('upsert', 'delete')),
    id TEXT NOT NULL,
    row TEXT,                           -- JSON; NULL for a delete
    PRIMARY KEY(generation, sequence)
) STRICT, WITHOUT ROWID;
"""


def connect(ledger: Path, *, write: bool) -> sqlite3.Connection:
    """Open the file, which exists.

    A reader, too, may have to roll back what a killed writer left half written, and therefore opens the file
    for writing; it changes nothing of its own.
    """
    uri = f"{ledger.as_uri()}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=PATIENCE_SECONDS)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA cache_size = -131072")  # 128 MiB: a commit that fits is written in one go
    if write:
        # EXTRA also syncs the folder once the journal is gone: a commit that was told of stays.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = EXTRA")
    else:
        connection.execute("PRAGMA query_only = ON")
    return connection


def create(ledger: Path) -> None:
    """Make the file with its empty tables in one transaction; one without tables is a creation that was cut."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        os.close(os.open(ledger, flags, 0o600))
    except OSError as error:
        raise CannotWriteError(f"cannot create: {error.strerror}", file=str(ledger)) from error
    with told(ledger):
        connection = connect(ledger, write=True)
        try:
            if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                # The id tells this state from any other that went through the same runs.
                own = f"('format_version', '{FORMAT_VERSION}'), ('state_id', '{uuid.uuid4().hex}')"
                meta = f"INSERT INTO meta VALUES{own};"
                connection.executescript(f"BEGIN IMMEDIATE;{TABLES}{meta}COMMIT;")
        finally:
            connection.close()


@contextmanager
def transaction(connection: sqlite3.Connection, kind: str = "DEFERRED") -> Iterator[sqlite3.Connection]:
    """Commit what the block did, or none of it."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield connection
        _commit(connection)
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _commit(connection: sqlite3.Connection) -> None:
    """Commit, as soon as readers let it; no new ones begin meanwhile."""
    deadline = time.monotonic() + COMMIT_SECONDS
    while connection.in_transaction:
        try:
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise


@contextmanager
def told(ledger: Path) -> Iterator[None]:
    """Turn what SQLite reports, and what damaged values lead to, into this program's errors."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translated(error, ledger) from error
    except (UnicodeDecodeError, msgspec.DecodeError) as error:
        raise DamagedStateError(
            f"does not hold what a ledger holds: {error}; restore the state, or start a new one",
            file=str(ledger),
        ) from error


def _translated(error: sqlite3.Error, ledger: Path) -> NewsdedupError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    name = str(ledger)
    if code == sqlite3.SQLITE_BUSY:
        return StateLockedError("another process keeps the ledger busy; try again", file=name)
    if code == sqlite3.SQLITE_FULL:
        return CannotWriteError("cannot write: the disk is full", file=name)
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return CannotWriteError(f"cannot open for writing: {error}", file=name)
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return DamagedStateError(f"is damaged ({error}); restore the state, or start a new one", file=name)
    if code == sqlite3.SQLITE_IOERR:
        return DamagedStateError(f"cannot be read or written: {error}", file=name)
    return DamagedStateError(f"does not hold what a ledger holds: {error}", file=name)
