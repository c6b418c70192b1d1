"""What a command needs around its work: bars, announcements, reading."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from dedup.corpus import Corpus
    from jobs.config import JobSettings
    from jobs.logs import EventLog
    from jobs.progress import Progress


@contextmanager
def at_work(errors: Console, *, quiet: bool = False, events: EventLog | None = None) -> Iterator[Progress]:
    """Draw bars on a terminal, and tell anywhere that kernels are compiled first; in `events` where given."""
    from jobs.compilation import announced
    from jobs.progress import NoProgress, TerminalProgress

    def say(text: str) -> None:
        if events is not None:
            events.info(text)
        elif not quiet:
            errors.print(text, highlight=False)

    bars = errors.is_terminal and not quiet and events is None
    progress = TerminalProgress(errors) if bars else NoProgress()
    with announced(say), progress:
        yield progress


def read_corpus_for(inputs: list[str], settings: JobSettings, errors: Console, progress: Progress) -> Corpus:
    """Read the articles for a command that writes no files."""
    from jobs.readers import Rejections
    from jobs.run import read_articles_of
    from jobs.summary import counted

    rejections = Rejections()
    corpus = read_articles_of(inputs, settings, rejections=rejections, progress=progress)
    if rejections.rejected:
        errors.print(f"{counted(len(rejections.rejected), 'record')} left out; `newsdedup run` says why")
    return corpus
