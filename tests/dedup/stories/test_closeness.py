"""Closeness to the middle of a story."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from dedup.stories.closeness import closeness


def test_closeness_is_the_cosine_with_the_sum_of_the_distinct_texts():
    rng = np.random.default_rng(3)
    dense = rng.random((6, 9)) * (rng.random((6, 9)) < 0.5)
    dense[4] = 0.0
    dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-12)
    groups = np.array([0, 1, 0, 1, 0, 1, 1, 2])
    vector_of = np.array([0, 1, 2, 3, 4, 5, 5, 0])
    found = closeness(sparse.csr_array(dense), vector_of, groups)
    for group in (0, 1):
        total = dense[np.unique(vector_of[groups == group])].sum(axis=0)
        expected = dense[vector_of[groups == group]] @ total / np.linalg.norm(total)
        np.testing.assert_allclose(found[groups == group], expected, atol=1e-6)


def test_an_article_alone_is_its_own_middle():
    assert closeness(sparse.csr_array((1, 3)), np.array([0, 0]), np.array([0, 0])).tolist() == [1.0, 1.0]
