"""Terms of articles and how often each article holds them, counted in compiled kernels.

A term is a word cut to its first characters, so that the forms of an inflected word fall together: truncation
does the work of a stemmer in every alphabetic language at once (Can et al., "Information retrieval on Turkish
texts", JASIST 2008; McNamee, Nicholas and Mayfield, "Addressing morphological variation in alphabetic
languages", SIGIR 2009).  Where a word says little because it is one character of a script without blanks, or
one syllable of a language that puts blanks between syllables, the term is two neighbours (Kwok, "Comparing
representations in Chinese information retrieval", SIGIR 1997).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed

from dedup.arrays import with_room
from dedup.compiled import kernel
from dedup.corpus import TextColumn
from dedup.text.alphabet import alphabet
from dedup.text.tokens import (
    ALONE,
    FIRST_BYTES,
    MAX_TEXT_BYTES,
    MAX_TOKEN_CHARACTERS,
    cut_at,
    find_tokens,
    scratch,
    tokenise_into,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Articles a task.
CHUNK_ARTICLES = 1024

_FNV = np.uint64(0x100000001B3)
_PAIR = np.uint64(0x9E3779B97F4A7C15)
_U = np.uint64


@dataclass(frozen=True, slots=True)
class TermCounts:
    """Which terms each article holds, one article after another, terms ascending by hash.

    Attributes
    ----------
    indptr : ndarray of int64, shape (n + 1,)
        Article `i` has the entries ``indptr[i]:indptr[i + 1]``.
    hashes : ndarray of uint64
        The terms; equal in every run.
    counts : ndarray of float32
        Occurrences, those of the headline multiplied by its weight.
    places : ndarray of int32
        Where the term first stands, for `spell`.
    lengths : ndarray of int64, shape (n,)
        Tokens of headline and body.
    pairs : ndarray of int64, shape (n,)
        Terms of two tokens, each occurrence.
    """

    indptr: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    counts: NDArray[np.float32]
    places: NDArray[np.int32]
    lengths: NDArray[np.int64]
    pairs: NDArray[np.int64]


def count_terms(
    titles: TextColumn,
    texts: TextColumn,
    *,
    title_weight: float,
    stem_characters: int,
    in_pairs: NDArray[np.bool_],
    n_jobs: int = 1,
) -> TermCounts:
    """Count the terms of `n` articles.

    Parameters
    ----------
    titles, texts : TextColumn
        `n` headlines and bodies; of each the first mebibyte is read.
    title_weight : float
        What one occurrence in the headline counts for.
    stem_characters : int
        Characters of a word that make its term.
    in_pairs : ndarray of bool, shape (n,)
        Whether neighbouring words make terms of two, as in a language with blanks between syllables.
        Characters of scripts without blanks always do.
    n_jobs : int, default 1
        Threads; the result is the same for any number.
    """
    chunks = count_chunks(
        titles,
        texts,
        np.arange(len(texts)),
        title_weight=title_weight,
        stem_characters=stem_characters,
        in_pairs=in_pairs,
        n_jobs=n_jobs,
    )
    sizes = np.concatenate([np.diff(chunk.indptr) for chunk in chunks])
    indptr = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(sizes, out=indptr[1:])
    columns = ([getattr(chunk, field.name) for chunk in chunks] for field in fields(TermCounts)[1:])
    return TermCounts(indptr, *map(np.concatenate, columns))


def count_chunks(
    titles: TextColumn,
    texts: TextColumn,
    rows: NDArray[np.int64],
    *,
    title_weight: float,
    stem_characters: int,
    in_pairs: NDArray[np.bool_],
    n_jobs: int = 1,
) -> list[TermCounts]:
    """Count the terms of the articles `rows`, `CHUNK_ARTICLES` at a time, so that nobody holds all twice.

    The other parameters are those of `count_terms`; `in_pairs` has an entry for each of `rows`.
    """
    columns = (titles.data, titles.offsets, texts.data, texts.offsets)
    weights = np.float32(title_weight), stem_characters
    starts = range(0, max(len(rows), 1), CHUNK_ARTICLES)
    found = Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(_count_chunk)(*columns, rows[part], *weights, in_pairs[part], MAX_TEXT_BYTES, *alphabet())
        for first in starts
        for part in [slice(first, first + CHUNK_ARTICLES)]
    )
    return [TermCounts(*chunk) for chunk in found]


def spell(title: str, text: str, place: int) -> str:
    """Give the term that stands at `place` of an article as it is written there, its word uncut."""
    within, field = (place, text) if place >= 0 else (~place, title)
    encoded = field.encode()
    tokens = find_tokens(TextColumn.from_strings([field]))
    first, words = divmod(within, 2)
    return encoded[tokens.starts[first] : tokens.stops[first + words]].decode()


@kernel
def _count_chunk(  # type: ignore[no-untyped-def]
    titles, title_offsets, texts, text_offsets, articles, title_weight, stem_characters, in_pairs, limit,
    codes, pool,
):  # fmt: skip
    """Count the terms of `articles`."""
    indptr = np.zeros(len(articles) + 1, np.int64)
    lengths = np.zeros(len(articles), np.int64)
    pairs = np.zeros(len(articles), np.int64)
    hashes = np.empty(1 << 14, np.uint64)
    counts = np.empty(len(hashes), np.float32)
    places = np.empty(len(hashes), np.int32)
    size = FIRST_BYTES
    work = scratch(size)
    terms = np.empty(size, np.uint64)
    where = np.empty(size, np.int32)
    used = 0
    for row in range(len(articles)):
        article = articles[row]
        found = 0
        for field in range(2):
            data, offsets = (titles, title_offsets) if field == 0 else (texts, text_offsets)
            begin = offsets[article]
            end = cut_at(data, begin, offsets[article + 1], limit)
            if end - begin > size:
                size = 2 * (end - begin)
                work = scratch(size)
            words, moved = tokenise_into(data, begin, end, codes, pool, _U(0), work, MAX_TOKEN_CHARACTERS)
            terms, where = with_room(terms, found, words), with_room(where, found, words)
            added, paired = _terms_of_field(
                work, words, moved, stem_characters, in_pairs[row], terms[found:], where[found:]
            )
            if field == 0:
                for k in range(added):
                    where[k] = ~where[k]
            found += added
            lengths[row] += words
            pairs[row] += paired
        hashes, counts = with_room(hashes, used, found), with_room(counts, used, found)
        places = with_room(places, used, found)
        distinct = _tally(
            terms[:found], where[:found], title_weight, hashes[used:], counts[used:], places[used:]
        )
        used += distinct
        indptr[row + 1] = used
    return indptr, hashes[:used], counts[:used], places[:used], lengths, pairs


@kernel
def _tally(terms, where, title_weight, hashes, counts, places):  # type: ignore[no-untyped-def]
    """Sort the terms of one article, add up equal ones, keep the first place of each; return how many."""
    used = 0
    for k in np.argsort(terms, kind="mergesort"):
        weight = title_weight if where[k] < 0 else np.float32(1)
        if used > 0 and hashes[used - 1] == terms[k]:
            counts[used - 1] += weight
            continue
        hashes[used] = terms[k]
        counts[used] = weight
        places[used] = where[k]
        used += 1
    return used


@kernel(inner=True)
def _terms_of_field(work, words, moved, stem_characters, in_pairs, terms, where):  # type: ignore[no-untyped-def]
    """Write the terms of one tokenised text; return their number, and how many are of two words.

    A place is twice the index of the word, plus one for a term of two words.
    """
    folded = work.moved if moved else work.folded
    classes = work.moved_classes if moved else work.classes
    added = 0
    paired = 0
    joined_before = False
    before = _U(0)
    for word in range(words):
        start = np.int64(work.starts[word])
        stop = np.int64(work.stops[word])
        alone = classes[start] & ALONE != 0
        stem = _stem(folded, start, stop, stem_characters)
        follows = False
        if word + 1 < words:
            next_start = np.int64(work.starts[word + 1])
            follows = in_pairs or (alone and next_start == stop and classes[next_start] & ALONE != 0)
        if joined_before:
            terms[added] = _pair(before, stem)
            where[added] = 2 * (word - 1) + 1
            added += 1
            paired += 1
        elif not follows:
            terms[added] = stem
            where[added] = 2 * word
            added += 1
        joined_before = follows
        before = stem
    return added, paired


@kernel(inner=True)
def _stem(folded, start, stop, stem_characters):  # type: ignore[no-untyped-def]
    """Hash the first `stem_characters` characters of a word; a number, with a digit in front, stays whole."""
    characters = 0
    is_number = 48 <= folded[start] <= 57
    mixed = _U(0xCBF29CE484222325)
    for i in range(start, stop):
        characters += folded[i] & 0xC0 != 0x80
        if characters > stem_characters and not is_number:
            break
        mixed = (mixed ^ _U(folded[i])) * _FNV
    mixed = (mixed ^ mixed >> _U(32)) * _PAIR
    return mixed ^ mixed >> _U(29)


@kernel(inner=True)
def _pair(first, second):  # type: ignore[no-untyped-def]
    mixed = (first * _FNV ^ second) * _PAIR
    return mixed ^ mixed >> _U(31)
