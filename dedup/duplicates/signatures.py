"""Signatures: per article its MinHash, a sample of its shingles and a digest, in one pass over the bytes.

MinHash is datasketch 2's scheme ``affine32``: every shingle hash, cut to 32 bits, is mixed once by
MurmurHash3's finaliser, and value k of the signature is the minimum of ``a_k * h + b_k`` modulo 2^32 over the
shingles (Broder 1997).  The permutations are drawn as datasketch draws them, so a signature can be loaded into
`datasketch.MinHash`.  The package itself is not imported here: it brings half a second of scipy along, and a
test says that the numbers are its own.

A signature says little about a short text inside a long one.  For those the sample keeps the shingles with
the smallest hashes, one in `settings.sample_every` of every text (FracMinHash, Irber et al. 2022).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed

from dedup.arrays import copy_into, with_room
from dedup.compiled import kernel
from dedup.duplicates.shingles import let_go, set_scratch, shingle_key, shingles_into
from dedup.text.alphabet import alphabet
from dedup.text.tokens import FIRST_BYTES, cut_at, tokenise_into

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import TextColumn
    from dedup.settings import DuplicateSettings

#: Articles a task.
CHUNK_TEXTS = 1024

_U32, _U = np.uint32, np.uint64


@dataclass(frozen=True, slots=True)
class Signatures:
    """What is remembered of `n` texts in order to find candidates.

    Attributes
    ----------
    values : ndarray of uint32, shape (n, permutations)
        MinHash values; all ones for a text without words.
    words : ndarray of int32, shape (n,)
        Number of tokens.
    digests : ndarray of uint64, shape (n, 2)
        Equal for texts with the same sequence of tokens.
    samples : ndarray of uint64
        Sampled shingle hashes, text after text, repeats within a text included; some copies have none.
    sample_offsets : ndarray of int64, shape (n + 1,)
        Text `i` has the samples ``sample_offsets[i]:sample_offsets[i + 1]``.
    texts_cut, tokens_cut : int
        Texts longer than `settings.max_text_bytes`, tokens longer than `settings.max_token_characters`.
    """

    values: NDArray[np.uint32]
    words: NDArray[np.int32]
    digests: NDArray[np.uint64]
    samples: NDArray[np.uint64]
    sample_offsets: NDArray[np.int64]
    texts_cut: int
    tokens_cut: int


def permutations(settings: DuplicateSettings) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Give datasketch's factors and summands, each of shape (permutations,)."""
    generator = np.random.RandomState(settings.seed)  # the old one, because it is datasketch's
    factors = generator.randint(0, 1 << 31, settings.permutations, np.uint32) * _U32(2) + _U32(1)
    return factors, generator.randint(0, 1 << 32, settings.permutations, np.uint32)


@kernel(inner=True)
def _premix(shingles, mixed):  # type: ignore[no-untyped-def]
    """Apply MurmurHash3's 32-bit finaliser to the low half of each hash; vectorised."""
    for i in range(len(mixed)):
        value = _U32(shingles[i])
        value = _U32((value ^ value >> _U32(16)) * _U32(0x85EBCA6B))
        value = _U32((value ^ value >> _U32(13)) * _U32(0xC2B2AE35))
        mixed[i] = value ^ value >> _U32(16)


@kernel(inner=True)
def _minima(mixed, factors, summands, signature):  # type: ignore[no-untyped-def]
    """Take the minimum of every permutation; eight shingles a round spare most of the traffic of minima."""
    signature[:] = _U32(0xFFFFFFFF)
    whole = len(mixed) // 8 * 8
    for i in range(0, whole, 8):
        h0, h1, h2, h3 = mixed[i], mixed[i + 1], mixed[i + 2], mixed[i + 3]
        h4, h5, h6, h7 = mixed[i + 4], mixed[i + 5], mixed[i + 6], mixed[i + 7]
        for k in range(len(signature)):
            a, b = factors[k], summands[k]
            m0 = min(_U32(a * h0 + b), _U32(a * h1 + b))
            m1 = min(_U32(a * h2 + b), _U32(a * h3 + b))
            m2 = min(_U32(a * h4 + b), _U32(a * h5 + b))
            m3 = min(_U32(a * h6 + b), _U32(a * h7 + b))
            m0, m2 = min(m0, m1), min(m2, m3)
            m0 = min(m0, m2)
            signature[k] = min(signature[k], m0)
    for i in range(whole, len(mixed)):
        for k in range(len(signature)):
            signature[k] = min(signature[k], _U32(factors[k] * mixed[i] + summands[k]))


@kernel(inner=True)
def minhash_into(shingles, factors, summands, mixed, signature):  # type: ignore[no-untyped-def]
    """Compute one signature.

    Parameters
    ----------
    shingles : ndarray of uint64, shape (m,)
        Shingle hashes; repeats do no harm.
    factors, summands : ndarray of uint32, shape (permutations,)
        Of `permutations`.
    mixed : ndarray of uint32, shape (m,)
        Overwritten.
    signature : ndarray of uint32, shape (permutations,)
        Receives the minima.
    """
    _premix(shingles, mixed)
    _minima(mixed, factors, summands, signature)


@kernel(inner=True)
def _digest(shingles):  # type: ignore[no-untyped-def]
    """Hash a sequence of shingles to 128 bits: two sums, each shingle weighted by an odd number of its place."""
    one, other = _U(len(shingles)), _U(0)
    for i in range(len(shingles)):
        weight = _U(2 * i + 1) * _U(0x9E3779B97F4A7C15)
        one += shingles[i] * weight
        other += (shingles[i] ^ shingles[i] >> _U(31)) * (weight ^ _U(0xD6E8FEB86659FD92))
    return one, other


@kernel(inner=True)
def _twin(digests, text, seen):  # type: ignore[no-untyped-def]
    """Give the text of the same digest that `seen`, a hash table with room to spare, remembers, or -1."""
    slot = np.int64(digests[text, 0] % _U(len(seen)))
    while seen[slot] >= 0:
        other = seen[slot]
        if digests[other, 0] == digests[text, 0] and digests[other, 1] == digests[text, 1]:
            return other
        slot = (slot + 1) % len(seen)
    seen[slot] = text
    return -1


@kernel
def _sign(data, offsets, first, last, limit, longest, codes, pool, key, factors, summands, below, out):  # type: ignore[no-untyped-def]
    """Sign texts ``first:last``; give the sampled hashes, their counts, and how many texts and tokens were cut.

    A copy of a text of the same chunk takes over its signature and has no samples, so that a flood of identical
    articles costs little time and memory.
    """
    values, words, digests = out
    counts = np.zeros(last - first, np.int64)
    seen = np.full(4 * CHUNK_TEXTS, -1, np.int64)
    samples = np.empty(1 << 16, np.uint64)
    size = FIRST_BYTES
    work = set_scratch(size)
    mixed = np.empty(len(work.shingles), np.uint32)
    used = 0
    texts_cut = tokens_cut = 0
    for text in range(first, last):
        begin = offsets[text]
        end = cut_at(data, begin, offsets[text + 1], limit)
        texts_cut += end < offsets[text + 1]
        if end - begin > size:
            size = 2 * (end - begin)
            tokens_cut += work.tokens.cut[0]
            work = set_scratch(size)
            mixed = np.empty(len(work.shingles), np.uint32)
        token_count, _ = tokenise_into(data, begin, end, codes, pool, key.word, work.tokens, longest)
        words[text] = token_count
        count = shingles_into(work.tokens.hashes, token_count, key, work.shingles)
        digests[text, 0], digests[text, 1] = _digest(work.shingles[:count])
        twin = _twin(digests, text, seen)
        if twin >= 0:
            copy_into(values[text], values[twin])
            continue
        minhash_into(work.shingles[:count], factors, summands, mixed[:count], values[text])
        samples = with_room(samples, used, count)
        before = used
        for i in range(count if below else 0):  # no branch: the place is written again unless kept
            samples[used] = work.shingles[i]
            used += work.shingles[i] < below
        counts[text - first] = used - before
    return samples[:used].copy(), counts, texts_cut, tokens_cut + work.tokens.cut[0]


def sign(texts: TextColumn, settings: DuplicateSettings, *, n_jobs: int = 1) -> Signatures:
    """Sign every text.

    Parameters
    ----------
    texts : TextColumn
        `n` texts.
    settings : DuplicateSettings
    n_jobs : int, default 1
        Threads; the result is the same for any number.

    Returns
    -------
    Signatures
        ``4 * permutations + 20`` bytes a text and ``8 / sample_every`` bytes a word.
    """
    n = len(texts)
    values = np.empty((n, settings.permutations), np.uint32)
    words, digests = np.empty(n, np.int32), np.empty((n, 2), np.uint64)
    out = (values, words, digests)
    limits = settings.max_text_bytes, settings.max_token_characters
    fixed = (*limits, *alphabet(), shingle_key(settings), *permutations(settings))
    below = _U(((1 << 64) - 1) // settings.sample_every if settings.sample_every else 0)

    def sign_chunk(first: int) -> tuple[NDArray[np.uint64], NDArray[np.int64], int, int]:
        last = min(first + CHUNK_TEXTS, n)
        part: tuple[NDArray[np.uint64], NDArray[np.int64], int, int] = _sign(
            texts.data, texts.offsets, first, last, *fixed, below, out
        )
        let_go(texts, first, last)
        return part

    parts = Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(sign_chunk)(first) for first in range(0, max(n, 1), CHUNK_TEXTS)
    )
    samples, counts, texts_cut, tokens_cut = map(list, zip(*parts, strict=True))
    del parts  # so that `_joined` can let go of the samples
    offsets = np.zeros(n + 1, np.int64)
    np.cumsum(np.concatenate(counts), out=offsets[1:])
    return Signatures(values, words, digests, _joined(samples), offsets, sum(texts_cut), sum(tokens_cut))


def _joined(parts: list[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Concatenate `parts`, letting go of each as soon as it is copied."""
    whole = np.empty(sum(map(len, parts)), np.uint64)
    end = len(whole)
    while parts:
        part = parts.pop()
        whole[end - len(part) : end] = part
        end -= len(part)
    return whole
