"""Unit rows, their digests and their products."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from dedup.stories.rows import content_digests, pair_dots, unit_rows


def test_rows_have_length_one_whatever_their_scale() -> None:
    rows = unit_rows(np.array([[3.0, 4.0], [3e300, 4e300], [3e-320, 4e-320], [-3.0, 4.0]]))
    np.testing.assert_allclose(rows.toarray()[[0, 1, 3]], [[0.6, 0.8], [0.6, 0.8], [-0.6, 0.8]])
    np.testing.assert_allclose(np.sqrt(rows.power(2).sum(axis=1)), 1)


def test_rows_come_sorted_without_repeats_and_zeros() -> None:
    messy = sparse.csr_array(
        (np.array([1.0, 0.0, 2.0, 1.0, -1.0, 5.0]), np.array([2, 1, 0, 2, 1, 1]), np.array([0, 4, 6, 6])),
        shape=(3, 3),
    )
    rows = unit_rows(messy)
    assert rows.indices.tolist() == [0, 2, 1]
    assert rows.indptr.tolist() == [0, 2, 3, 3]
    np.testing.assert_allclose(rows.toarray(), [[0.5**0.5, 0, 0.5**0.5], [0, 1, 0], [0, 0, 0]])


def test_what_is_no_matrix_of_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="infinity"):
        unit_rows(np.array([[np.inf, 1.0]]))
    with pytest.raises(ValueError, match="2D"):
        unit_rows(np.array([1.0, 2.0]))


def test_digests_tell_contents_apart_and_nothing_else() -> None:
    generator = np.random.default_rng(1)
    dense = generator.random((500, 12)) * (generator.random((500, 12)) < 0.5)
    rows = unit_rows(np.concatenate((dense, dense[::-1])))
    digests = content_digests(rows)
    assert (digests[:500] == digests[500:][::-1]).all()
    assert len(np.unique(digests)) == len(np.unique(dense, axis=0))


def test_a_value_in_another_column_has_another_digest() -> None:
    assert len(set(content_digests(unit_rows(np.eye(6))).tolist())) == 6


def test_dot_products_are_those_of_the_matrix_in_any_order_of_pairs() -> None:
    rows = unit_rows(np.random.default_rng(2).random((20, 9)) - 0.4)
    left, right = np.random.default_rng(3).integers(0, 20, (2, 200))
    arrays = rows.indptr[:-1], rows.indptr[1:], rows.indices, rows.data
    expected = (rows @ rows.T).toarray()[left, right]
    np.testing.assert_allclose(pair_dots(*arrays, left, right, 9), expected)
    swapped = pair_dots(*arrays, right, left, 9)
    assert pair_dots(*arrays, left, right, 9).tobytes() == swapped.tobytes()
