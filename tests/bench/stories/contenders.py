"""One contender in a process of its own: load vectors, work, print seconds and peak memory as JSON.

    python -m tests.bench.stories.contenders NAME VECTORS.npz OUT.npy [--jobs 2]

The clock runs from vectors in memory to the result; compiled kernels are warm.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics.pairwise import cosine_distances

from dedup.settings import StorySettings
from dedup.stories.estimator import SparseAgglomerativeClustering
from dedup.stories.join import cosine_join

#: Where joins stop and both clusterings cut: cosine similarity .26.
JOIN_COSINE = 0.26
ARTICLES_A_DAY, WINDOW_DAYS = 400, 30
_PEER_ROWS = 5_000

Labels = NDArray[np.int64]


def join(X: sparse.csr_array, jobs: int) -> NDArray[np.int64]:
    """Join with this project's method; the result is the number of pairs."""
    return np.array([len(cosine_join(X, JOIN_COSINE, n_jobs=jobs)[0])])


def join_sparse_dot_topn(X: sparse.csr_array, jobs: int) -> NDArray[np.int64]:
    """Join by blocks of the sparse product, the upper triangle kept."""
    from sparse_dot_topn import sp_matmul_topn  # noqa: PLC0415  (a peer, not a dependency)

    transposed = sparse.csr_matrix(X.T.tocsr())
    pairs = 0
    for low in range(0, X.shape[0], _PEER_ROWS):
        rows = sparse.csr_matrix(X[low : low + _PEER_ROWS])
        product = sp_matmul_topn(rows, transposed, top_n=3000, threshold=JOIN_COSINE, n_threads=jobs).tocoo()
        pairs += int((product.col > product.row + low).sum())
    return np.array([pairs])


def cluster(X: sparse.csr_array, jobs: int) -> Labels:
    """One level with this project's estimator."""
    return np.asarray(_fit(X, 1 - JOIN_COSINE, jobs))


def cluster_scikit_learn(X: sparse.csr_array, _: int) -> Labels:
    """One level with scikit-learn, from the matrix of distances.

    Fed the rows instead, it would have to hold them dense and compare them column by column: hours.
    """
    clustering = AgglomerativeClustering(
        metric="precomputed", linkage="average", distance_threshold=1 - JOIN_COSINE, n_clusters=None
    )
    return np.asarray(clustering.fit(cosine_distances(X)).labels_)


def two_levels(X: sparse.csr_array, jobs: int) -> Labels:
    """Events, then stories over the events' sum vectors, at the default cuts."""
    events = _fit(X, StorySettings().event_cut, jobs)
    members = sparse.csr_array((np.ones(len(events), np.float32), (events, np.arange(len(events)))))
    return np.asarray(_fit(sparse.csr_array(members @ X), StorySettings().story_cut, jobs)[events])


def events_in_a_window(X: sparse.csr_array, jobs: int) -> Labels:
    """Events where so many articles a day are dated in random order, and none may span more than the window."""
    days = np.random.default_rng(1).permutation(X.shape[0]) / ARTICLES_A_DAY
    events = SparseAgglomerativeClustering(
        distance_threshold=StorySettings().event_cut, window=WINDOW_DAYS, n_jobs=jobs
    )
    return np.asarray(events.fit(X, times=days).labels_)


def _fit(X: sparse.csr_array, cut: float, jobs: int) -> Labels:
    return np.asarray(SparseAgglomerativeClustering(distance_threshold=cut, n_jobs=jobs).fit(X).labels_)


CONTENDERS: dict[str, Callable[[sparse.csr_array, int], NDArray[np.int64]]] = {
    "join": join,
    "join-sparse_dot_topn": join_sparse_dot_topn,
    "cluster": cluster,
    "cluster-scikit-learn": cluster_scikit_learn,
    "two-levels": two_levels,
    "window": events_in_a_window,
}


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=CONTENDERS)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    work = CONTENDERS[options.name]
    X = sparse.csr_array(sparse.load_npz(options.vectors))
    work(X[:300], options.jobs)
    wall, processor = time.perf_counter(), time.process_time()
    result = work(X, options.jobs)
    record = {
        "rows": X.shape[0],
        "nonzeros": X.nnz,
        "wall_s": round(time.perf_counter() - wall, 2),
        "cpu_s": round(time.process_time() - processor, 2),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    if len(result) == X.shape[0]:
        counts = np.bincount(result)
        record |= {"clusters": len(counts), "largest": int(counts.max())}
    else:
        record["pairs"] = int(result[0])
    np.save(options.out, result)
    print(json.dumps(record))


if __name__ == "__main__":
    main()
