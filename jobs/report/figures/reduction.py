"""What one text per group leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.corpus import TextColumn
from dedup.text.tokens import find_tokens
from jobs.report.figures.duplicates import relation_counts
from jobs.report.records import Reduction, ReductionStep, WrittenFile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.analysis import Analysis

#: Texts whose tokens are held in memory together.
CHUNK_TEXTS = 4096


def count_words(texts: TextColumn, *, n_jobs: int = 1) -> NDArray[np.int64]:
    """Count the tokens of each text.

    Parameters
    ----------
    texts : TextColumn
        `n` texts.
    n_jobs : int, default 1
        Threads; the result does not depend on them.

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    counts = [
        np.diff(
            find_tokens(
                TextColumn(texts.data, texts.offsets[at : at + CHUNK_TEXTS + 1]), n_jobs=n_jobs
            ).offsets
        )
        for at in range(0, len(texts), CHUNK_TEXTS)
    ]
    return np.concatenate(counts) if counts else np.zeros(0, np.int64)


def reduction(
    analysis: Analysis, words: NDArray[np.int64], *, written: list[WrittenFile] | None = None, n_jobs: int = 1
) -> Reduction:
    """Measure the corpus as it is, with one text per group, and without boilerplate as well.

    Parameters
    ----------
    analysis : Analysis
    words : ndarray of int64, shape (n,)
        Words of each body as read.
    written : list of WrittenFile, optional
        Where the reduced corpus was written.
    n_jobs : int, default 1
        Threads.
    """
    rows = np.flatnonzero(analysis.duplicates.original == np.arange(len(words)))
    raw, clean = analysis.boilerplate.original.texts, analysis.corpus.texts
    left = clean.take(rows)
    return Reduction(
        steps=[
            ReductionStep(
                name="as read", articles=len(words), words=int(words.sum()), bytes=int(raw.offsets[-1])
            ),
            ReductionStep(
                name="one text per group",
                articles=len(rows),
                words=int(words[rows].sum()),
                bytes=int(np.diff(raw.offsets)[rows].sum()),
            ),
            ReductionStep(
                name="and without boilerplate",
                articles=len(rows),
                words=int(count_words(left, n_jobs=n_jobs).sum()),
                bytes=int(left.offsets[-1]),
            ),
        ],
        dropped=relation_counts(analysis.duplicates.relation),
        written=written,
    )
