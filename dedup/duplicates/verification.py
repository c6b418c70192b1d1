"""Exact comparison and verdict of any pairs of articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.duplicates.compare import compare_pairs
from dedup.duplicates.evidence import lead_share, measure, outlets_and_days
from dedup.duplicates.pairs import Pairs
from dedup.duplicates.rule import AMPLE_SHARED, RELATIONS, Reason, decide, is_copy, needs, relations
from dedup.duplicates.scripts import SPACED, TOKENS_A_WORD, script_kinds, shingle_tokens
from dedup.text.tokens import find_tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import Corpus, TextColumn
    from dedup.duplicates.rule import Evidence
    from dedup.settings import DuplicateSettings

#: Pairs whose evidence is held in memory together.
CHUNK_PAIRS = 1 << 16


def word_keys(texts: TextColumn, rows: NDArray[np.int64]) -> list[bytes]:
    """Give for each of `rows` a key that is equal for texts with the same words in the same order."""
    tokens = find_tokens(texts.take(rows))
    return [
        tokens.hashes[start:stop].tobytes()
        for start, stop in zip(tokens.offsets[:-1], tokens.offsets[1:], strict=True)
    ]


def _same_words(texts: TextColumn, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
    rows, places = np.unique(np.concatenate((a, b)), return_inverse=True)
    keys = word_keys(texts, rows)
    one, other = places[: len(a)].tolist(), places[len(a) :].tolist()
    return np.array([keys[i] == keys[j] for i, j in zip(one, other, strict=True)], np.bool_)


def enough_for_same_text(sizes: NDArray[np.int64], settings: DuplicateSettings) -> NDArray[np.bool_]:
    """Say which equal texts, of so many distinct shingles, are copies if their headlines are equal too."""
    return sizes > max(0, settings.least_words - settings.shingle_words)


def _judge(
    corpus: Corpus,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    evidence: Evidence,
    settings: DuplicateSettings,
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Give reason and relation of each pair."""
    reason = decide(evidence, settings)
    relation = relations(evidence.shared, evidence.size_a, evidence.size_b)
    equal = np.flatnonzero((evidence.shared == evidence.size_a) & (evidence.shared == evidence.size_b))
    equal = equal[_same_words(corpus.texts, a[equal], b[equal])]
    relation[equal] = RELATIONS.index("exact")
    ample = evidence.shared[equal] >= AMPLE_SHARED
    short = enough_for_same_text(evidence.shared[equal], settings)
    like_titles = _same_words(corpus.titles, a[equal], b[equal])
    reason[equal[ample | (short & like_titles)]] = Reason.SAME_TEXT
    return reason, np.where(is_copy(reason), relation, 0).astype(np.int8)


def shingle_lengths(
    texts: TextColumn, a: NDArray[np.int64], b: NDArray[np.int64], settings: DuplicateSettings
) -> NDArray[np.int64]:
    """Give the tokens of a shingle by which the two texts of each pair are compared."""
    rows, places = np.unique(np.concatenate((a, b)), return_inverse=True)
    kind_a, kind_b = np.split(script_kinds(texts, rows)[places], 2)
    by_kind = np.array([shingle_tokens(kind, settings) for kind in range(len(TOKENS_A_WORD))])
    return by_kind[np.where(kind_a == kind_b, kind_a, SPACED)]


def gather(
    corpus: Corpus,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    settings: DuplicateSettings,
    *,
    n_jobs: int = 1,
) -> Evidence:
    """Compare pairs of rows exactly and measure all that the rule asks for."""
    shared, size_a, size_b = (np.zeros(len(a), np.int64) for _ in range(3))
    lead_a, lead_b = np.full(len(a), np.nan), np.full(len(a), np.nan)
    may_be_one_outlet = outlets_and_days(corpus, a, b)[0] != 0
    lengths = shingle_lengths(corpus.texts, a, b, settings)
    for length in np.unique(lengths).tolist():
        alike = np.flatnonzero(lengths == length)
        shingled = settings.model_copy(update={"shingle_words": length})
        found = compare_pairs(corpus.texts, a[alike], b[alike], shingled, n_jobs=n_jobs)
        shared[alike], size_a[alike], size_b[alike] = found.shared, found.size_a, found.size_b
        enough = (found.jaccard >= settings.least_jaccard) | (
            np.maximum(found.containment_a, found.containment_b) >= settings.copy_containment
        )
        asked = alike[enough & may_be_one_outlet[alike]]  # leads decide nothing elsewhere, and cost much
        lead_a[asked] = lead_share(corpus.texts, a[asked], b[asked], shingled, n_jobs=n_jobs)
        lead_b[asked] = lead_share(corpus.texts, b[asked], a[asked], shingled, n_jobs=n_jobs)
    return measure(corpus, a, b, shared=shared, sizes=(size_a, size_b), leads=(lead_a, lead_b), n_jobs=n_jobs)


def _verify_some(
    corpus: Corpus, a: NDArray[np.int64], b: NDArray[np.int64], settings: DuplicateSettings, n_jobs: int
) -> Pairs:
    evidence = gather(corpus, a, b, settings, n_jobs=n_jobs)
    reason, relation = _judge(corpus, a, b, evidence, settings)
    need = needs(evidence, settings)
    return Pairs(
        a=a,
        b=b,
        jaccard=evidence.jaccard.astype(np.float32),
        containment_a=evidence.containment_a.astype(np.float32),
        containment_b=evidence.containment_b.astype(np.float32),
        same_outlet=evidence.same_outlet,
        headline=evidence.headline.astype(np.float32),
        days=evidence.days.astype(np.float32),
        shared=evidence.shared.astype(np.int32),
        shared_numbers=evidence.shared_numbers.astype(np.int32),
        numbers=need.numbers.astype(np.int32),
        needed_jaccard=need.jaccard.astype(np.float32),
        needed_containment=need.containment.astype(np.float32),
        credit=need.headline_credit.astype(np.float32),
        relation=relation,
        reason=reason,
    )


def verify(
    corpus: Corpus,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    ranks: NDArray[np.int64],
    settings: DuplicateSettings,
    *,
    n_jobs: int = 1,
) -> Pairs:
    """Compare pairs exactly and judge them.

    Parameters
    ----------
    corpus : Corpus
        Articles without boilerplate.
    a, b : ndarray of int64, shape (pairs,)
        Rows; order within a pair and among pairs does not matter.
    ranks : ndarray of int64, shape (n,)
        Which article takes precedence, `dedup.duplicates.groups.precedence`.
    n_jobs : int, default 1
        Threads; the result is the same for any number.
    """
    swapped = ranks[a] > ranks[b]
    first, second = np.where(swapped, b, a), np.where(swapped, a, b)
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    return Pairs.join(
        *(
            _verify_some(corpus, first[part], second[part], settings, n_jobs)
            for start in range(0, max(1, len(first)), CHUNK_PAIRS)
            for part in [slice(start, start + CHUNK_PAIRS)]
        )
    )
