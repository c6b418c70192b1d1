"""The state folder: private, locked by one writer at a time, and changed only by whole files."""

from __future__ import annotations

import fcntl
import os
import pwd
import re
import stat
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from dedup.errors import (
    CannotWriteError,
    DamagedStateError,
    NewsdedupError,
    NoInputError,
    StateLockedError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

LEDGER = "ledger.sqlite"
SEAL = "ledger.seal"
LOCK = "lock"
SEGMENTS = "segments"

NO_STATE = "there is no state here; the first `newsdedup run INPUT --state` makes one"

#: What a file is called until it is complete.
TEMPORARY = re.compile(r"\.[a-z0-9][a-z0-9._-]*\.tmp", re.ASCII)
SEGMENT = re.compile(r"\d{8}-[a-z0-9-]+-[0-9a-f]{16}\.npy", re.ASCII)


class StateFolder:
    """Paths and manners of one state folder; `open` is the way in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ledger = path / LEDGER
        self.seal = path / SEAL
        self.lock = path / LOCK
        self.segments = path / SEGMENTS

    @classmethod
    def open(cls, path: Path, *, create: bool = False, write: bool = False) -> StateFolder:
        """Check the folder at `path`.

        Parameters
        ----------
        path : Path
        create : bool, default False
            Make it, mode 0700, where it is missing or empty; implies `write`.
        write : bool, default False
            The state is going to be changed, which is for its owner; root may look at any.

        Raises
        ------
        NoInputError
            Where no state is there and none is to be made, or one of another user that is only read.
        UsageError
            Where others may write into it, or it holds other things than a state.
        CannotWriteError
            Where it cannot be made, or belongs to another user.
        DamagedStateError
            Where there are segments, and neither a ledger that names them nor a seal.
        """
        folder = cls(Path(os.path.abspath(path)))  # noqa: PTH100  (resolve() would hide a planted link)
        folder._check_owner(write=write or create)
        folder._refuse_unnamed()
        if create:
            folder._make()
        elif not folder.is_state():
            raise NoInputError(NO_STATE, file=str(path))
        folder._check_private(write=write or create)
        return folder

    def _check_owner(self, *, write: bool) -> None:
        """Refuse a folder that is closed to this user before anything in it is looked for."""
        try:
            found = self.path.stat()
        except PermissionError as error:
            kind = CannotWriteError if write else NoInputError
            raise kind("cannot be reached; run it as the user it belongs to", file=str(self.path)) from error
        except OSError:  # none is there; `open` sees to that
            return
        if found.st_uid != os.geteuid() and not os.access(self.path, os.R_OK | os.X_OK):
            raise _not_ours(self.path, found.st_uid, write=write)

    def _refuse_unnamed(self) -> None:
        """Take segments that nothing names for a state that lost its ledger; a new one would sweep them."""
        if self.seal.exists() or (self.ledger.exists() and self.ledger.stat().st_size):
            return
        if self.segments.is_dir() and any(SEGMENT.fullmatch(entry.name) for entry in self.segments.iterdir()):
            raise DamagedStateError(
                "is missing, and its segments are there; restore the state, or start a new one elsewhere",
                file=str(self.ledger),
            )

    def _make(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self.is_state():
                self._refuse_foreign()
                self.path.chmod(0o700)
            self.segments.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise CannotWriteError(
                f"cannot make the state folder: {error.strerror}", file=str(self.path)
            ) from error

    def is_state(self) -> bool:
        """Tell whether a state was ever completed here."""
        return self.seal.exists() or self.ledger.exists()

    def _refuse_foreign(self) -> None:
        ours = {LEDGER, f"{LEDGER}-journal", SEAL, LOCK, SEGMENTS}
        for entry in sorted(self.path.iterdir()):
            if entry.name not in ours and not TEMPORARY.fullmatch(entry.name):
                raise UsageError(
                    f"holds {entry.name!r}, which is no part of a state; choose an empty or a new folder",
                    file=str(self.path),
                )

    def _check_private(self, *, write: bool) -> None:
        """Whoever may write here decides what later runs believe."""
        for place in (self.path, self.segments):
            try:
                found = place.stat(follow_symlinks=place == self.path)
            except FileNotFoundError as error:
                raise DamagedStateError("the folder is missing", file=str(place)) from error
            if not stat.S_ISDIR(found.st_mode):
                raise UsageError("is not a folder", file=str(place))
            if found.st_uid != os.geteuid() and (write or os.geteuid()):
                raise _not_ours(place, found.st_uid, write=write)
            if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise UsageError("others may write here; run `chmod go-w` on it first", file=str(place))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs out; the kernel frees the lock when this process ends, however it ends.

        Raises
        ------
        StateLockedError
            Where another run is in.
        """
        flags = os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC  # works on a read-only disk, too
        try:
            descriptor = os.open(self.lock, flags, 0o600)
        except OSError as error:
            raise CannotWriteError(f"cannot open the lock: {error.strerror}", file=str(self.lock)) from error
        try:
            self._take(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _take(self, descriptor: int) -> None:
        for pause in (0.005, 0.01, 0.02, None):  # `in_use` holds the lock for a moment when it looks
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if pause is None:
                    raise StateLockedError(
                        "another run works on this state; try again when it is done", file=str(self.path)
                    ) from error
                time.sleep(pause)
            else:
                return

    def in_use(self) -> bool:
        """Tell whether a run holds the lock at this moment."""
        try:
            descriptor = os.open(self.lock, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def publish(self, place: Path, write: Callable[[IO[bytes]], object]) -> None:
        """Let `write` fill a new file, make it durable, and only then give it the name `place`.

        Raises
        ------
        CannotWriteError
            Where any step fails; nothing is left then.
        """
        temporary = place.with_name(f".{place.name}.tmp")
        try:
            try:
                with self._new(temporary) as file:
                    write(file)
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(place)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
            self.sync(place.parent)
        except OSError as error:
            raise CannotWriteError(f"cannot write: {error.strerror or error}", file=str(place)) from error

    @staticmethod
    def _new(place: Path) -> IO[bytes]:
        """Open a file that does not exist yet and is no link; a temporary name is swept before it is used."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.fdopen(os.open(place, flags, 0o600), "wb")

    @staticmethod
    def sync(folder: Path) -> None:
        """Make names in `folder` durable."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def sweep_temporary(self) -> int:
        """Remove files that a killed run did not complete; return how many went."""
        entries = (*self.path.iterdir(), *self.segments.iterdir())
        return _remove(entry for entry in entries if TEMPORARY.fullmatch(entry.name))

    def sweep_segments(self, keep: Collection[str]) -> int:
        """Remove segments that `keep` does not name; return how many went.

        Only names that this program gives are touched.
        """
        entries = self.segments.iterdir()
        return _remove(entry for entry in entries if SEGMENT.fullmatch(entry.name) and entry.name not in keep)


def _not_ours(place: Path, owner: int, *, write: bool) -> NewsdedupError:
    """Say whose a folder is; a state is used by its owner."""
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"#{owner}"
    kind = CannotWriteError if write else NoInputError
    return kind(f"belongs to user {name}; run it as that user (sudo -u {name} …)", file=str(place))


def _remove(files: Iterable[Path]) -> int:
    gone = 0
    for file in list(files):
        try:
            file.unlink(missing_ok=True)
            gone += 1
        except OSError:  # harmless where it lies; the next run tries again
            continue
    return gone
