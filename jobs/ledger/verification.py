"""Whether the ledger file is what the last run left."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dedup.errors import DamagedStateError
from jobs.ledger.database import FORMAT_VERSION
from jobs.ledger.seal import Seal, read_seal, sealed
from jobs.ledger.shared_file import SharedFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.ledger.folder import StateFolder
    from jobs.ledger.ledger import Ledger

#: How long a reader waits for a run that has committed to seal what it wrote.
SEALING_SECONDS = 30.0

_ADVICE = "restore the state, or start a new one"


def verify_ledger(ledger: Ledger, *, alone: bool) -> bool:
    """Hold the file against its seal; check a commit that was never sealed in depth.

    Parameters
    ----------
    alone : bool
        This process holds the lock: nobody else is about to seal.

    Returns
    -------
    bool
        Whether the last commit is sealed.

    Raises
    ------
    DamagedStateError
        Where anything differs.
    """
    for _ in _patiently(ledger.folder, wait=not alone):
        with ledger.reading():
            # In this order: from the first read on no run can commit, and none seals what it has not committed.
            generation, seal = ledger.generation, read_seal(ledger.folder.seal)
            if seal is not None and seal.generation == generation:
                _compare(ledger.folder, seal)
                return True
            _refuse_stranger(ledger.folder, generation, seal)
    from jobs.ledger.check import check_tables  # noqa: PLC0415  (after a crash only)

    check_tables(ledger)
    return False


def _patiently(folder: StateFolder, *, wait: bool) -> Iterator[None]:
    """Try again while a run that has committed may be about to seal."""
    deadline = time.monotonic() + SEALING_SECONDS
    yield
    while wait and folder.in_use() and time.monotonic() < deadline:
        time.sleep(0.02)
        yield


def _refuse_stranger(folder: StateFolder, generation: int, seal: Seal | None) -> None:
    """Let a ledger pass that is ahead of its seal by the one commit that a killed run did not seal."""
    if seal is None and generation:
        raise DamagedStateError(f"is missing; {_ADVICE}", file=str(folder.seal))
    if seal is not None and generation != seal.generation + 1:
        raise DamagedStateError(
            f"is at generation {generation}, and its seal is of generation {seal.generation}; {_ADVICE}",
            file=str(folder.ledger),
        )


def _compare(folder: StateFolder, seal: Seal) -> None:
    try:
        with SharedFile(folder.ledger) as file:
            found = sealed(file, seal.generation)
    except OSError as error:
        raise DamagedStateError(f"cannot be read: {error.strerror}", file=str(folder.ledger)) from error
    if found.bytes != seal.bytes:
        message = f"is damaged: it has {found.bytes} bytes, and its seal names {seal.bytes}"
    elif found.digest != seal.digest:
        message = "is damaged: its digest is not the one on its seal"
    else:
        return
    raise DamagedStateError(f"{message}; {_ADVICE}", file=str(folder.ledger))


def check_format(ledger: Ledger) -> None:
    """Raise `DamagedStateError` where this version cannot read the ledger."""
    found = ledger.meta("format_version")
    if found != str(FORMAT_VERSION):
        raise DamagedStateError(
            f"has format {found}, and this version reads {FORMAT_VERSION}; use the version of newsdedup that "
            "wrote it, or start a new state",
            file=str(ledger.folder.ledger),
        )
