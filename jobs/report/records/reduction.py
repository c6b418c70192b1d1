"""What one text per group leaves."""

from __future__ import annotations

from typing import Literal

from jobs.report.records.basic import Count, Figures


class ReductionStep(Figures, frozen=True, kw_only=True):
    """The bodies of the corpus at one step, headlines left aside.

    Attributes
    ----------
    words : int
        As the tokeniser counts them; a Chinese character is one.
    bytes : int
        Of UTF-8.
    """

    name: Literal["as read", "one text per group", "and without boilerplate"]
    articles: int
    words: int
    bytes: int


class WrittenFile(Figures, frozen=True, kw_only=True):
    """One file of the deduplicated corpus; `dropped` records of the input are not in it."""

    file: str
    written: str
    kept: int
    dropped: int


class Reduction(Figures, frozen=True, kw_only=True):
    """What the corpus would be, or is in the files that were written, with one text per group: the original.

    Attributes
    ----------
    steps : list of ReductionStep
    dropped : list of Count
        Articles left out, by what they are to the text that is kept.
    written : list of WrittenFile or None
        None where no deduplicated corpus was asked for.
    """

    steps: list[ReductionStep]
    dropped: list[Count]
    written: list[WrittenFile] | None
