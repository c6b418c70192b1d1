"""Articles as unit vectors of weighted terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from dedup.stories.terms import TermCounts, count_terms, spell
from dedup.stories.usage import SYLLABIC, usage
from dedup.text.language import find_languages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dedup.corpus import Corpus
    from dedup.settings import StorySettings


#: A word list is judged on this many articles of this median length or more.
_JUDGED_ARTICLES, _JUDGED_TOKENS = 10, 50

#: Imagined articles are no shorter than this, else common words of short texts would pass for rare ones.
_IMAGINED_TOKENS = 150

#: A list that foresees less than this share of what the articles hold is not of their language.
_FORESEEN_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class TermVectors:
    """One unit vector per distinct text.

    Attributes
    ----------
    rows : ndarray of int64, shape (m,)
        The article that each vector was made from, ascending.
    matrix : csr_array of float32, shape (m, terms)
        Unit rows, indices ascending; a row without any term is empty.
    hashes : ndarray of uint64, shape (terms,)
        The term of each column, ascending (`dedup.stories.terms`).
    holding : ndarray of int64, shape (terms,)
        How many of the `m` texts hold each term.
    lengths : ndarray of float64, shape (m,)
        Words of headline and body; where terms are pairs, two tokens are taken for a word.
    languages : list of str, length m
        As found or guessed.
    """

    rows: NDArray[np.int64]
    matrix: sparse.csr_array
    hashes: NDArray[np.uint64]
    holding: NDArray[np.int64]
    lengths: NDArray[np.float64]
    languages: list[str]
    _places: NDArray[np.int32]

    def spell(self, corpus: Corpus, row: int, column: int) -> str:
        """Write the term of `column` as it first stands in the text of vector `row`, which holds it."""
        start, stop = self.matrix.indptr[row : row + 2]
        entry = start + int(np.searchsorted(self.matrix.indices[start:stop], column))
        article = int(self.rows[row])
        return spell(corpus.titles[article], corpus.texts[article], int(self._places[entry]))


def term_vectors(
    corpus: Corpus, rows: NDArray[np.int64], settings: StorySettings, *, n_jobs: int = 1
) -> TermVectors:
    """Weigh the terms of the articles `rows`.

    Parameters
    ----------
    corpus : Corpus
        Cleaned articles.
    rows : ndarray of int64, shape (m,)
        One article per distinct text, ascending.
    settings : StorySettings
    n_jobs : int, default 1
        Threads; the result is the same for any number.

    Notes
    -----
    The weight of a term is ``(1 + log tf) · log((N + k + 1) / (df + k·p + 0.5))``: Salton's logarithmic
    frequency times the inverse document frequency of Robertson and Spärck Jones, in which `k` imagined
    background articles (`StorySettings.background_articles`) stand beside the `N` of the same language, and
    `p` is the chance that one of them, of median length, holds the term.
    """
    chosen = corpus if len(rows) == len(corpus) else corpus.take(rows)
    languages = find_languages(chosen)
    counts = count_terms(
        chosen.titles,
        chosen.texts,
        title_weight=settings.title_weight,
        stem_characters=settings.stem_characters,
        in_pairs=np.array([language in SYLLABIC for language in languages], np.bool_),
        n_jobs=n_jobs,
    )
    hashes, columns = np.unique(counts.hashes, return_inverse=True)
    data = _weights(counts, hashes, columns, languages, settings)
    matrix = sparse.csr_array((data, columns.astype(np.int32), counts.indptr), shape=(len(rows), len(hashes)))
    return TermVectors(
        rows=rows,
        matrix=matrix,
        hashes=hashes,
        holding=np.bincount(columns, minlength=len(hashes)),
        lengths=counts.lengths - counts.pairs / 2,
        languages=languages,
        _places=counts.places,
    )


def _entries(indptr: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the places of all entries of `rows`, row by row."""
    sizes = np.diff(indptr)[rows]
    ends = np.cumsum(sizes)
    places: NDArray[np.int64] = np.arange(ends[-1] if len(ends) else 0)
    places += np.repeat(indptr[rows] - (ends - sizes), sizes)
    return places


def _is_plausible(
    held: NDArray[np.float64], expected: NDArray[np.float64], *, articles: float, tokens: float
) -> bool:
    """Tell whether articles look as if written in the language of a word list.

    Of the terms that articles hold, the share that the list foresees is a third and more with the right
    list (ten articles or two hundred, Indonesian or English) and a tenth and less with a wrong one.  Wrong
    lists come from pages that declare a language which is not theirs, and hold function words to be rare.
    """
    if articles < _JUDGED_ARTICLES or tokens < _JUDGED_TOKENS:
        return True
    return bool(np.minimum(held, expected).sum() >= _FORESEEN_SHARE * held.sum())


def _weights(
    counts: TermCounts,
    hashes: NDArray[np.uint64],
    columns: NDArray[np.int64],
    languages: Sequence[str],
    settings: StorySettings,
) -> NDArray[np.float32]:
    """Weigh every entry, language by language, and divide each row by its norm."""
    sizes = np.diff(counts.indptr)
    weights = np.empty(len(columns), np.float32)
    language_of = np.array(languages)
    for language in sorted(set(languages)):
        rows = np.flatnonzero(language_of == language)
        entries = _entries(counts.indptr, rows)
        held = np.bincount(columns[entries], minlength=len(hashes)).astype(np.float64)
        total = float(len(rows))
        typical = usage(language, settings.stem_characters)
        if typical is not None:
            tokens = float(np.median(counts.lengths[rows]))
            shares = typical.of(hashes)
            if _is_plausible(held / total, -np.expm1(-tokens * shares), articles=total, tokens=tokens):
                held += settings.background_articles * -np.expm1(-max(tokens, _IMAGINED_TOKENS) * shares)
                total += settings.background_articles
        rarity = np.log((total + 1) / (held + 0.5))
        weights[entries] = np.maximum(rarity, 0)[columns[entries]]
    weights *= 1 + np.log(counts.counts)
    squares = np.add.reduceat(np.append(weights, 0).astype(np.float64) ** 2, counts.indptr[:-1])
    norms = np.where(sizes > 0, np.sqrt(squares), 1)
    norms[norms == 0] = 1
    unit: NDArray[np.float32] = (weights / np.repeat(norms, sizes)).astype(np.float32)
    return unit
