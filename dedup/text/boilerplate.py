"""Removal of text that belongs to the site and not to the article."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup.arrays import copy_into
from dedup.compiled import kernel
from dedup.corpus import PADDING, TextColumn
from dedup.text.lines import split_lines
from dedup.text.repeats import SiteLines, repeated_lines
from dedup.text.structure import (
    KEPT,
    P_READ_ALSO,
    REASONS,
    REPEATED,
    extend_tails,
    mark_structure,
    site_phrases,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dedup.corpus import Corpus
    from dedup.settings import BoilerplateSettings


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """What was removed, where and why, and what is left.

    Attributes
    ----------
    corpus : Corpus
        The same articles, rows unchanged, with cleaned bodies.
    original : Corpus
        The articles as they came.
    row : ndarray of int64, shape (k,)
        Article of each removed piece, ascending.
    start, stop : ndarray of int64, shape (k,)
        Bytes of the piece within the article's UTF-8 text.
    reason : ndarray of uint8, shape (k,)
        Place in `REASONS`.
    kept_whole : ndarray of bool, shape (n,)
        Every line would have gone, so the text stayed as it was.
    site_lines : SiteLines
        The repeated lines of each outlet that were known or found.
    """

    corpus: Corpus
    original: Corpus
    row: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    reason: NDArray[np.uint8]
    kept_whole: NDArray[np.bool_]
    site_lines: SiteLines

    def __len__(self) -> int:
        return len(self.row)

    def text(self, piece: int) -> str:
        """Give the text of a removed piece."""
        base = self.original.texts.offsets[self.row[piece]]
        data = self.original.texts.data[base + self.start[piece] : base + self.stop[piece]]
        return data.tobytes().decode()

    def of(self, row: int) -> Iterator[tuple[int, int, str]]:
        """Give start and stop (bytes) and reason of each piece removed from article `row`."""
        low, high = np.searchsorted(self.row, [row, row + 1])
        for piece in range(low, high):
            yield int(self.start[piece]), int(self.stop[piece]), REASONS[self.reason[piece]]

    @property
    def counters(self) -> dict[str, int]:
        """Articles, articles changed and kept whole, pieces, and bytes before and removed."""
        return {
            "articles": len(self.original),
            "articles_changed": len(np.unique(self.row)),
            "articles_kept_whole": int(self.kept_whole.sum()),
            "pieces_removed": len(self),
            "bytes": int(self.original.texts.offsets[-1]),
            "bytes_removed": int((self.stop - self.start).sum()),
            **{
                f"pieces_{name}": int((self.reason == code).sum())
                for code, name in enumerate(REASONS)
                if code
            },
        }

    def by_outlet(self) -> dict[str, dict[str, int]]:
        """Count articles, bytes, pieces and bytes removed by outlet; the empty name stands for unknown."""
        source = self.original.sources.astype(np.int64) + 1
        names = ["", *self.original.source_names]
        columns = {
            "articles": np.bincount(source, minlength=len(names)),
            "bytes": np.bincount(source, np.diff(self.original.texts.offsets), len(names)).astype(np.int64),
            "pieces_removed": np.bincount(source[self.row], minlength=len(names)),
            "bytes_removed": np.bincount(source[self.row], self.stop - self.start, len(names)).astype(
                np.int64
            ),
        }
        return {
            name: {column: int(values[code]) for column, values in columns.items()}
            for code, name in enumerate(names)
            if columns["articles"][code]
        }

    def top_pieces(self, outlet: str, limit: int = 10) -> list[tuple[str, str, int]]:
        """Give text, reason and count of the pieces most often removed at `outlet`, commonest first."""
        names = ["", *self.original.source_names]
        here = self.original.sources[self.row] == names.index(outlet) - 1
        seen = Counter(
            (self.text(piece), REASONS[self.reason[piece]]) for piece in np.flatnonzero(here).tolist()
        )
        ranked = sorted(seen.items(), key=lambda item: (-item[1], item[0]))
        return [(text, reason, count) for (text, reason), count in ranked[:limit]]


def remove_boilerplate(
    corpus: Corpus, settings: BoilerplateSettings, *, known: SiteLines | None = None, n_jobs: int = 1
) -> Boilerplate:
    """Take out what belongs to the site and not to the article.

    Parameters
    ----------
    corpus : Corpus
        The articles.
    settings : BoilerplateSettings
        Thresholds; with ``enabled=False`` nothing is removed.
    known : SiteLines, optional
        Repeated lines of the outlets as they were found in an earlier run: these go and no others, so that a
        single article is cleaned as it would be among all of its outlet's.  Looked for in `corpus` where absent.
    n_jobs : int, default 1
        Threads; the result does not depend on them.

    Returns
    -------
    Boilerplate
        Cleaned articles and what was removed.
    """
    if not settings.enabled:
        return _unchanged(corpus, known or SiteLines.none())
    lines = split_lines(corpus.texts, site_phrases(), break_before=P_READ_ALSO, n_jobs=n_jobs)
    reason, until = mark_structure(lines, corpus.texts.data)
    if known is None:
        repeated, known = repeated_lines(corpus, lines, settings)
    else:
        repeated = known.mark(corpus, lines)
    reason[repeated & (reason == KEPT)] = REPEATED
    extend_tails(lines.first, lines.records, reason)
    kept_whole = _keep_bodies(lines.first, lines.records, until, reason)
    gone = np.flatnonzero(reason)
    row, start, stop = lines.row[gone], lines.records["start"][gone], until[gone]
    base = corpus.texts.offsets[row]
    return Boilerplate(
        corpus=corpus.with_texts(_cut(corpus.texts, row, start, stop)),
        original=corpus,
        row=row,
        start=start - base,
        stop=stop - base,
        reason=reason[gone],
        kept_whole=kept_whole,
        site_lines=known,
    )


def _unchanged(corpus: Corpus, known: SiteLines) -> Boilerplate:
    none = np.zeros(0, np.int64)
    kept_whole = np.zeros(len(corpus), bool)
    return Boilerplate(corpus, corpus, none, none, none, np.zeros(0, np.uint8), kept_whole, known)


@kernel
def _keep_bodies(first, records, until, reason):  # type: ignore[no-untyped-def]
    """Give back every line of an article that would lose all its words; mark such articles."""
    kept_whole = np.zeros(first.shape[0] - 1, np.bool_)
    for row in range(first.shape[0] - 1):
        left = gone = 0
        for at in range(first[row], first[row + 1]):
            if reason[at] and until[at] == records[at].stop:
                gone += records[at].words
            else:
                left += records[at].words
        if gone and not left:
            kept_whole[row] = True
            reason[first[row] : first[row + 1]] = 0
    return kept_whole


@kernel
def _copy_rest(data, start, stop, end, out):  # type: ignore[no-untyped-def]
    """Copy the first `end` bytes without the pieces, which are ascending and do not overlap."""
    read = written = 0
    for piece in range(len(start) + 1):
        upto = start[piece] if piece < len(start) else end
        copy_into(out[written:], data[read:upto])
        written += upto - read
        read = stop[piece] if piece < len(start) else end


def _cut(
    texts: TextColumn, row: NDArray[np.int64], start: NDArray[np.int64], stop: NDArray[np.int64]
) -> TextColumn:
    """Give the texts without the pieces, each taken out together with the line break after it."""
    if not len(row):
        return texts
    end = int(texts.offsets[-1])
    stop = stop + ((texts.data[stop] == 0x0A) & (stop < texts.offsets[row + 1]))
    gone = np.zeros(len(texts) + 1, np.int64)
    np.add.at(gone, row + 1, stop - start)
    offsets = texts.offsets - np.cumsum(gone)
    data = np.zeros(int(offsets[-1]) + PADDING, np.uint8)
    _copy_rest(texts.data, start, stop, end, data)
    return TextColumn(data, offsets)
