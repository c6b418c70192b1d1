"""What reading left out, what it mended, and what it read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import msgspec


class Rejection(msgspec.Struct, frozen=True):
    """A record that did not become an article of the run: one line of ``rejected.jsonl``.

    Attributes
    ----------
    file : str
        Path as found, ``-`` for standard input.
    line : int or None
        Line, row or item, counted from 1; none where the whole file is meant.
    article_id : str or None
        None where the record was not read far enough to know.
    reason : str
        A fixed phrase, followed by a colon and details where there are any.
    """

    file: str
    line: int | None
    article_id: str | None
    reason: str


class InputDigest(msgspec.Struct, frozen=True):
    """One input file as it was read.

    Attributes
    ----------
    file : str
        Path as found, ``-`` for standard input.
    bytes : int
        Length on disk.
    blake2b : str
        BLAKE2b-256 of those bytes, hexadecimal; two files are one when it agrees.
    """

    file: str
    bytes: int
    blake2b: str


#: What reasons begin with that lose nothing: of an id that comes again one article is kept, and corrections and
#: inputs that overlap are no fault.  Two texts of which nothing says which is the later are one: a field that is
#: no id may have been taken for one.
SAME_ID = "duplicate id"
SAME_ARTICLE = f"{SAME_ID}: the same article again"
OTHER_TEXT = f"{SAME_ID}: another text of the same version and date was kept"


def kind_of(reason: str) -> str:
    """Give a reason without its details; `SAME_ID` for those, and only those, that lose nothing.

    Examples
    --------
    >>> kind_of("broken JSON: byte 17")
    'broken JSON'
    """
    return reason if reason == OTHER_TEXT else reason.partition(":")[0]


@dataclass
class Rejections:
    """Collects while articles stream by; complete once the reader is exhausted.

    Attributes
    ----------
    records : int
        Records met.  Each became an article or stands in `rejected`.
    rejected : list of Rejection
        In reading order, then the losers of `resolve_ids`.
    withdrawn : int
        Articles that their publisher has withdrawn; they take no part in a run.
    repairs : Counter
        Records kept after a repair or a loss, by kind: ``text cut``, ``date unreadable`` …
    inputs : list of InputDigest
        The files, in reading order.
    skipped_files : list of str
        Files in folders whose suffix no reader knows, and links in them that are not followed.
    unread_files : list of str
        Files and folders that could not be read to their end: how many articles they hold nobody knows.
    """

    records: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    withdrawn: int = 0
    repairs: Counter[str] = field(default_factory=Counter)
    inputs: list[InputDigest] = field(default_factory=list)
    skipped_files: list[str] = field(default_factory=list)
    unread_files: list[str] = field(default_factory=list)

    def reject(self, file: str, line: int | None, reason: str, *, article_id: str | None = None) -> None:
        """Count one more record, and keep why it is left out."""
        self.records += 1
        self.rejected.append(Rejection(file, line, article_id, reason))

    def give_up(self, file: str, line: int | None, reason: str) -> None:
        """Count one more record, and keep that the rest of the file is lost with it."""
        self.reject(file, line, reason)
        if file not in self.unread_files[-1:]:
            self.unread_files.append(file)

    @property
    def repeated(self) -> int:
        """How many of the rejected lost nothing, because an article of the same id was kept."""
        return sum(kind_of(rejection.reason) == SAME_ID for rejection in self.rejected)

    @property
    def reasons(self) -> Counter[str]:
        """How many were rejected, by reason without its details."""
        return Counter(kind_of(rejection.reason) for rejection in self.rejected)
