"""One run of this project's engine over a corpus.

    python -m tests.bench.duplicates.ours MODE CORPUS.jsonl OUT.npz THRESHOLD [--jobs N]

Modes: ``lsh`` and ``exact`` give the pairs whose Jaccard reaches the threshold, by signatures or by the exact
join; ``rule`` gives what the default settings call copies; ``sign`` only signs.  Prints one JSON object with the
seconds of each stage, wall clock and processor, and the peak memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dedup.corpus import Corpus
from dedup.duplicates import find_duplicates
from dedup.duplicates.bands import band_shape, candidate_pairs
from dedup.duplicates.compare import compare_pairs
from dedup.duplicates.signatures import sign
from dedup.settings import DuplicateSettings
from tests.bench.duplicates.reading import read_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dedup.corpus import TextColumn
    from dedup.duplicates.bands import Candidates


class Stages:
    """Seconds of each stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        wall, processor = time.perf_counter(), time.process_time()
        yield
        self.seconds[f"{name}_s"] = round(time.perf_counter() - wall, 3)
        self.seconds[f"{name}_cpu_s"] = round(time.process_time() - processor, 3)


def settings_for(threshold: float, kind: str) -> DuplicateSettings:
    """Look for pairs so far below `threshold` that bands miss one in a thousand at it."""
    if kind == "exact":
        return DuplicateSettings(candidates="exact", candidate_jaccard=threshold)
    return DuplicateSettings(candidate_jaccard=threshold - 0.1, sample_every=0)


def with_copies(candidates: Candidates, alike: NDArray[np.bool_]) -> dict[str, NDArray[np.int64]]:
    """Spell out the pairs of exact copies, which the engine handles as one text."""
    rows = np.arange(len(candidates.copy_of))
    copies: dict[int, list[int]] = {}
    for row in np.flatnonzero(candidates.copy_of != rows).tolist():
        first = int(candidates.copy_of[row])
        copies.setdefault(first, [first]).append(row)
    pairs = [
        (one, other)
        for group in copies.values()
        for place, one in enumerate(group)
        for other in group[place + 1 :]
    ]
    a, b = candidates.a[alike], candidates.b[alike]
    doubled = np.isin(a, list(copies)) | np.isin(b, list(copies))
    for one, other in zip(a[doubled].tolist(), b[doubled].tolist(), strict=True):
        pairs += [(left, right) for left in copies.get(one, [one]) for right in copies.get(other, [other])]
    more = np.sort(np.array(pairs, np.int64).reshape(-1, 2), axis=1)
    return {"i": np.concatenate([a[~doubled], more[:, 0]]), "j": np.concatenate([b[~doubled], more[:, 1]])}


def similar_pairs(texts: TextColumn, kind: str, threshold: float, jobs: int) -> dict[str, NDArray[np.int64]]:
    """Find the pairs of at least `threshold`."""
    settings = settings_for(threshold, kind)
    candidates = candidate_pairs(texts, settings, n_jobs=jobs)
    compared = compare_pairs(texts, candidates.a, candidates.b, settings, n_jobs=jobs)
    return with_copies(candidates, compared.jaccard >= threshold)


def copies_by_rule(corpus: Corpus, jobs: int) -> dict[str, NDArray[np.int64]]:
    """Find what the default settings call copies, as pairs of a copy and its original."""
    original = find_duplicates(corpus, DuplicateSettings(), n_jobs=jobs).original
    rows = np.flatnonzero(original != np.arange(len(original)))
    return {"i": np.minimum(rows, original[rows]), "j": np.maximum(rows, original[rows])}


def work(mode: str, corpus: Corpus, options: argparse.Namespace) -> dict[str, NDArray[np.int64]]:
    """Do what is measured, from texts in memory on."""
    if mode == "sign":
        sign(corpus.texts, settings_for(options.threshold, "lsh"), n_jobs=options.jobs)
        return {}
    if mode == "rule":
        return copies_by_rule(corpus, options.jobs)
    return similar_pairs(corpus.texts, mode, options.threshold, options.jobs)


def main() -> None:
    """Run one mode and print its record."""
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["lsh", "exact", "rule", "sign"])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("threshold", type=float)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    stage = Stages()
    with tempfile.TemporaryDirectory(dir=options.out.parent) as folder:
        with stage("read"):
            corpus = read_corpus(options.corpus, Path(folder))
        with stage("load"):  # kernels and tables, on a few articles
            work(options.mode, corpus.take(range(min(64, len(corpus)))), options)
        with stage("warm"):
            found = work(options.mode, corpus, options)
        np.savez(options.out, **found)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    shape = band_shape(settings_for(options.threshold, "lsh").candidate_jaccard, 128)
    print(json.dumps(stage.seconds | {"peak_mib": peak, "articles": len(corpus), "bands": shape}))


if __name__ == "__main__":
    main()
