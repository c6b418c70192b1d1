"""Articles as columns: what every stage takes and hands on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, overload

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from dedup.article import Article

#: Stands in `Corpus.published` for an article without a date.
NO_DATE = int(np.iinfo(np.int64).min)

#: Zero bytes after the last text, so that kernels may load eight bytes at a time.
PADDING = 64


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Many texts as UTF-8 bytes, one after another: the layout of an Arrow large string array.

    Attributes
    ----------
    data : ndarray of uint8, shape (offsets[-1] + PADDING,)
        The bytes; may be memory-mapped.  The last `PADDING` bytes are zero.  The column makes the array
        read-only.
    offsets : ndarray of int64, shape (n + 1,)
        Text `i` is ``data[offsets[i]:offsets[i + 1]]``.
    """

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    def __post_init__(self) -> None:
        # Kernels are compiled for read-only and for writable arrays apart; one kind is one compilation.
        self.data.flags.writeable = False

    @classmethod
    def from_strings(cls, texts: Iterable[str]) -> TextColumn:
        """Encode `texts`.

        Raises
        ------
        UnicodeEncodeError
            Where a text holds a lone surrogate; readers let none through.
        """
        encoded = [text.encode() for text in texts]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(text) for text in encoded], out=offsets[1:])
        encoded.append(bytes(PADDING))
        return cls(np.frombuffer(b"".join(encoded), np.uint8), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(len(self)))]
        if not -len(self) <= row < len(self):
            raise IndexError(row)
        row %= len(self)
        return self.data[self.offsets[row] : self.offsets[row + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        return (self[row] for row in range(len(self)))

    def take(self, rows: NDArray[np.int64]) -> TextColumn:
        """Give the texts of `rows`, in that order, as a new column."""
        lengths = np.diff(self.offsets)[rows]
        offsets = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        data = np.zeros(int(offsets[-1]) + PADDING, np.uint8)
        source = self.data.view(np.ndarray)  # a slice of a mapped file takes four times as long
        starts, ends = self.offsets[rows].tolist(), self.offsets[1:][rows].tolist()
        for place, start, end in zip(offsets.tolist(), starts, ends, strict=False):
            data[place : place + end - start] = source[start:end]
        return TextColumn(data, offsets)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles as columns of equal length, sorted by id.

    Sorting is what makes every later result independent of the order of the input.

    Attributes
    ----------
    ids : list of str
        Unique, ascending.
    titles, texts : TextColumn
        Headline and body.
    urls : list of str
        Empty where unknown.
    source_names : list of str
        Each outlet once, ascending.
    sources : ndarray of int32, shape (n,)
        Index into `source_names`; -1 where unknown.
    published : ndarray of int64, shape (n,)
        Seconds since 1970 in UTC; `NO_DATE` where unknown.
    languages : list of str
        ISO 639-1 code per article; empty where unknown.
    """

    ids: list[str]
    titles: TextColumn
    texts: TextColumn
    urls: list[str]
    source_names: list[str]
    sources: NDArray[np.int32]
    published: NDArray[np.int64]
    languages: list[str]

    @classmethod
    def from_articles(cls, articles: Iterable[Article]) -> Corpus:
        """Sort `articles` by id and lay them out as columns.

        Raises
        ------
        ValueError
            Where an id comes twice.
        """
        rows = sorted(articles, key=lambda article: article.id)
        for before, after in pairwise(rows):
            if before.id == after.id:
                raise ValueError(f"article id {after.id!r} comes twice; give each article an id of its own")
        names = sorted({article.source for article in rows if article.source})
        code = {name: number for number, name in enumerate(names)}
        published = [
            int(article.published_at.timestamp()) if article.published_at else NO_DATE for article in rows
        ]
        return cls(
            ids=[article.id for article in rows],
            titles=TextColumn.from_strings(article.title for article in rows),
            texts=TextColumn.from_strings(article.text for article in rows),
            urls=[article.url for article in rows],
            source_names=names,
            sources=np.array([code.get(article.source, -1) for article in rows], np.int32),
            published=np.array(published, np.int64),
            languages=[article.language for article in rows],
        )

    def __len__(self) -> int:
        return len(self.ids)

    def source(self, row: int) -> str:
        """Name the outlet of article `row`, empty where unknown."""
        code = int(self.sources[row])
        return self.source_names[code] if code >= 0 else ""

    def with_texts(self, texts: TextColumn) -> Corpus:
        """Give the same articles with other bodies."""
        return replace(self, texts=texts)

    def take(self, rows: Sequence[int] | NDArray[np.int64]) -> Corpus:
        """Give the articles of `rows` (ascending row numbers) as a corpus of their own."""
        picked = np.asarray(rows, np.int64)
        return replace(
            self,
            ids=[self.ids[row] for row in picked],
            titles=self.titles.take(picked),
            texts=self.texts.take(picked),
            urls=[self.urls[row] for row in picked],
            sources=self.sources[picked],
            published=self.published[picked],
            languages=[self.languages[row] for row in picked],
        )
