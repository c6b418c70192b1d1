"""The story engine at scale: beside its peers on one corpus, then alone on growing ones.

    python -m tests.bench.stories [--sizes N ...] [--window-sizes N ...] [--repeats 3] [--jobs 2]
                                  [--peers-path FOLDER] [--folder FOLDER] [--only peers|scale|window ...]

Every figure is the median of runs in processes of their own, from vectors in memory to labels, kernels warm.
Peers and ourselves take turns, so that what else the machine does falls on all alike; processor seconds stand
beside the wall clock.  A peer that is not installed (or not in ``--peers-path``, a folder as ``pip install
--target`` makes it) is left out and named.  The articles are not part of the repository (see
`tests/conftest.py`); without them this says so and ends.  Results go to tests/bench/results as Markdown and JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_rand_score

from tests.bench.stories.corpus import PEER_CORPUS, vectors
from tests.conftest import shared_folder

RESULTS = Path(__file__).parents[1] / "results"
SIZES = (12_500, 25_000, 50_000, 100_000, 200_000)
PEERS = ("join", "join-sparse_dot_topn", "cluster", "cluster-scikit-learn")
Record = dict[str, Any]


def measure(names: tuple[str, ...], matrix: Path, options: argparse.Namespace) -> dict[str, Record]:
    """Run each contender in turn, as often as asked; give the median of each figure."""
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), options.peers_path]))
    runs: dict[str, list[Record]] = {name: [] for name in names}
    for _ in range(options.repeats):
        for name in names:
            command = [sys.executable, "-m", "tests.bench.stories.contenders", name, str(matrix)]
            command += [str(labels_file(matrix, name)), "--jobs", str(options.jobs)]
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": path}
            )
            lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
            runs[name].append({"failed": lines[-1:]} if done.returncode else json.loads(lines[-1]))
            print(name, runs[name][-1], file=sys.stderr, flush=True)
    return {name: median(records) for name, records in runs.items()}


def median(records: list[Record]) -> Record:
    """Give the median of every figure; of failures the first."""
    failed = [record for record in records if "failed" in record]
    return failed[0] if failed else {k: statistics.median(r[k] for r in records) for k in records[0]}


def labels_file(matrix: Path, name: str) -> Path:
    return matrix.with_name(f"{matrix.stem}-{name}.npy")


def exponent(records: list[Record], figure: str) -> float:
    """Slope of the logarithm of `figure` against that of the rows: 1 is linear, 2 quadratic."""
    rows, values = (np.log([record[key] for record in records]) for key in ("rows", figure))
    return round(float(np.polyfit(rows, values, 1)[0]), 2)


def machine() -> Record:
    """Say what the figures were measured on."""
    names = [
        line.split(":")[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": f"{len(names)} × {names[0] if names else platform.processor()}",
        "load before": ", ".join(f"{load:.1f}" for load in os.getloadavg()),
        "versions": {name: version(name) for name in ("numba", "numpy", "scipy", "scikit-learn", "joblib")}
        | {"python": platform.python_version()},
    }


def compare(options: argparse.Namespace) -> Record:
    """Beside the peers, on the peer corpus."""
    matrix = options.folder / "peers.npz"
    vectors(shared_folder(), 0, matrix)
    figures = measure(PEERS, matrix, options)
    found: Record = {"corpus": PEER_CORPUS, "figures": figures, "ratios": {}}
    for ours, peer in ((PEERS[0], PEERS[1]), (PEERS[2], PEERS[3])):
        if "failed" not in figures[peer]:
            found["ratios"][f"{ours} against {peer}"] = {
                key: round(figures[peer][key] / figures[ours][key], 1)
                for key in ("wall_s", "cpu_s", "peak_mib")
            }
    if "failed" not in figures[PEERS[3]]:
        labels = [np.load(labels_file(matrix, name)) for name in PEERS[2:]]
        found["adjusted Rand index of the two partitions"] = float(adjusted_rand_score(*labels))
    return found


def grow(name: str, sizes: list[int], options: argparse.Namespace) -> Record:
    """Alone, at growing sizes."""
    records = []
    for size in sizes:
        matrix = options.folder / f"{size}.npz"
        vectors(shared_folder(), size, matrix)
        records.append(measure((name,), matrix, options)[name])
    done = [record for record in records if "failed" not in record]
    exponents = {key: exponent(done, key) for key in ("cpu_s", "peak_mib")} if len(done) > 1 else {}
    return {"figures": records, "growth exponents": exponents}


def as_markdown(result: Record) -> str:
    """Lay the result out as tables."""
    lines = ["# Story engine at scale", ""]
    lines += [f"{key}: {value}  " for key, value in result["machine"].items()]
    lines += [f"Runs each: {result['repeats']}, threads: {result['jobs']}.", ""]
    titles = {
        "peers": "Beside peers, one corpus, cosine .26",
        "scale": "Events and stories, vectors to labels",
        "window": "Events within 30 days, 400 articles a day, vectors to labels",
    }
    for part, title in titles.items():
        if part in result:
            figures = result[part]["figures"]
            rows = figures.items() if isinstance(figures, dict) else ((part, figure) for figure in figures)
            lines += [f"## {title}", "", *table(rows), ""]
            lines += [f"{key}: {value}  " for key, value in result[part].items() if key != "figures"] + [""]
    return "\n".join(lines)


def table(rows: Any) -> list[str]:
    """Lay named records out as a table."""
    keys = ("rows", "nonzeros", "wall_s", "cpu_s", "peak_mib", "pairs", "clusters", "largest")
    lines = ["| | " + " | ".join(keys) + " |", "|---|" + "--:|" * len(keys)]
    for name, record in rows:
        cells = [f"{record[key]:,}" if key in record else "" for key in keys]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
        lines += [f"| | failed: {record['failed']} |"] if "failed" in record else []
    return lines


def main() -> None:
    """Measure what the command line asks for and write the results."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--window-sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--peers-path", default="")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "newsdedup-bench-stories"
    )
    parser.add_argument("--only", nargs="+", choices=("peers", "scale", "window"))
    options = parser.parse_args()
    if not shared_folder().is_dir():
        raise SystemExit(f"skipped: no folder of real articles at {shared_folder()}")
    options.folder.mkdir(parents=True, exist_ok=True)
    parts = options.only or ["peers", "scale", "window"]
    result: Record = {"machine": machine(), "repeats": options.repeats, "jobs": options.jobs}
    if "peers" in parts:
        result["peers"] = compare(options)
    if "scale" in parts:
        result["scale"] = grow("two-levels", options.sizes, options)
    if "window" in parts:
        result["window"] = grow("window", options.window_sizes, options)
    RESULTS.mkdir(exist_ok=True)
    text = as_markdown(result)
    (RESULTS / "stories_scale.md").write_text(text + "\n", encoding="utf-8")
    (RESULTS / "stories_scale.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
