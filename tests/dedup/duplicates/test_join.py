from __future__ import annotations

import gzip
import json
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.corpus import TextColumn
from dedup.duplicates.bands import candidate_pairs
from dedup.duplicates.compare import compare_pairs
from dedup.duplicates.join import join_sets
from dedup.duplicates.shingles import ShingleSets
from dedup.duplicates.verification import shingle_lengths
from dedup.settings import DuplicateSettings

sets = st.lists(st.sets(st.integers(1, 40), max_size=25), min_size=1, max_size=12)


def as_arrays(python_sets: list[set[int]]) -> ShingleSets:
    offsets = np.concatenate([[0], np.cumsum([len(numbers) for numbers in python_sets])])
    return ShingleSets(np.array([n for numbers in python_sets for n in sorted(numbers)], np.uint64), offsets)


@settings(deadline=None)
@given(sets, st.sampled_from([0.2, 1 / 3, 0.5, 0.9, 1.0]))
def test_the_join_finds_what_comparing_all_with_all_finds(python_sets, share):
    wanted = [
        (i, j)
        for i, one in enumerate(python_sets)
        for j, other in enumerate(python_sets)
        if i < j and one & other and len(one & other) >= share * min(len(one), len(other)) - 1e-9
    ]
    found = join_sets(as_arrays(python_sets), share)
    assert [(int(pair) >> 32, int(pair) & 0xFFFFFFFF) for pair in found] == wanted


def latin_words(rng: np.random.Generator, count: int) -> list[str]:
    return [f"w{number}" for number in rng.integers(0, 30_000, count)]


def characters(rng: np.random.Generator, count: int, first: str, alphabet: int) -> list[str]:
    """Words of two characters, the first ones of the alphabet more frequent."""
    ranks = (alphabet * rng.random((count, 2)) ** 2).astype(int)
    return ["".join(chr(ord(first) + rank) for rank in word) for word in ranks.tolist()]


def edited_corpus(seed: int, words_of=latin_words, blank: str = " ") -> TextColumn:
    """Articles, each with an edit of random depth and a cut of random length."""
    rng = np.random.default_rng(seed)
    texts = []
    for _ in range(300):
        words = words_of(rng, rng.integers(60, 500))
        rate, start = rng.uniform(0, 0.25), rng.uniform(0, 0.7)
        cut = words[int(start * len(words)) : int((start + rng.uniform(0.2, 0.3)) * len(words)) + 1]
        texts += [
            blank.join(words),
            blank.join(w if rng.random() > rate else words_of(rng, 1)[0] for w in words),
            blank.join(cut),
        ]
    return TextColumn.from_strings(texts)


def test_signatures_and_samples_miss_next_to_nothing_that_the_join_finds():
    texts = edited_corpus(11)
    lsh, exact = (candidate_pairs(texts, DuplicateSettings(candidates=kind)) for kind in ("lsh", "exact"))
    compared = compare_pairs(texts, exact.a, exact.b, DuplicateSettings())
    was_found = np.isin(exact.a << 32 | exact.b, lsh.a << 32 | lsh.b)
    assert was_found[compared.jaccard >= 0.4].mean() >= 0.98
    shorter = np.minimum(compared.size_a, compared.size_b) / np.maximum(compared.size_a, compared.size_b)
    cut = (np.maximum(compared.containment_a, compared.containment_b) >= 0.6) & (shorter >= 0.2)
    assert was_found[cut & (compared.jaccard < 0.25)].mean() >= 0.9
    assert (cut & (compared.jaccard < 0.25)).sum() > 50


@pytest.mark.parametrize(("first", "alphabet"), [("一", 3000), ("ก", 46), ("က", 34)])
def test_candidates_in_scripts_without_blanks_miss_next_to_nothing(first, alphabet):
    """Candidates share five characters; what they are judged by is longer."""
    texts = edited_corpus(13, partial(characters, first=first, alphabet=alphabet), blank="")
    a, b = np.triu_indices(9, 1)
    a, b = (np.concatenate([side + 9 * block for block in range(100)]) for side in (a, b))
    length = int(shingle_lengths(texts, a[:1], b[:1], DuplicateSettings())[0])
    compared = compare_pairs(texts, a, b, DuplicateSettings(shingle_words=length))
    found = candidate_pairs(texts, DuplicateSettings())
    a, b = found.copy_of[a], found.copy_of[b]
    was_found = (a == b) | np.isin(np.minimum(a, b) << 32 | np.maximum(a, b), found.a << 32 | found.b)
    assert length in (8, 16)
    assert was_found[compared.jaccard >= 0.4].mean() >= 0.98
    shorter = np.minimum(compared.size_a, compared.size_b) / np.maximum(compared.size_a, compared.size_b)
    cut = (np.maximum(compared.containment_a, compared.containment_b) >= 0.6) & (shorter >= 0.2)
    assert was_found[cut].mean() >= 0.9
    assert cut.sum() > 100


def test_every_pair_of_the_join_is_similar_enough():
    texts = edited_corpus(12)
    exact = candidate_pairs(texts, DuplicateSettings(candidates="exact", candidate_jaccard=0.5), n_jobs=2)
    compared = compare_pairs(texts, exact.a, exact.b, DuplicateSettings())
    assert np.maximum(compared.containment_a, compared.containment_b).min() >= 2 * 0.5 / 1.5 - 1e-9
    assert len(exact.a) > 100


@pytest.mark.shared
@pytest.mark.parametrize("corpus", ["id_clickid_2019", "id_indonews_2025", "reuters21578"])
def test_no_copy_among_real_articles_is_missed(shared_data, corpus):
    with gzip.open(shared_data / "corpora" / f"{corpus}.jsonl.gz", "rt") as lines:
        texts = TextColumn.from_strings(json.loads(line).get("text") or "" for line in lines)
    lsh, exact = (candidate_pairs(texts, DuplicateSettings(candidates=kind)) for kind in ("lsh", "exact"))
    compared = compare_pairs(texts, exact.a, exact.b, DuplicateSettings())
    was_found = np.isin(exact.a << 32 | exact.b, lsh.a << 32 | lsh.b)
    assert was_found[compared.jaccard >= 0.4].mean() >= 0.995
    shorter = np.minimum(compared.size_a, compared.size_b) / np.maximum(compared.size_a, compared.size_b)
    cut = (np.maximum(compared.containment_a, compared.containment_b) >= 0.6) & (shorter >= 0.2)
    assert was_found[cut & (compared.shared >= 8)].mean() >= 0.98
