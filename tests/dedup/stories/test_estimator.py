"""The estimator against scikit-learn's dense one and against its own promises."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.utils.estimator_checks import parametrize_with_checks

from dedup.stories import join, postings, sums
from dedup.stories.estimator import SparseAgglomerativeClustering


def random_rows(seed: int, rows: int, columns: int, *, signed: bool = False) -> NDArray[np.float64]:
    """Rows with few entries; the first column keeps each from being zero."""
    generator = np.random.default_rng(seed)
    dense = generator.random((rows, columns)) * (generator.random((rows, columns)) < 0.3)
    if signed:
        dense *= generator.choice([-1, 1], dense.shape)
    dense[:, 0] += 0.01 + 0.2 * generator.random(rows)
    return np.asarray(dense)


def fit(X: object, cut: float, **options: object) -> SparseAgglomerativeClustering:
    return SparseAgglomerativeClustering(distance_threshold=cut, **options).fit(X)


def scikit_learn(X: NDArray[np.float64], cut: float) -> AgglomerativeClustering:
    clustering = AgglomerativeClustering(
        metric="cosine", linkage="average", distance_threshold=cut, n_clusters=None
    )
    return clustering.fit(X)


def as_sets(labels: NDArray[np.int64]) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels)}


def permuted_sets(labels: NDArray[np.int64], order: NDArray[np.int64]) -> set[frozenset[int]]:
    return {frozenset(order[list(rows)].tolist()) for rows in as_sets(labels)}


@parametrize_with_checks([SparseAgglomerativeClustering(), SparseAgglomerativeClustering(n_jobs=2)])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_it_keeps_scikit_learns_rules_for_estimators(
    estimator: object, check: Callable[[object], None]
) -> None:
    check(estimator)


@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(2, 70),
    columns=st.integers(2, 40),
    cut=st.floats(0.02, 1.3),
    signed=st.booleans(),
)
@settings(max_examples=120, deadline=None)
def test_the_partition_and_the_tree_are_scikit_learns(
    seed: int, rows: int, columns: int, cut: float, signed: bool
) -> None:
    X = random_rows(seed, rows, columns, signed=signed)
    dense, ours = scikit_learn(X, cut), fit(sparse.csr_array(X), cut)
    assume(np.abs(dense.distances_ - cut).min() > 1e-9)
    assume(np.diff(dense.distances_).min(initial=1) > 1e-9)
    assert as_sets(ours.labels_) == as_sets(dense.labels_)
    assert ours.n_clusters_ == dense.n_clusters_
    made = len(ours.children_)
    np.testing.assert_allclose(ours.distances_, dense.distances_[:made], atol=1e-12)
    np.testing.assert_array_equal(ours.children_, np.sort(dense.children_[:made], axis=1))


def test_the_cut_itself_keeps_clusters_apart() -> None:
    X = random_rows(1, 30, 10)
    for distance in fit(X, 0.6).distances_:
        assert fit(X, float(distance)).distances_.max(initial=0) < distance
        assert distance in fit(X, float(np.nextafter(distance, 2))).distances_


@given(
    seed=st.integers(0, 10**6), rows=st.integers(2, 60), cut=st.floats(0.05, 1.1), levels=st.integers(1, 3)
)
@settings(max_examples=80, deadline=None)
def test_the_order_of_rows_does_not_matter_even_where_distances_tie(
    seed: int, rows: int, cut: float, levels: int
) -> None:
    generator = np.random.default_rng(seed)
    X = generator.integers(0, levels + 1, (rows, 5)).astype(float)
    X[:, 0] += X.sum(axis=1) == 0
    order = generator.permutation(rows)
    one, other = fit(sparse.csr_array(X), cut), fit(sparse.csr_array(X[order]), cut)
    assert permuted_sets(other.labels_, order) == as_sets(one.labels_)
    assert one.distances_.tobytes() == other.distances_.tobytes()


@given(seed=st.integers(0, 10**6), rows=st.integers(2, 40), cut=st.floats(0.05, 0.95))
@settings(max_examples=60, deadline=None)
def test_with_ties_it_is_a_valid_average_linkage(seed: int, rows: int, cut: float) -> None:
    """Every merge joins a pair of clusters at the least mean distance there is, until none is below the cut."""
    X = np.random.default_rng(seed).integers(0, 2, (rows, 4)).astype(float)
    X[:, 0] += X.sum(axis=1) == 0
    distance = 1 - cosine_similarity(X)
    ours = fit(X, cut)
    clusters = {i: [i] for i in range(rows)}

    def mean(a: int, b: int) -> float:
        return float(distance[np.ix_(clusters[a], clusters[b])].mean())

    def least() -> float:
        return min((mean(a, b) for a in clusters for b in clusters if a < b), default=np.inf)

    for k, (a, b) in enumerate(ours.children_.tolist()):
        assert mean(a, b) == pytest.approx(least(), abs=1e-9)
        assert ours.distances_[k] == pytest.approx(mean(a, b), abs=1e-9)
        clusters[rows + k] = clusters.pop(a) + clusters.pop(b)
    assert least() > cut - 1e-9
    assert as_sets(ours.labels_) == {frozenset(members) for members in clusters.values()}


def test_any_number_of_threads_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sums, "PARALLEL_DOTS", 10)
    for module in (join, postings):
        monkeypatch.setattr(module, "BLOCK_ROWS", 64)
    X = sparse.csr_array(random_rows(2, 300, 60))
    one, many = fit(X, 0.7, n_jobs=1), fit(X, 0.7, n_jobs=3)
    assert one.labels_.tobytes() == many.labels_.tobytes()
    assert one.children_.tobytes() == many.children_.tobytes()
    assert one.distances_.tobytes() == many.distances_.tobytes()


@given(seed=st.integers(0, 10**6), cut=st.floats(0.1, 0.9))
@settings(max_examples=40, deadline=None)
def test_a_weight_stands_for_as_many_equal_rows(seed: int, cut: float) -> None:
    generator = np.random.default_rng(seed)
    X = random_rows(seed, 25, 12)
    weights = generator.integers(1, 5, 25)
    first = np.cumsum(weights) - weights
    weighted = SparseAgglomerativeClustering(distance_threshold=cut).fit(X, sample_weight=weights)
    repeated = fit(np.repeat(X, weights, axis=0), cut)
    assert as_sets(weighted.labels_) == as_sets(repeated.labels_[first])


def test_rows_of_zeros_and_of_no_weight_stay_alone_and_change_nothing() -> None:
    X = random_rows(3, 30, 8)
    X[[4, 9]] = 0
    weights = np.ones(30)
    weights[[0, 17]] = 0
    out = [0, 4, 9, 17]
    rest = np.delete(np.arange(30), out)
    ours = SparseAgglomerativeClustering(distance_threshold=0.6).fit(X, sample_weight=weights)
    assert as_sets(ours.labels_) == permuted_sets(fit(X[rest], 0.6).labels_, rest) | {
        frozenset([row]) for row in out
    }
    assert ours.n_clusters_ == ours.labels_.max() + 1


def test_equal_rows_come_together_first_at_distance_zero() -> None:
    X = np.repeat(random_rows(4, 5, 6), 3, axis=0)
    ours = fit(X, 1e-9)
    assert as_sets(ours.labels_) == {frozenset(range(i, i + 3)) for i in range(0, 15, 3)}
    np.testing.assert_allclose(ours.distances_, 0, atol=1e-15)


def test_one_row_is_one_cluster() -> None:
    ours = fit(np.array([[1.0, 2.0]]), 0.5)
    assert ours.labels_.tolist() == [0]
    assert ours.children_.shape == (0, 2)


def test_labels_are_numbered_by_first_row() -> None:
    labels = fit(random_rows(5, 60, 20), 0.5).labels_
    firsts = np.unique(labels, return_index=True)[1]
    assert (np.diff(firsts) > 0).all()


def test_layout_and_kind_of_numbers_do_not_matter() -> None:
    X = random_rows(6, 40, 10).astype(np.float32)
    coo = sparse.coo_array(X)
    unsorted = sparse.csr_array(
        (
            np.r_[coo.data[::-1] / 2, coo.data / 2],
            (np.r_[coo.row[::-1], coo.row], np.r_[coo.col[::-1], coo.col]),
        ),
        shape=X.shape,
    )
    expected = as_sets(fit(X.astype(np.float64), 0.5).labels_)
    for form in (X, sparse.csr_array(X), sparse.csr_matrix(X), sparse.csc_array(X), unsorted):
        assert as_sets(fit(form, 0.5).labels_) == expected


@given(seed=st.integers(0, 10**6), window=st.floats(0, 10), cut=st.floats(0.2, 1.1))
@settings(max_examples=60, deadline=None)
def test_a_window_forbids_clusters_that_span_more(seed: int, window: float, cut: float) -> None:
    """Same as greedy average linkage that never looks at a forbidden pair."""
    generator = np.random.default_rng(seed)
    X = random_rows(seed, 25, 12) + 0.01 * generator.random((25, 12))  # no two alike, so that nothing ties
    times = generator.random(25) * 12
    times[generator.random(25) < 0.2] = np.nan
    ours = SparseAgglomerativeClustering(distance_threshold=cut, window=window).fit(X, times=times)
    distance = 1 - cosine_similarity(X)
    clusters = [[i] for i in range(25)]

    def allowed(a: list[int], b: list[int]) -> bool:
        known = times[a + b][~np.isnan(times[a + b])]
        return len(known) == 0 or float(np.ptp(known)) <= window

    while True:
        options = [
            (float(distance[np.ix_(a, b)].mean()), a, b)
            for k, a in enumerate(clusters)
            for b in clusters[:k]
            if allowed(a, b)
        ]
        if not options or min(options)[0] >= cut:
            break
        _, a, b = min(options)
        clusters = [c for c in clusters if c not in (a, b)] + [a + b]
    assert as_sets(ours.labels_) == {frozenset(members) for members in clusters}


def test_a_window_without_times_is_refused() -> None:
    with pytest.raises(ValueError, match="belong together"):
        fit(random_rows(7, 5, 5), 0.5, window=3.0)
    with pytest.raises(ValueError, match="belong together"):
        SparseAgglomerativeClustering().fit(random_rows(7, 5, 5), times=np.zeros(5))


def test_sum_vectors_survive_many_compactions() -> None:
    """A chain of rows, each nearest to what has merged before, grows one cluster round by round."""
    rows = 80
    X = np.tril(np.ones((rows, rows))) + 0.01 * random_rows(8, rows, rows)
    dense, ours = scikit_learn(X, 0.9), fit(X, 0.9)
    assert as_sets(ours.labels_) == as_sets(dense.labels_)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["indonews", "basil"])
@pytest.mark.parametrize("cut", [0.6, 0.75, 0.9])
def test_the_partition_of_real_articles_is_scikit_learns(shared_data: Path, name: str, cut: float) -> None:
    with gzip.open(shared_data / "stories" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    X = TfidfVectorizer(sublinear_tf=True, min_df=2, max_df=0.3).fit_transform(
        f"{article.get('title', '')} {article.get('text', '')}" for article in articles
    )
    X = sparse.csr_array(X)[np.diff(X.indptr) > 0]
    assert as_sets(fit(X, cut).labels_) == as_sets(scikit_learn(X.toarray(), cut).labels_)
