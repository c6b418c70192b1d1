"""The similarity join against the plain dense product."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.metrics.pairwise import cosine_similarity

from dedup.stories import join
from dedup.stories.join import cosine_join


def random_rows(seed: int, rows: int, columns: int, *, signed: bool = False) -> sparse.csr_array:
    """Rows with a few frequent and many rare columns, like words."""
    generator = np.random.default_rng(seed)
    chance = 1 / np.arange(1, columns + 1) ** 0.6
    dense = generator.random((rows, columns)) * (generator.random((rows, columns)) < chance)
    if signed:
        dense *= generator.choice([-1, 1], dense.shape)
    return sparse.csr_array(dense)


def dense_pairs(X: sparse.csr_array, threshold: float) -> set[tuple[int, int]]:
    """All pairs by brute force, zero rows left out."""
    similarity = cosine_similarity(X.toarray())
    filled = np.flatnonzero(X.power(2).sum(axis=1))
    return {(int(i), int(j)) for i in filled for j in filled if i < j and similarity[i, j] >= threshold}


@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(1, 60),
    columns=st.integers(1, 80),
    threshold=st.floats(-1, 1),
    signed=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_every_pair_at_or_above_the_threshold_is_found(
    seed: int, rows: int, columns: int, threshold: float, signed: bool
) -> None:
    X = random_rows(seed, rows, columns, signed=signed)
    i, j, similarity = cosine_join(X, threshold)
    assert set(zip(i.tolist(), j.tolist(), strict=True)) == dense_pairs(X, threshold)
    np.testing.assert_allclose(similarity, cosine_similarity(X.toarray())[i, j], atol=1e-12)


def test_pairs_across_blocks_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    X = random_rows(1, join.BLOCK_ROWS + 300, 400)
    i, j, _ = cosine_join(X, 0.6, n_jobs=2)
    near = np.triu(cosine_similarity(X) >= 0.6, 1)
    assert len(i) == near.sum()
    assert near[i, j].all()
