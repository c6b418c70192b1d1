"""How an error ends the process: its exit code, and what is said of it."""

from __future__ import annotations

import signal
from typing import NamedTuple

from dedup.errors import DamagedStateError, NewsdedupError


class Ending(NamedTuple):
    """One way to end.

    Attributes
    ----------
    exit_code : int
        See `dedup.errors`; 128 and the number of the signal where one ended it.
    message : str
        For the operator; nothing where nobody is left to read it.
    is_bug : bool
        Whether the stack trace belongs to the message.
    """

    exit_code: int
    message: str
    is_bug: bool = False


def ending_of(error: BaseException) -> Ending:  # noqa: PLR0911  (one return a kind of ending)
    """Tell how `error` ends the process."""
    match error:
        case NewsdedupError():
            return Ending(error.exit_code, str(error))
        case SystemExit(code=int(code)) if code > 128:
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
        case OSError():
            return Ending(DamagedStateError.exit_code, str(error))
        case _:
            message = "this is a bug; please report it with the lines above"
            return Ending(NewsdedupError.exit_code, message, is_bug=True)
