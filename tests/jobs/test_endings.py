"""What an error does to the process."""

from __future__ import annotations

import pytest

from dedup.errors import BadDataError, StateLockedError
from jobs.endings import ending_of


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (BadDataError("no column", file="a.csv", line=3), 65, "a.csv:3: no column"),
        (StateLockedError("another run"), 75, "another run"),
        (SystemExit(143), 143, "stopped by SIGTERM"),
        (SystemExit(255), 255, "255"),
        (SystemExit(2), 2, "2"),
        (SystemExit(), 0, ""),
        (SystemExit("why"), 1, "why"),
        (KeyboardInterrupt(), 130, "stopped"),
        (BrokenPipeError(32, "Broken pipe"), 141, ""),
        (OSError(28, "No space left on device"), 73, "[Errno 28] No space left on device"),
        (OSError(122, "Disk quota exceeded"), 73, "[Errno 122] Disk quota exceeded"),
        (OSError(5, "Input/output error"), 74, "[Errno 5] Input/output error"),
        (MemoryError(), 70, "out of memory; give it a smaller input or a larger machine"),
        (ZeroDivisionError("by zero"), 70, "this is a bug; please report it with the lines above"),
    ],
)
def test_each_error_has_its_exit_code_and_message(error: BaseException, code: int, message: str) -> None:
    ending = ending_of(error)
    assert (ending.exit_code, ending.message) == (code, message)
    assert ending.is_bug == isinstance(error, ZeroDivisionError)


def test_an_error_that_a_signal_caused_in_compiled_code_is_the_signal() -> None:
    error = SystemError("returned a result with an exception set")
    error.__cause__ = SystemExit(143)
    assert ending_of(error).exit_code == 143
