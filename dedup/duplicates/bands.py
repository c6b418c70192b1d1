"""Candidates: pairs of articles that are worth an exact comparison.

Two routes lead to a pair.  *Bands*: the signature is cut into bands, and articles that agree in one share a
bucket (Indyk & Motwani 1998; Leskovec et al., ch. 3).  The keys of a band are sorted, so that a bucket is a
run of equal keys and no table of sets is ever built.  *Samples*: articles that share several of the sampled
shingles; this finds a short text inside a long one, which no band does.

Neither route pairs all with all in a large bucket.  Its members are put in an order that brings like ones
together, and each is paired with the next few; every band orders them anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed

from dedup.arrays import distinct, distinct_counts, order_of_hashes, total_counts, with_room
from dedup.compiled import kernel
from dedup.duplicates.join import pairs_by_join
from dedup.duplicates.signatures import sign

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import TextColumn
    from dedup.duplicates.signatures import Signatures
    from dedup.settings import DuplicateSettings

#: What a missed pair counts against a needless one when the bands are chosen.
MISS_WEIGHT = 0.95

#: Points at which the probabilities of a band's shape are summed up.
_NODES = 64

#: Sampled shingles sorted in one go.
PART_SAMPLES = 1 << 23

#: Fewest sampled shingles that make a candidate, and their least share of the shorter text's samples.
LEAST_SAMPLES, LEAST_SAMPLE_SHARE = 2, 0.3

_U = np.uint64


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of texts to compare.

    Attributes
    ----------
    a, b : ndarray of int64, shape (m,)
        Rows, ``a < b``, sorted by `a`, then `b`, each pair once.  Only texts that are their own `copy_of`.
    copy_of : ndarray of int64, shape (n,)
        First row with the same words in the same order; the own row where there is none before.
    counters : dict of str to int
        What was left out or bounded, and how much.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    copy_of: NDArray[np.int64]
    counters: dict[str, int]


@cache
def band_shape(jaccard: float, permutations: int) -> tuple[int, int]:
    """Choose number and length of the bands as datasketch's optimiser does.

    A pair of Jaccard `s` shares a bucket with probability ``1 - (1 - s**rows)**bands``.  The least weighted sum
    of what that is too much below `jaccard` and too little above it wins.

    Parameters
    ----------
    jaccard : float
        Similarity from which pairs should become candidates.
    permutations : int
        Length of a signature.

    Returns
    -------
    bands, rows : int
    """
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)  # exact up to degree 2 * _NODES - 1
    below, above = (nodes + 1) / 2 * jaccard, jaccard + (nodes + 1) / 2 * (1 - jaccard)
    shapes = [
        (bands, rows) for bands in range(1, permutations + 1) for rows in range(1, permutations // bands + 1)
    ]
    bands, rows = np.array(shapes, np.float64).T[:, :, None]
    needless = (1 - (1 - below**rows) ** bands) @ weights * jaccard
    missed = (1 - above**rows) ** bands @ weights * (1 - jaccard)
    return shapes[int(np.argmin((1 - MISS_WEIGHT) * needless + MISS_WEIGHT * missed))]


@kernel
def band_keys(values, rows, band, length):  # type: ignore[no-untyped-def]
    """Give one key per row of `rows` for a band of `length` values; two values fit a key exactly."""
    keys = np.empty(len(rows), np.uint64)
    for place, row in enumerate(rows):
        key = _U(values[row, band * length])
        for k in range(band * length + 1, (band + 1) * length):
            if length > 2:
                key = (key ^ key >> _U(29)) * _U(0x9FB21C651E98DF25)
            key = (key << _U(32) | key >> _U(32)) ^ _U(values[row, k])
        keys[place] = key
    return keys


@kernel
def _agreement(one, other):  # type: ignore[no-untyped-def]
    same = 0
    for k in range(len(one)):
        same += one[k] == other[k]
    return same


@kernel
def _band_pairs(values, rows, keys, order, most, least_agreement):  # type: ignore[no-untyped-def]
    """Pair the members of each bucket.

    Parameters
    ----------
    values : ndarray of uint32, shape (n, permutations)
    rows : ndarray of int64, shape (m,)
        Texts in question, ascending.
    keys : ndarray of uint64, shape (m,)
        Of the band.
    order : ndarray of int64, shape (m,)
        Order of `keys`; in a larger bucket those that follow each other are paired.
    most : int
        Members up to which all are paired; in a larger bucket each is paired with the first and the next
        ``most // 4``.
    least_agreement : int
        Equal values of two signatures without which a pair is dropped.

    Returns
    -------
    pairs : ndarray of uint64
        Lower row above the higher row's 32 bits, unordered.
    large : int
        Members of large buckets.
    """
    pairs = np.empty(1 << 12, np.uint64)
    used = 0
    large = 0
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and keys[order[stop]] == keys[order[start]]:
            stop += 1
        if stop - start > 1:
            members = order[start:stop]
            reach = stop - start
            if reach > most:
                large += reach
                reach = most // 4
            for i in range(len(members)):
                pairs = with_room(pairs, used, len(members))
                for j in range(i + 1, min(i + 1 + reach, len(members))):
                    one, other = rows[members[i]], rows[members[j]]
                    if _agreement(values[one], values[other]) >= least_agreement:
                        pairs[used] = _U(min(one, other)) << _U(32) | _U(max(one, other))
                        used += 1
        start = stop
    return pairs[:used].copy(), large


def _bucket_order(keys: NDArray[np.uint64], next_keys: NDArray[np.uint64], most: int) -> NDArray[np.int64]:
    """Sort by `keys`, and buckets of more than `most` members within themselves by `next_keys`."""
    order = order_of_hashes(keys)
    begins = np.flatnonzero(np.diff(keys[order], prepend=~keys[order[:1]]))
    sizes = np.diff(begins, append=len(keys))
    for begin, size in zip(begins[sizes > most], sizes[sizes > most], strict=True):
        bucket = order[begin : begin + size]
        order[begin : begin + size] = bucket[np.argsort(next_keys[bucket], kind="stable")]
    return order


def pairs_by_bands(
    signatures: Signatures, rows: NDArray[np.int64], settings: DuplicateSettings, *, n_jobs: int = 1
) -> tuple[NDArray[np.uint64], int]:
    """Find the pairs of `rows` that share a bucket and whose signatures agree in half of `candidate_jaccard`.

    Returns
    -------
    pairs : ndarray of uint64
        Each pair once, the lower row above the higher row's 32 bits, ascending.
    large : int
        Members of buckets too large for all pairs, summed over the bands.
    """
    bands, length = band_shape(settings.candidate_jaccard, settings.permutations)
    least = int(np.ceil(settings.permutations * settings.candidate_jaccard / 2))

    def pair(band: int) -> tuple[NDArray[np.uint64], int]:
        keys, next_keys = (
            band_keys(signatures.values, rows, number, length) for number in (band, (band + 1) % bands)
        )
        order = _bucket_order(keys, next_keys, settings.bucket_pairs)
        pairs, large = _band_pairs(signatures.values, rows, keys, order, settings.bucket_pairs, least)
        return distinct(pairs), large

    found = Parallel(n_jobs=n_jobs, prefer="threads")(delayed(pair)(band) for band in range(bands))
    return distinct(np.concatenate([pairs for pairs, _ in found])), sum(large for _, large in found)


@kernel
def _samples_between(samples, offsets, wanted, low, high):  # type: ignore[no-untyped-def]
    """Give the samples of wanted texts from `low` to `high`, and the text of each."""
    count = 1
    for sample in samples:
        count += (low <= sample) & (sample <= high)
    kept = np.empty(count, np.uint64)
    owners = np.empty(count, np.uint32)
    used = 0
    for text in range(len(wanted)):
        for i in range(offsets[text], offsets[text + 1] if wanted[text] else offsets[text]):
            kept[used] = samples[i]  # no branch: the place is written again unless kept
            owners[used] = text
            used += (low <= samples[i]) & (samples[i] <= high)
    return kept[:used], owners[:used]


@kernel
def _sample_pairs(samples, owners, most):  # type: ignore[no-untyped-def]
    """Pair the owners of each sampled shingle; `samples` ascending, owners ascending within equal ones.

    Returns pairs as `_band_pairs` does, one entry for each shared shingle, and the size of large postings.
    """
    pairs = np.empty(1 << 12, np.uint64)
    used = 0
    large = 0
    start = 0
    while start < len(samples):
        stop = start + 1
        while stop < len(samples) and samples[stop] == samples[start]:
            stop += 1
        reach = stop - start
        if reach > most:
            large += reach
            reach = most // 4
        for i in range(start, stop):
            if i > start and owners[i] == owners[i - 1]:
                continue
            pairs = with_room(pairs, used, reach)
            for j in range(i + 1, min(i + 1 + reach, stop)):
                if owners[j] != owners[j - 1]:
                    pairs[used] = _U(owners[i]) << _U(32) | _U(owners[j])
                    used += 1
        start = stop
    return pairs[:used].copy(), large


def pairs_by_samples(
    signatures: Signatures, rows: NDArray[np.int64], settings: DuplicateSettings, *, n_jobs: int = 1
) -> tuple[NDArray[np.uint64], int]:
    """Find the pairs of `rows` that share enough of the sampled shingles.

    Returns
    -------
    pairs : ndarray of uint64
        As `pairs_by_bands` gives them.
    large : int
        Summed sizes of postings too long for all pairs.
    """
    if not settings.sample_every:
        return np.empty(0, np.uint64), 0
    wanted = np.zeros(len(signatures.words), np.bool_)
    wanted[rows] = True
    parts = max(1, len(signatures.samples) // PART_SAMPLES)
    width = (((1 << 64) - 1) // settings.sample_every) // parts + 1

    def pair(part: int) -> tuple[NDArray[np.uint64], NDArray[np.int64], int]:
        samples, owners = _samples_between(
            signatures.samples,
            signatures.sample_offsets,
            wanted,
            _U(part * width),
            _U(min((part + 1) * width, 1 << 64) - 1),
        )
        order = order_of_hashes(samples)
        pairs, large = _sample_pairs(samples[order], owners[order], settings.bucket_pairs)
        return *distinct_counts(pairs), large

    found = Parallel(n_jobs=n_jobs, prefer="threads")(delayed(pair)(part) for part in range(parts))
    counts = np.diff(signatures.sample_offsets)
    pairs, shared = total_counts(*(np.concatenate([part[k] for part in found]) for k in (0, 1)))
    shorter = np.minimum(counts[pairs >> _U(32)], counts[pairs & _U(0xFFFFFFFF)])
    enough = shared >= np.maximum(LEAST_SAMPLES, LEAST_SAMPLE_SHARE * shorter)
    return pairs[enough], sum(large for _, _, large in found)


def same_texts(signatures: Signatures) -> NDArray[np.int64]:
    """Give for each text the first row with the same words in the same order."""
    one, other = signatures.digests.T
    order = np.lexsort((other, one))
    is_new = np.ones(len(order), np.bool_)
    is_new[1:] = (np.diff(one[order]) != 0) | (np.diff(other[order]) != 0)
    copy_of = np.empty(len(order), np.int64)
    copy_of[order] = order[np.maximum.accumulate(np.where(is_new, np.arange(len(order)), 0))]
    return copy_of


def candidate_pairs(texts: TextColumn, settings: DuplicateSettings, *, n_jobs: int = 1) -> Candidates:
    """Find the pairs of texts that may be copies of each other.

    Parameters
    ----------
    texts : TextColumn
        `n` texts without boilerplate.
    settings : DuplicateSettings
    n_jobs : int, default 1
        Threads; the result is the same for any number.

    Returns
    -------
    Candidates
        Texts with fewer words than `settings.least_words` have neither candidates nor copies.
    """
    signatures = sign(texts, settings, n_jobs=n_jobs)
    is_long = signatures.words >= settings.least_words
    copy_of = np.where(is_long, same_texts(signatures), np.arange(len(texts)))
    rows = np.flatnonzero(is_long & (copy_of == np.arange(len(texts))))
    counters = {
        "texts_cut": signatures.texts_cut,
        "tokens_cut": signatures.tokens_cut,
        "texts_too_short": int(len(texts) - is_long.sum()),
        "exact_copies": int((copy_of != np.arange(len(texts))).sum()),
    }
    if settings.candidates == "exact":
        pairs = pairs_by_join(texts, rows, settings, n_jobs=n_jobs)
    else:
        by_bands, large_buckets = pairs_by_bands(signatures, rows, settings, n_jobs=n_jobs)
        by_samples, large_postings = pairs_by_samples(signatures, rows, settings, n_jobs=n_jobs)
        pairs = distinct(np.concatenate((by_bands, by_samples)))
        counters["candidates_by_bands"] = len(by_bands)
        counters["candidates_by_samples"] = len(by_samples)
        counters["members_of_large_buckets"] = large_buckets
        counters["entries_of_large_postings"] = large_postings
    counters["candidates"] = len(pairs)
    return Candidates(
        (pairs >> _U(32)).astype(np.int64), (pairs & _U(0xFFFFFFFF)).astype(np.int64), copy_of, counters
    )
