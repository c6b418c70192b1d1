"""What a sink of the feed takes and promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.ledger.rows import Change
    from jobs.records import Commit


@dataclass(frozen=True, slots=True)
class Generation:
    """The changes of one generation, deletes first, to be taken once; and the record that closes it."""

    commit: Commit
    changes: Iterator[Change]


class Cursor(NamedTuple):
    """What a sink holds: the last generation, and what `jobs.records.Commit` tells of it."""

    generation: int
    history: str
    options: str

    @classmethod
    def of(cls, commit: Commit) -> Cursor:
        """Give the cursor after a commit."""
        return cls(commit.generation, commit.history, commit.options)


class Sink:
    """A place that follows the feed; it is opened by `with`.

    Attributes
    ----------
    wants_text : bool
        Whether the rows of articles are to hold their texts.
    whole : bool
        Whether the sink remembers what it holds, and is of use only if it has seen everything since the first
        generation.
    starting_over : str
        What to do about a sink that has followed another history, as messages say it.
    left_behind : str
        What `--since 0` cannot remove, and who has to; empty where nothing stays.
    """

    wants_text: bool = False
    whole: bool = False
    starting_over: str = "start over with --since 0"
    left_behind: str = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def options(self) -> str:
        """Give the flags that shape what the sink holds, as they are typed; they have to stay the same."""
        return "--with-text" if self.wants_text else ""

    def close(self) -> None:
        """Let go of whatever is open."""

    def cursor(self) -> Cursor | None:
        """Tell what the sink holds; None where it holds nothing or cannot know."""
        return None

    def rewind(self, generation: int) -> None:
        """Prepare for the generations after `generation`, some of which the sink may hold already.

        From 0 on, nothing that it holds is to stay.
        """

    def write(self, generation: Generation) -> None:
        """Take a generation wholly, the cursor with it, or not at all."""
        raise NotImplementedError
