"""From articles to duplicate groups: candidates, exact verification, groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedup.arrays import distinct
from dedup.duplicates.bands import candidate_pairs
from dedup.duplicates.compare import compare_pairs
from dedup.duplicates.evidence import outlets_and_days
from dedup.duplicates.groups import precedence, stars
from dedup.duplicates.pairs import Pairs
from dedup.duplicates.rule import AMPLE_SHARED, RELATIONS, Reason
from dedup.duplicates.verification import enough_for_same_text, verify, word_keys

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import Corpus
    from dedup.settings import DuplicateSettings

#: Rounds in which articles are compared with originals that no candidate pair named.
COMPLETION_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Copies among `n` articles.

    Attributes
    ----------
    original : ndarray of int64, shape (n,)
        Row of the original of each article's group; the own row for originals and articles without copies.
    in_group : ndarray of bool, shape (n,)
        Whether the article's group has more than one member.
    relation : ndarray of int8, shape (n,)
        What the article is to its original, an index into `RELATIONS`; ``none`` for articles without copies.
    similarity : ndarray of float32, shape (n,)
        Jaccard of the article and its original; 1 for originals and articles without copies.
    pairs : Pairs
        Every pair that was compared, refused ones included, and exact copies with the earliest of their text.
    counters : dict of str to int
        Sizes of the work, and what was bounded on the way.
    """

    original: NDArray[np.int64]
    in_group: NDArray[np.bool_]
    relation: NDArray[np.int8]
    similarity: NDArray[np.float32]
    pairs: Pairs
    counters: dict[str, int]


def _leaders(
    corpus: Corpus,
    copy_of: NDArray[np.int64],
    ranks: NDArray[np.int64],
    settings: DuplicateSettings,
    n_jobs: int,
) -> NDArray[np.int64]:
    """Give each article the earliest one with the same text, which then stands for all of them.

    Texts that are equal but short have to have equal headlines as well.
    """
    leader = np.arange(len(copy_of))
    classes, class_of = np.unique(copy_of, return_inverse=True)
    repeated = classes[np.bincount(class_of) > 1]
    sizes = compare_pairs(corpus.texts, repeated, repeated, settings, n_jobs=n_jobs).size_a.astype(np.int64)
    whole = np.isin(copy_of, repeated[sizes >= AMPLE_SHARED])
    earliest = np.full(len(copy_of), len(copy_of))
    np.minimum.at(earliest, copy_of[whole], ranks[whole])
    row_of = np.argsort(ranks)
    leader[whole] = row_of[earliest[copy_of[whole]]]
    short = np.isin(copy_of, repeated[(sizes < AMPLE_SHARED) & enough_for_same_text(sizes, settings)])
    rows = np.flatnonzero(short)
    rows = rows[np.argsort(ranks[rows])]
    first: dict[tuple[int, bytes], int] = {}
    for row, key in zip(rows.tolist(), word_keys(corpus.titles, rows), strict=True):
        leader[row] = first.setdefault((int(copy_of[row]), key), row)
    return leader


def _short_text_pairs(
    copy_of: NDArray[np.int64], leader: NDArray[np.int64], ranks: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair articles of one short text under different headlines: each with the one before and the first."""
    leads = np.flatnonzero(leader == np.arange(len(leader)))
    leads = leads[np.lexsort((ranks[leads], copy_of[leads]))]
    same = copy_of[leads[1:]] == copy_of[leads[:-1]]
    starts = np.concatenate(([True], ~same))[: len(leads)]
    first = leads[np.maximum.accumulate(np.where(starts, np.arange(len(leads)), 0))]
    return np.concatenate((leads[:-1][same], first[~starts])), np.concatenate(
        (leads[1:][same], leads[~starts])
    )


def _exact_pairs(corpus: Corpus, leader: NDArray[np.int64]) -> Pairs:
    """Pair every exact copy with its leader."""
    copies = np.flatnonzero(leader != np.arange(len(leader)))
    same_outlet, days = outlets_and_days(corpus, leader[copies], copies)
    ones, zeros = np.ones(len(copies), np.float32), np.zeros(len(copies), np.int32)
    return Pairs(
        a=leader[copies],
        b=copies,
        jaccard=ones,
        containment_a=ones,
        containment_b=ones,
        same_outlet=same_outlet,
        headline=np.full(len(copies), np.nan, np.float32),
        days=days.astype(np.float32),
        shared=zeros,
        shared_numbers=zeros,
        numbers=zeros,
        needed_jaccard=ones,
        needed_containment=ones,
        credit=np.zeros(len(copies), np.float32),
        relation=np.full(len(copies), RELATIONS.index("exact"), np.int8),
        reason=np.full(len(copies), Reason.SAME_TEXT, np.int8),
    )


def _group(pairs: Pairs, ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    copies = pairs.take(pairs.accepted)
    return stars(ranks, copies.a, copies.b, copies.jaccard.astype(np.float64))


def _unseen(pairs: Pairs, original: NDArray[np.int64], ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pair each article with the earliest original, before its own, that it has only met in a copy of that.

    One a round for each article, so that a thousand variants of one text do not ask for all pairs.
    """
    copies = pairs.take(pairs.accepted)
    row = np.concatenate((copies.a, copies.b))
    foreign = np.concatenate((original[copies.b], original[copies.a]))
    earlier = ranks[foreign] < ranks[original[row]]
    keys = distinct((foreign << 32 | row)[earlier])
    keys = keys[~np.isin(keys, pairs.a << 32 | pairs.b)]
    row, foreign = keys & 0xFFFFFFFF, keys >> 32
    order = np.lexsort((ranks[foreign], row))
    return keys[order[np.flatnonzero(np.diff(row[order], prepend=-1))]]


def find_duplicates(
    corpus: Corpus,
    settings: DuplicateSettings,
    *,
    n_jobs: int = 1,
) -> Duplicates:
    """Find the copies in a corpus and group them around their originals.

    Parameters
    ----------
    corpus : Corpus
        `n` articles, boilerplate removed.
    settings : DuplicateSettings
    n_jobs : int, default 1
        Threads; the result is the same for any number.

    Returns
    -------
    Duplicates
        The original of a group is its earliest published article; between equals the one with the smaller id,
        and articles without a date come after all others.
    """
    ranks = precedence(corpus.published)
    candidates = candidate_pairs(corpus.texts, settings, n_jobs=n_jobs)
    leader = _leaders(corpus, candidates.copy_of, ranks, settings, n_jobs)
    more_a, more_b = _short_text_pairs(candidates.copy_of, leader, ranks)
    a = np.concatenate((leader[candidates.a], more_a))
    b = np.concatenate((leader[candidates.b], more_b))
    keys = distinct((np.minimum(a, b) << 32 | np.maximum(a, b)).astype(np.int64, copy=False))
    pairs = verify(corpus, keys >> 32, keys & 0xFFFFFFFF, ranks, settings, n_jobs=n_jobs)
    original = _group(pairs, ranks)
    completed = 0
    for _ in range(COMPLETION_ROUNDS):
        unseen = _unseen(pairs, original, ranks)
        if not len(unseen):
            break
        completed += len(unseen)
        new = verify(corpus, unseen >> 32, unseen & 0xFFFFFFFF, ranks, settings, n_jobs=n_jobs)
        pairs = Pairs.join(pairs, new)
        original = _group(pairs, ranks)
    return _result(corpus, pairs, original, leader, candidates.counters | {"pairs_completed": completed})


def _result(
    corpus: Corpus,
    pairs: Pairs,
    original: NDArray[np.int64],
    leader: NDArray[np.int64],
    counters: dict[str, int],
) -> Duplicates:
    """Spread groups of distinct texts over all articles, and name each article's relation to its original."""
    n = len(leader)
    relation, similarity = np.zeros(n, np.int8), np.ones(n, np.float32)
    to_original = pairs.take(pairs.accepted & (original[pairs.b] == pairs.a))
    relation[to_original.b] = to_original.relation
    similarity[to_original.b] = to_original.jaccard
    relation, similarity, original = relation[leader], similarity[leader], original[leader]
    in_group = np.bincount(original, minlength=n)[original] > 1
    relation[in_group & (original == leader)] = RELATIONS.index("exact")
    relation[in_group & (original == np.arange(n))] = RELATIONS.index("original")
    counters |= {
        "pairs_compared": len(pairs),
        "pairs_accepted": int(pairs.accepted.sum()),
        "duplicate_groups": int((in_group & (original == np.arange(n))).sum()),
        "copies": int((original != np.arange(n)).sum()),
    }
    every = Pairs.join(pairs, _exact_pairs(corpus, leader))
    return Duplicates(original, in_group, relation, similarity, every, counters)
