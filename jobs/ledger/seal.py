"""The seal: length and digest of the ledger file as its last commit left it.

SQLite notices a damaged page only where its structure breaks; a bit that flips inside a value passes.  The
seal is written after every commit and checked before the ledger is believed.  It decides nothing: a ledger one
generation ahead of its seal was committed by a process that died before it could seal, and is checked in
depth instead.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from dedup.errors import DamagedStateError

if TYPE_CHECKING:
    from pathlib import Path

    from jobs.ledger.folder import StateFolder


_BLOCK = 1 << 20


class Seal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a ledger file must be.

    Attributes
    ----------
    generation : int
        The one that was committed last.
    bytes : int
        Length of the file.
    digest : str
        BLAKE2b of the file, 16 bytes in hexadecimal.
    """

    generation: int
    bytes: int
    digest: str


def write_seal(folder: StateFolder, seal: Seal) -> None:
    """Put `seal` in its place; the file ends with a digest of itself."""
    body = msgspec.json.encode(seal)
    folder.publish(folder.seal, lambda file: file.write(body + b"\n" + _sum(body) + b"\n"))


def read_seal(place: Path) -> Seal | None:
    """Give the seal; None where there is none.

    Raises
    ------
    DamagedStateError
        Where it cannot be read or is not what was written.
    """
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DamagedStateError(f"cannot be read: {error.strerror}", file=str(place)) from error
    body, _, rest = content.partition(b"\n")
    if rest != _sum(body) + b"\n":
        raise DamagedStateError("the seal is damaged; restore the state, or start a new one", file=str(place))
    return msgspec.json.decode(body, type=Seal)


def sealed(file: BinaryIO, generation: int) -> Seal:
    """Measure the ledger in `file`, which must not change meanwhile; its position is left alone."""
    digest, size = new_digest(), 0
    while block := os.pread(file.fileno(), _BLOCK, size):
        digest.update(block)
        size += len(block)
    return Seal(generation=generation, bytes=size, digest=digest.hexdigest())


def new_digest() -> hashlib.blake2b:
    """Start the digest that every file of a state is named by: 16 bytes of BLAKE2b."""
    return hashlib.blake2b(digest_size=16)


def _sum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).hexdigest().encode()
