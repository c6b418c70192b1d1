"""One article, a million times.

    python -m tests.bench.duplicates.identical [--articles N] [--words N] [--jobs N]

Finds the copies by the default rule, boilerplate left where it is, and says what that costs.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from dedup.corpus import NO_DATE, PADDING, Corpus, TextColumn
from dedup.duplicates import find_duplicates
from dedup.settings import DuplicateSettings


def corpus_of(text: str, count: int, folder: Path) -> Corpus:
    """Lay out `count` articles of two outlets, their texts in a file that is mapped into memory."""
    encoded = text.encode()
    with (folder / "texts").open("wb") as out:
        for _ in range(count):
            out.write(encoded)
        out.write(bytes(PADDING))
    return Corpus(
        ids=[f"a{number:07d}" for number in range(count)],
        titles=TextColumn.from_strings(["One headline"] * count),
        texts=TextColumn(np.memmap(folder / "texts", np.uint8, "r"), np.arange(count + 1) * len(encoded)),
        urls=[""] * count,
        source_names=["one.example", "two.example"],
        sources=(np.arange(count) % 2).astype(np.int32),
        published=np.full(count, NO_DATE),
        languages=[""] * count,
    )


def main() -> None:
    """Read the command line, run, print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--words", type=int, default=350)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    text = " ".join(f"w{number}" for number in np.random.default_rng(1).integers(0, 9999, options.words))
    with tempfile.TemporaryDirectory() as folder:
        corpus = corpus_of(text, options.articles, Path(folder))
        wall, processor = time.perf_counter(), time.process_time()
        found = find_duplicates(corpus, DuplicateSettings(), n_jobs=options.jobs)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    groups = len(np.unique(found.original))
    record = {"articles": options.articles, "groups": groups, "wall_s": round(wall, 1)}
    print(json.dumps(record | {"cpu_s": round(processor, 1), "peak_mib": peak}))


if __name__ == "__main__":
    main()
