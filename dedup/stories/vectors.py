"""Articles as unit vectors of weighted terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup.compiled import kernel
from dedup.stories.rows import csr_rows
from dedup.stories.statistics import REFERENCE_WORDS, TermStatistics, language_terms
from dedup.stories.terms import count_chunks, count_terms, spell
from dedup.stories.usage import SYLLABIC
from dedup.stories.vocabulary import Vocabulary
from dedup.text.language import find_languages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy import sparse

    from dedup.corpus import Corpus
    from dedup.settings import StorySettings
    from dedup.stories.terms import TermCounts

#: Rows whose norms are worked out together.
_BLOCK_ROWS = 4096


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
    lengths : ndarray of float64, shape (m,)
        Words of headline and body; where terms are pairs, two tokens are taken for a word.
    languages : list of str, length m
        As found or guessed.
    statistics : TermStatistics
        What the weights were made of.
    """

    rows: NDArray[np.int64]
    matrix: sparse.csr_array
    hashes: NDArray[np.uint64]
    lengths: NDArray[np.float64]
    languages: list[str]
    statistics: TermStatistics
    _stem_characters: int

    def spell(self, corpus: Corpus, row: int, column: int) -> str:
        """Write the term of `column` as it first stands in the text of vector `row`, which holds it."""
        article = self.rows[row : row + 1]
        title, text = corpus.titles.take(article), corpus.texts.take(article)
        counts = count_terms(
            title,
            text,
            title_weight=1,
            stem_characters=self._stem_characters,
            in_pairs=np.array([self.languages[row] in SYLLABIC]),
        )
        return spell(
            title[0], text[0], int(counts.places[np.searchsorted(counts.hashes, self.hashes[column])])
        )


def term_vectors(
    corpus: Corpus,
    rows: NDArray[np.int64],
    settings: StorySettings,
    *,
    languages: Sequence[str] | None = None,
    statistics: TermStatistics | None = None,
    n_jobs: int = 1,
) -> TermVectors:
    """Weigh the terms of the articles `rows`.

    Parameters
    ----------
    corpus : Corpus
        Cleaned articles.
    rows : ndarray of int64, shape (m,)
        One article per distinct text, ascending.
    settings : StorySettings
    languages : sequence of str, length n, optional
        Language of each article of `corpus`; found here where absent.
    statistics : TermStatistics, optional
        Frequencies to weigh by, as of an earlier run; those of `rows` where absent.
    n_jobs : int, default 1
        Threads; the result is the same for any number.

    Notes
    -----
    The weight of a term is ``(1 + log tf) · log((N + k + 1) / (df + k·p + 0.5))``: Salton's logarithmic
    frequency times the inverse document frequency of Robertson and Spärck Jones, in which `k` imagined
    background articles (`StorySettings.background_articles`) stand beside the `N` of the same language, and
    `p` is the chance that one of them, of median length, holds the term.

    With given statistics a row depends on its own article alone, to the last bit.
    """
    if languages is None:
        languages, _ = find_languages(corpus, n_jobs=n_jobs)
    languages = [languages[row] for row in rows.tolist()]
    chunks = count_chunks(
        corpus.titles,
        corpus.texts,
        rows,
        title_weight=settings.title_weight,
        stem_characters=settings.stem_characters,
        in_pairs=np.array([language in SYLLABIC for language in languages], np.bool_),
        n_jobs=n_jobs,
    )
    tokens = np.concatenate([chunk.lengths for chunk in chunks])
    lengths = tokens - np.concatenate([chunk.pairs for chunk in chunks]) / 2
    vocabulary = Vocabulary(chunk.hashes for chunk in chunks)
    matrix = _counted(chunks, vocabulary)
    names, codes = np.unique(np.array(languages, dtype=str), return_inverse=True)
    if statistics is None:
        statistics = _statistics(names.tolist(), codes, tokens, lengths, matrix, vocabulary, settings)
    _weigh(names.tolist(), codes, matrix, vocabulary, statistics, settings)
    return TermVectors(
        rows, matrix, vocabulary.hashes, lengths, languages, statistics, settings.stem_characters
    )


def _counted(chunks: list[TermCounts], vocabulary: Vocabulary) -> sparse.csr_array:
    """Put the counts together as a matrix, chunk by chunk; `chunks` is empty afterwards."""
    sizes = np.concatenate([np.zeros(1, np.int64), *(np.diff(chunk.indptr) for chunk in chunks)])
    indptr = np.cumsum(sizes)
    counts, columns = np.empty(indptr[-1], np.float32), np.empty(indptr[-1], np.int32)
    stop = int(indptr[-1])
    while chunks:
        chunk = chunks.pop()
        start = stop - len(chunk.hashes)
        counts[start:stop] = chunk.counts
        vocabulary.columns(chunk.hashes, columns[start:stop])
        stop = start
    return csr_rows(counts, columns, indptr, len(vocabulary))


def _statistics(
    names: list[str],
    codes: NDArray[np.int64],
    tokens: NDArray[np.int64],
    lengths: NDArray[np.float64],
    matrix: sparse.csr_array,
    vocabulary: Vocabulary,
    settings: StorySettings,
) -> TermStatistics:
    found = {}
    for code, name in enumerate(names):
        held = _held(matrix.indptr, matrix.indices, codes, code, len(vocabulary))
        lengths_here = tokens[codes == code]
        found[name] = language_terms(name, lengths_here, vocabulary.hashes, held, settings.stem_characters)
    return TermStatistics(float(np.median(lengths)) if len(lengths) else REFERENCE_WORDS, found)


def _weigh(
    names: list[str],
    codes: NDArray[np.int64],
    matrix: sparse.csr_array,
    vocabulary: Vocabulary,
    statistics: TermStatistics,
    settings: StorySettings,
) -> None:
    """Turn counts into weights, language by language, and divide each row by its norm."""
    np.log(matrix.data, out=matrix.data)
    matrix.data += 1
    for code, name in enumerate(names):
        rarity = statistics.rarity(
            name,
            vocabulary.hashes,
            stem_characters=settings.stem_characters,
            background_articles=settings.background_articles,
        )
        _multiply(matrix.indptr, matrix.indices, matrix.data, codes, code, rarity)
    for low in range(0, matrix.shape[0], _BLOCK_ROWS):
        indptr = matrix.indptr[low : low + _BLOCK_ROWS + 1]
        _divide_by_norms(matrix.data[indptr[0] : indptr[-1]], indptr - indptr[0])


def _divide_by_norms(data: NDArray[np.float32], indptr: NDArray[np.int64]) -> None:
    """Divide rows, in place, by their Euclidean norms."""
    # One entry more, so that no row's sum runs to the end of the array or begins behind it.
    squares = np.add.reduceat(np.append(data, 0).astype(np.float64) ** 2, indptr)[:-1]
    sizes = np.diff(indptr)
    norms = np.where(sizes > 0, np.sqrt(squares), 1)
    norms[norms == 0] = 1
    data[:] = data / np.repeat(norms, sizes)


@kernel
def _held(indptr, columns, codes, code, terms):  # type: ignore[no-untyped-def]
    """Count the rows of language `code` that hold each term."""
    held = np.zeros(terms, np.int64)
    for row in range(len(codes)):
        if codes[row] == code:
            for p in range(indptr[row], indptr[row + 1]):
                held[columns[p]] += 1
    return held


@kernel
def _multiply(indptr, columns, data, codes, code, factors):  # type: ignore[no-untyped-def]
    """Multiply each entry of the rows of language `code` by the factor of its term."""
    for row in range(len(codes)):
        if codes[row] == code:
            for p in range(indptr[row], indptr[row + 1]):
                data[p] *= factors[columns[p]]
