from __future__ import annotations

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.corpus import TextColumn
from dedup.duplicates.bands import MISS_WEIGHT, _band_pairs, band_keys, band_shape
from dedup.duplicates.shingles import _sets_of, shingle_key, shingle_sets
from dedup.duplicates.signatures import permutations, sign
from dedup.settings import DuplicateSettings
from dedup.text.alphabet import alphabet

any_settings = st.builds(
    DuplicateSettings,
    shingle_words=st.integers(1, 7),
    permutations=st.sampled_from([16, 31, 128]),
    seed=st.integers(0, (1 << 32) - 1),
)
words = st.sampled_from(["the", "of", "Köln", "東京", "rate", "said", "ноты", "a", "12", "rose", "again"])
texts = st.one_of(st.text(max_size=60), st.lists(words, max_size=60).map(" ".join))


def datasketch_signature(shingles: np.ndarray, chosen: DuplicateSettings) -> MinHash:
    sketch = MinHash(
        chosen.permutations, chosen.seed, hashfunc=lambda value: int(value) & 0xFFFFFFFF, scheme="affine32"
    )
    if len(shingles):
        sketch.update_batch(shingles)
    return sketch


@settings(deadline=None)
@given(st.lists(texts, min_size=1, max_size=5), any_settings)
def test_signatures_are_datasketch_s_own(column, chosen):
    column = TextColumn.from_strings(column)
    signatures = sign(column, chosen)
    sets = shingle_sets(column, np.arange(len(column)), chosen)
    for row in range(len(column)):
        shingles = sets.values[sets.offsets[row] : sets.offsets[row + 1]]
        assert np.array_equal(signatures.values[row], datasketch_signature(shingles, chosen).hashvalues)


@settings(deadline=None)
@given(st.lists(texts, min_size=1, max_size=5), any_settings)
def test_samples_are_the_small_shingle_hashes(column, chosen):
    column = TextColumn.from_strings(column)
    signatures = sign(column, chosen)
    sets = shingle_sets(column, np.arange(len(column)), chosen)
    for row in range(len(column)):
        shingles = sets.values[sets.offsets[row] : sets.offsets[row + 1]]
        kept = signatures.samples[signatures.sample_offsets[row] : signatures.sample_offsets[row + 1]]
        if (signatures.digests[:row] == signatures.digests[row]).all(axis=1).any():
            assert not len(kept)
            continue
        assert set(kept.tolist()) == {
            v for v in shingles.tolist() if v < ((1 << 64) - 1) // chosen.sample_every
        }


@given(st.integers(0, (1 << 32) - 1), st.sampled_from([16, 31, 128, 1024]))
def test_permutations_are_datasketch_s_own(seed, number):
    drawn = permutations(DuplicateSettings(seed=seed, permutations=number))
    theirs = MinHash(number, seed, scheme="affine32").permutations
    assert all(
        np.array_equal(ours, other) and ours.dtype == other.dtype
        for ours, other in zip(drawn, theirs, strict=True)
    )


@pytest.mark.parametrize("number", [16, 100, 128, 256])
def test_bands_are_shaped_as_datasketch_shapes_them(number):
    for jaccard in (0.05, 0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        index = MinHashLSH(jaccard, number, weights=(1 - MISS_WEIGHT, MISS_WEIGHT))
        assert band_shape(jaccard, number) == (index.b, index.r)


def test_buckets_are_those_of_datasketch_s_index():
    rng = np.random.default_rng(3)
    base = [" ".join(f"w{number}" for number in rng.integers(0, 400, 120)) for _ in range(40)]
    column = TextColumn.from_strings(
        " ".join(word for word in text.split() if rng.random() > 0.03 * copy)
        for text in base
        for copy in range(4)
    )
    chosen = DuplicateSettings(candidate_jaccard=0.4)
    signatures = sign(column, chosen)
    shape = band_shape(chosen.candidate_jaccard, chosen.permutations)
    index = MinHashLSH(num_perm=chosen.permutations, params=shape)
    sketches = [
        MinHash(hashvalues=values, scheme="affine32", seed=chosen.seed) for values in signatures.values
    ]
    for row, sketch in enumerate(sketches):
        index.insert(row, sketch)
    wanted = {
        (row, other) for row, sketch in enumerate(sketches) for other in index.query(sketch) if row < other
    }
    rows = np.arange(len(column))
    found = set()
    for band in range(shape[0]):
        keys = band_keys(signatures.values, rows, band, shape[1])
        pairs, _ = _band_pairs(signatures.values, rows, keys, np.argsort(keys), len(rows), 0)
        found |= {(int(pair) >> 32, int(pair) & 0xFFFFFFFF) for pair in pairs}
    assert found == wanted
    assert len(wanted) > 100


def test_another_seed_gives_other_hashes_and_the_same_sets():
    column = TextColumn.from_strings(["one two three four five six seven eight nine ten eleven"])
    one, other = (shingle_sets(column, np.arange(1), DuplicateSettings(seed=seed)) for seed in (1, 2))
    assert len(one.values) == len(other.values) == 7
    assert not np.intersect1d(one.values, other.values).size


@settings(deadline=None)
@given(st.lists(st.sampled_from("abcde"), max_size=400), st.integers(1, 6))
def test_a_set_holds_each_run_of_words_once(letters, length):
    chosen = DuplicateSettings(shingle_words=length)
    column = TextColumn.from_strings([" ".join(letters)])
    sets = shingle_sets(column, np.arange(1), chosen)
    runs = (
        {tuple(letters[i : i + length]) for i in range(max(1, len(letters) - length + 1))}
        if letters
        else set()
    )
    assert len(sets.values) == len(runs)
    assert np.all(np.diff(sets.values.astype(object)) > 0)


def test_a_text_of_one_repeated_word_takes_no_longer_than_any_other():
    column = TextColumn.from_strings(["spam " * 150_000, "spam ham eggs " * 50_000])
    values, ends = _sets_of(
        column.data, column.offsets, np.arange(2), 1 << 20, 256, *alphabet(), shingle_key(DuplicateSettings())
    )
    assert np.diff(ends).tolist() == [1, 3]
    assert len(values) == 4


def test_threads_change_nothing():
    column = TextColumn.from_strings(
        f"report {i % 7} of {i % 11} and then some more words {i % 13}" for i in range(3000)
    )
    one, two = (sign(column, DuplicateSettings(), n_jobs=jobs) for jobs in (1, 2))
    for name in ("values", "words", "digests", "samples", "sample_offsets"):
        assert np.array_equal(getattr(one, name), getattr(two, name))


def test_texts_in_a_file_are_signed_like_texts_in_memory(tmp_path):
    column = TextColumn.from_strings(
        f"report {i % 7} of {i % 11} and then some more {i % 13}" * 9 for i in range(2500)
    )
    column.data.tofile(tmp_path / "texts")
    mapped = TextColumn(np.memmap(tmp_path / "texts", np.uint8, "r"), column.offsets)
    one, other = (sign(texts, DuplicateSettings(), n_jobs=2) for texts in (column, mapped))
    assert np.array_equal(one.values, other.values)
    assert np.array_equal(one.samples, other.samples)
    assert list(mapped) == list(column)


def test_no_texts_have_no_signatures():
    signatures = sign(TextColumn.from_strings([]), DuplicateSettings())
    assert signatures.values.shape == (0, 128)
    assert len(signatures.samples) == 0
    assert signatures.sample_offsets.tolist() == [0]
