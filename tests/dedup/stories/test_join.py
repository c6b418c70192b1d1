"""The similarity join against the plain dense product."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.metrics.pairwise import cosine_similarity

from dedup.stories import join, postings
from dedup.stories.join import cosine_join

if TYPE_CHECKING:
    from numpy.typing import NDArray


def random_rows(seed: int, rows: int, columns: int, *, signed: bool = False) -> sparse.csr_array:
    """Rows with a few frequent and many rare columns, like words; some rows are zero."""
    generator = np.random.default_rng(seed)
    chance = 1 / np.arange(1, columns + 1) ** 0.6
    dense = generator.random((rows, columns)) * (generator.random((rows, columns)) < chance)
    dense[3::17] = 0
    if signed:
        dense *= generator.choice([-1, 1], dense.shape)
    return sparse.csr_array(dense)


def dense_pairs(X: sparse.csr_array, threshold: float) -> set[tuple[int, int]]:
    """All pairs by brute force, zero rows left out."""
    similarity = cosine_similarity(X.toarray())
    filled = np.flatnonzero(np.diff(X.indptr))
    return {(int(i), int(j)) for i in filled for j in filled if i < j and similarity[i, j] >= threshold}


def same(a: tuple[NDArray[np.generic], ...], b: tuple[NDArray[np.generic], ...]) -> bool:
    return all(x.tobytes() == y.tobytes() for x, y in zip(a, b, strict=True))


@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(0, 60),
    columns=st.integers(1, 80),
    threshold=st.floats(-1, 1),
    signed=st.booleans(),
)
@settings(max_examples=80, deadline=None)
def test_every_pair_at_or_above_the_threshold_is_found(
    seed: int, rows: int, columns: int, threshold: float, signed: bool
) -> None:
    X = random_rows(seed, rows, columns, signed=signed)
    i, j, similarity = cosine_join(X, threshold)
    if rows:
        assert set(zip(i.tolist(), j.tolist(), strict=True)) == dense_pairs(X, threshold)
        np.testing.assert_allclose(similarity, cosine_similarity(X.toarray())[i, j], atol=1e-12)
    else:
        assert len(i) == len(j) == len(similarity) == 0


@pytest.mark.parametrize("share", [0.0, 1.4, 5.0])
@pytest.mark.parametrize("signed", [False, True])
def test_how_much_is_left_to_bounds_changes_nothing(
    share: float, signed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postings, "BOUND_SHARE", share)
    X = random_rows(3, 200, 900, signed=signed)
    threshold = 0.1 if signed else 0.2
    i, j, _ = cosine_join(X, threshold)
    assert len(i) > 20
    assert set(zip(i.tolist(), j.tolist(), strict=True)) == dense_pairs(X, threshold)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (join, postings):
        monkeypatch.setattr(module, "BLOCK_ROWS", 32)


@pytest.mark.usefixtures("small_blocks")
def test_pairs_across_blocks_are_found() -> None:
    X = random_rows(1, 150, 60)
    i, j, _ = cosine_join(X, 0.6)
    assert set(zip(i.tolist(), j.tolist(), strict=True)) == dense_pairs(X, 0.6)


@pytest.mark.usefixtures("small_blocks")
def test_any_number_of_threads_gives_the_same_bytes() -> None:
    X = random_rows(2, 200, 60)
    assert same(cosine_join(X, 0.5, n_jobs=1), cosine_join(X, 0.5, n_jobs=3))


def test_a_pair_has_the_same_similarity_in_any_company() -> None:
    X = random_rows(4, 80, 50)
    i, j, similarity = cosine_join(X, 0.2)
    for k in range(0, len(i), 97):
        alone = cosine_join(X[[j[k], i[k]]], 0.2)[2]
        assert alone[0] == similarity[k]


def test_the_boundary_itself_is_kept() -> None:
    X = random_rows(5, 40, 30)
    for value in cosine_join(X, 0.3)[2][:20]:
        assert value in cosine_join(X, float(value))[2]
        assert value not in cosine_join(X, float(np.nextafter(value, 1)))[2]


def test_layout_and_scale_of_the_input_do_not_matter() -> None:
    X = random_rows(6, 30, 20)
    coo = X.tocoo()
    halves = sparse.coo_array(
        (
            np.r_[coo.data, coo.data, 0.0] / 2,
            (np.r_[coo.row, coo.row, 0][::-1], np.r_[coo.col, coo.col, 19][::-1]),
        ),
        shape=X.shape,
    )
    messy = sparse.csr_array((halves.data[::-1], (halves.row, halves.col)), shape=X.shape)
    huge = sparse.csr_array(X * 1e250)
    assert same(cosine_join(X, 0.4)[:2], cosine_join(messy, 0.4)[:2])
    assert same(cosine_join(X, 0.4)[:2], cosine_join(huge, 0.4)[:2])
    assert same(
        cosine_join(X.astype(np.float32), 0.4)[:2], cosine_join(X.astype(np.float32).toarray(), 0.4)[:2]
    )


def test_the_callers_matrix_is_left_alone() -> None:
    X = random_rows(7, 20, 20)
    before = X.copy()
    cosine_join(X, 0.1)
    assert (before != X).nnz == 0


def test_rows_of_zeros_are_in_no_pair() -> None:
    X = sparse.csr_array(np.array([[0.0, 0.0], [1.0, 2.0], [0.0, 0.0], [2.0, 4.0]]))
    i, j, similarity = cosine_join(X, -1.0)
    assert (i.tolist(), j.tolist()) == ([1], [3])
    assert similarity[0] == pytest.approx(1)
    assert similarity[0] <= 1


@given(seed=st.integers(0, 10**6), window=st.floats(0, 12), threshold=st.floats(0, 0.8))
@settings(max_examples=40, deadline=None)
def test_a_window_keeps_just_the_pairs_within_it(seed: int, window: float, threshold: float) -> None:
    generator = np.random.default_rng(seed)
    X = random_rows(seed, 40, 20)
    times = generator.integers(0, 30, 40) / 3
    times[generator.random(40) < 0.2] = np.nan
    everything = cosine_join(X, threshold)
    apart = np.abs(times[everything[0]] - times[everything[1]])
    expected = tuple(part[~(apart > window)] for part in everything)
    assert same(cosine_join(X, threshold, times=times, window=window), expected)


@pytest.mark.usefixtures("small_blocks")
def test_blocks_that_a_window_cannot_reach_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def note(*arguments: object) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        seen.append(arguments)
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)

    monkeypatch.setattr(join, "_join_blocks", note)
    cosine_join(random_rows(8, 320, 20), 0.5, times=np.arange(320.0), window=10.0)
    assert len(seen) == 10 + 9


def test_half_a_window_is_refused() -> None:
    X = random_rows(9, 5, 5)
    with pytest.raises(ValueError, match="belong together"):
        cosine_join(X, 0.5, window=3.0)
    with pytest.raises(ValueError, match=r"shape \(5,\)"):
        cosine_join(X, 0.5, window=3.0, times=[1.0, 2.0])
    with pytest.raises(ValueError, match="infinity"):
        cosine_join(X, 0.5, window=3.0, times=[1.0, 2.0, 3.0, 4.0, np.inf])


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        cosine_join(np.array([[np.nan, 1.0], [1.0, 1.0]]), 0.5)
