"""How a run ends: with results, or with an error, its exit code and what is said of it."""

from __future__ import annotations

import errno
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from dedup.errors import CannotWriteError, DamagedStateError, NewsdedupError
from jobs.logs import escaped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jobs.stages import StageCost


#: What is scheduled, as its log and its figures call it.
Task = Literal["run", "feed", "lsh_export"]

#: What the system says where an output has no room; nothing that is read gives these.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True)
class Published:
    """What an operator is told of results that are in their place.

    Attributes
    ----------
    exit_code : int
        0, or a code of the class "done, but".
    counts : mapping of str to int
        As in ``run.json``.
    stages : sequence of StageCost
    churn : float, optional
        Share of the articles whose story got another id.
    generation : int, optional
        Of the state, where the run had one.
    unread : sequence of str
        Files that could not be read to their end.
    """

    exit_code: int
    counts: Mapping[str, int]
    stages: Sequence[StageCost]
    churn: float | None = None
    generation: int | None = None
    unread: Sequence[str] = ()

    @property
    def losses(self) -> str:
        """Say why it is not simply done, in a clause."""
        if self.unread:
            more = f" and {len(self.unread) - 1:,} more" if len(self.unread) > 1 else ""
            return f"{escaped(self.unread[0])}{more} could not be read to the end"
        lost = self.counts["rejected"] - self.counts["repeated"]
        share = f"{lost:,} of {self.counts['records']:,} records rejected"
        return f"{share}, more than run.max_rejected allows"


class Ending(NamedTuple):
    """One way to end.

    Attributes
    ----------
    exit_code : int
        See `dedup.errors`; 128 and the number of the signal where one ended it.
    message : str
        For the operator; nothing where nobody is left to read it.
    is_bug : bool
        Whether the place where it was raised belongs to the message.
    """

    exit_code: int
    message: str
    is_bug: bool = False


def ending_of(error: BaseException) -> Ending:  # noqa: PLR0911  (one return a kind of ending)
    """Tell how `error` ends the process."""
    error = _signal_behind(error) or error
    match error:
        case NewsdedupError():
            return Ending(error.exit_code, str(error))
        case SystemExit(code=int(code)) if code - 128 in {*signal.Signals}:
            return Ending(code, f"stopped by {signal.Signals(code - 128).name}")
        case SystemExit():
            return Ending(int(error.code or 0) if isinstance(error.code, int | None) else 1, str(error))
        case BrokenPipeError():
            return Ending(128 + signal.SIGPIPE, "")
        case KeyboardInterrupt():
            return Ending(128 + signal.SIGINT, "stopped")
        case MemoryError():
            return Ending(
                NewsdedupError.exit_code, "out of memory; give it a smaller input or a larger machine"
            )
        case OSError(errno=number) if number in NO_ROOM:
            return Ending(CannotWriteError.exit_code, str(error))
        case OSError():
            return Ending(DamagedStateError.exit_code, str(error))
        case _:
            message = "this is a bug; please report it with the lines above"
            return Ending(NewsdedupError.exit_code, message, is_bug=True)


def _signal_behind(error: BaseException) -> SystemExit | None:
    """Find the stop that `error` came of: compiled code that a signal interrupts reports an error of its own."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, SystemExit) and isinstance(seen.code, int) and seen.code > 128:
            return seen
        seen = seen.__cause__ or seen.__context__
    return None
