"""What can go wrong, as a tree; children differ by what the operator must do.

    NewsdedupError                70  a bug in this program
    ├── UsageError                64  call it differently
    ├── BadDataError              65  mend the input
    ├── NoInputError              66  name an input that exists
    ├── CannotWriteError          73  free or open the place of the output
    ├── DamagedStateError         74  restore the state, or start a new one
    ├── StateLockedError          75  try again later
    └── BadSettingsError          78  mend the settings

A run that finishes but rejects more records than allowed ends with `EXIT_TOO_MANY_REJECTED`.
Every error knows its exit code and, where they exist, the file, line and article it speaks of.
"""

from __future__ import annotations

from typing import ClassVar

EXIT_OK = 0
EXIT_TOO_MANY_REJECTED = 3


class NewsdedupError(Exception):
    """Root of all errors that this package raises on purpose.

    Parameters
    ----------
    message : str
        What was expected, what was found, and what to do next.
    file, line, article_id : optional
        Where: a path or ``-`` for standard input, a line or row number counted from 1, an article's id.
    """

    exit_code: ClassVar[int] = 70

    def __init__(
        self, message: str, *, file: str | None = None, line: int | None = None, article_id: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line
        self.article_id = article_id

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        if self.article_id is not None:
            place = f"{place} (article {self.article_id!r})" if place else f"article {self.article_id!r}"
        return f"{place}: {self.message}" if place else self.message

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way back from a worker process with every field."""
        return _rebuild, (type(self), self.message, self.file, self.line, self.article_id)


def _rebuild(
    kind: type[NewsdedupError], message: str, file: str | None, line: int | None, article_id: str | None
) -> NewsdedupError:
    return kind(message, file=file, line=line, article_id=article_id)


class UsageError(NewsdedupError):
    """The command or function was called in a way that has no meaning."""

    exit_code = 64


class BadDataError(NewsdedupError):
    """The input as a whole cannot be read; single bad records are rejected instead, not raised."""

    exit_code = 65


class NoInputError(NewsdedupError):
    """No such input, or nothing in it."""

    exit_code = 66


class CannotWriteError(NewsdedupError):
    """The output cannot be created or written."""

    exit_code = 73


class DamagedStateError(NewsdedupError):
    """Stored state or a read failed: a digest, a length or a reference does not hold."""

    exit_code = 74


class StateLockedError(NewsdedupError):
    """Another run holds the lock."""

    exit_code = 75


class BadSettingsError(NewsdedupError):
    """A setting is unknown, has the wrong type or is out of its range."""

    exit_code = 78
