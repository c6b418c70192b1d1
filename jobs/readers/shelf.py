"""Where the texts of articles lie while they are read: as UTF-8 in one piece of memory, and out of the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.corpus import PADDING, Corpus, TextColumn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from jobs.readers.articles import PlacedArticle


class Shelf:
    """Takes texts one by one and gives them as a column.

    As strings they would take twice the memory, or four times, for a dash or a smiley in each.
    """

    def __init__(self) -> None:
        self._data = bytearray()
        self._ends = [0]

    def put(self, text: str) -> int:
        """Take a text; give its place."""
        self._data += text.encode()
        self._ends.append(len(self._data))
        return len(self._ends) - 2

    def text(self, place: int) -> str:
        """Give the text at `place`."""
        return self._data[self._ends[place] : self._ends[place + 1]].decode()

    def corpus(self, articles: Iterable[PlacedArticle]) -> Corpus:
        """Lay out `articles`, whose texts were put here, as columns; the shelf is empty afterwards.

        Raises
        ------
        ValueError
            Where an id comes twice.
        """
        rows = sorted(articles, key=lambda article: article.id)
        places = np.array([article.shelved for article in rows], np.int64)
        return Corpus.from_articles(rows).with_texts(self._column(places))

    def _column(self, places: NDArray[np.int64]) -> TextColumn:
        self._data += bytes(PADDING)
        column = TextColumn(np.frombuffer(self._data, np.uint8), np.array(self._ends, np.int64))
        self._data, self._ends = bytearray(), [0]
        return column if np.array_equal(places, np.arange(len(column))) else column.take(places)
