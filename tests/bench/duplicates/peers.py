"""One run of another library over a corpus, by its documented path.

    python tests/bench/duplicates/peers.py NAME CORPUS.jsonl OUT.npz THRESHOLD

A file of its own that imports nothing of this project, so that it runs in an environment that only holds the
peer.  Texts are 5-word shingles of ``\\w+`` in lower case, signatures have 128 permutations; where a library
chooses its bands itself it does.  The result is pairs (`i`, `j`) or one cluster label per article (`label`).
"""

# ruff: noqa: PLC0415  (only the library that is asked for may be needed)
from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

WORDS = re.compile(r"\w+")
PERMUTATIONS, BANDS = 128, 16


def texts_of(corpus: str) -> list[str]:
    try:
        from orjson import loads
    except ImportError:
        from json import loads
    with Path(corpus).open("rb") as lines:
        return [loads(line)["text"] for line in lines]


def shingles(text: str) -> list[str]:
    words = WORDS.findall(text.lower())
    return [" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))]


def pairs_of(neighbours) -> dict[str, np.ndarray]:
    pairs = {(min(i, j), max(i, j)) for i, found in enumerate(neighbours) for j in found if i != j}
    return dict(zip("ij", np.array(sorted(pairs), np.int64).reshape(-1, 2).T, strict=True))


def datasketch(corpus: str, threshold: float) -> dict[str, np.ndarray]:
    from datasketch import MinHash, MinHashLSH

    texts = texts_of(corpus)
    signed_from = time.process_time()
    encoded = ([shingle.encode() for shingle in shingles(text)] for text in texts)
    sketches = MinHash.bulk(encoded, num_perm=PERMUTATIONS)
    print(json.dumps({"sign_s": time.process_time() - signed_from}))
    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    for row, sketch in enumerate(sketches):
        index.insert(row, sketch)
    pairs = pairs_of(index.query(sketch) for sketch in sketches)
    print(json.dumps({"stage_s": time.process_time() - signed_from}))
    return pairs


def rensa(corpus: str, threshold: float) -> dict[str, np.ndarray]:
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold, PERMUTATIONS, BANDS)
    signed_from = time.process_time()
    sketches = RMinHash.from_token_sets((shingles(text) for text in texts_of(corpus)), PERMUTATIONS, 42)
    print(json.dumps({"sign_s": time.process_time() - signed_from}))
    index.insert_many(sketches)
    return pairs_of(index.query_all(sketches))


def gaoya(corpus: str, threshold: float) -> dict[str, np.ndarray]:
    from gaoya.minhash import MinHashStringIndex

    texts = texts_of(corpus)
    index = MinHashStringIndex(
        32, threshold, BANDS, PERMUTATIONS // BANDS, None, "word", True, (5, 5), "smallvec"
    )
    index.par_bulk_insert_docs(list(range(len(texts))), texts)
    return pairs_of(index.par_bulk_query(texts))


def daft(corpus: str, threshold: float) -> dict[str, np.ndarray]:
    import daft as engine
    from daft import col

    frame = engine.from_pydict({"text": [" ".join(WORDS.findall(text.lower())) for text in texts_of(corpus)]})
    frame = frame.select(col("text").minhash(num_hashes=PERMUTATIONS, ngram_size=5, hash_function="xxhash"))
    values = np.array(frame.to_arrow()["text"].combine_chunks().flatten(), np.uint32).reshape(
        -1, PERMUTATIONS
    )
    near = defaultdict(set)
    for band in np.split(values, BANDS, axis=1):
        buckets = defaultdict(list)
        for row, key in enumerate(map(bytes, band)):
            buckets[key].append(row)
        for bucket in buckets.values():
            for row in bucket if len(bucket) > 1 else ():
                near[row].update(bucket)
    return pairs_of(near[row] for row in range(len(values)))


def text_dedup(corpus: str, threshold: float) -> dict[str, np.ndarray]:
    rows = len(texts_of(corpus))
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "text_dedup.minhash", "--path", "json", "--data_files", corpus]
        command += [
            "--split",
            "train",
            "--cache_dir",
            f"{folder}/cache",
            "--output",
            f"{folder}/out",
            "--column",
            "text",
        ]
        command += [
            "--ngram",
            "5",
            "--num_perm",
            str(PERMUTATIONS),
            "--threshold",
            str(threshold),
            "--num_proc",
            "1",
        ]
        subprocess.run(command, check=True, capture_output=True, cwd=folder)
        import datasets

        kept = len(datasets.load_from_disk(f"{folder}/out"))
    return {"removed": np.array(rows - kept)}


def datatrove(corpus: str, threshold: float) -> dict[str, np.ndarray]:
    """Its default hash hands strings to xxhash, which from version 4 on takes bytes only: install xxhash<4."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import (
        MinhashConfig,
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.dedup.minhash import MinhashDedupFilter
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    config = MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8)
    with tempfile.TemporaryDirectory() as folder:
        reader = JsonlReader(str(Path(corpus).parent), glob_pattern=Path(corpus).name)
        steps = [
            [
                reader,
                MinhashDedupSignature(output_folder=f"{folder}/signatures", config=config, language="eng"),
            ],
            [MinhashDedupBuckets(f"{folder}/signatures", f"{folder}/buckets", config=config)],
            [MinhashDedupCluster(f"{folder}/buckets", f"{folder}/remove", config=config)],
            [reader, MinhashDedupFilter(f"{folder}/remove"), JsonlWriter(f"{folder}/kept", compression=None)],
        ]
        for number, pipeline in enumerate(steps):
            tasks = 14 if number == 1 else 1
            LocalPipelineExecutor(pipeline, tasks=tasks, workers=1, logging_dir=f"{folder}/log{number}").run()
        kept = sum(1 for file in Path(folder, "kept").rglob("*.jsonl") for _ in file.open("rb"))
    return {"removed": np.array(len(texts_of(corpus)) - kept)}


if __name__ == "__main__":
    name, corpus_file, out, similarity = sys.argv[1:]
    np.savez(out, **globals()[name.replace("-", "_")](corpus_file, float(similarity)))
