"""Where the articles of a run stood in the inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jobs.readers.articles import PlacedArticle


class Place(NamedTuple):
    """Where one article stood.

    Attributes
    ----------
    file : str
        Path as found, ``-`` for standard input.
    line : int or None
        Line, row or item, counted from 1; None for a file that is one article.
    day_only : bool
        Whether its date told a day and no time.
    """

    file: str
    line: int | None
    day_only: bool


class Places:
    """Remembers where articles stood while they stream by.

    Attributes
    ----------
    by_id : dict of str to Place
        By article id.
    """

    def __init__(self) -> None:
        self.by_id: dict[str, Place] = {}

    def noted(self, articles: Iterable[PlacedArticle]) -> Iterator[PlacedArticle]:
        """Hand on `articles`, and note each."""
        for article in articles:
            day_only = article.published_at is not None and article.published_precision == "day"
            self.by_id[article.id] = Place(article.file, article.line, day_only)
            yield article
