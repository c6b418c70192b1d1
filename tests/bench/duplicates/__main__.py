"""The duplicate engine beside its peers, on the same articles, in one run.

    python -m tests.bench.duplicates [--articles N] [--only NAME ...] [--peers-python PYTHON] [--again]

Each contender is a process of its own, on one processor unless its name says otherwise, and reads the same file.
What is compared is processor seconds, because these do not depend on what else the machine does; the wall clock
stands beside them.  A contender that is not installed is left out and named.  Finished runs are kept in the
working folder, so that an interrupted benchmark goes on where it stopped; ``--again`` forgets them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tests.bench.duplicates.report import as_markdown
from tests.bench.duplicates.synthetic import BLOCK, write
from tests.bench.duplicates.truth import blocks_of, score, true_pairs

THRESHOLD = 0.7
RESULTS = Path(__file__).parents[1] / "results"
PEERS = Path(__file__).with_name("peers.py")

#: Beyond these sizes a contender takes too long to be asked.
LIMITS = {"text-dedup": 20_000, "datatrove": 20_000, "newsdedup, exact join": 100_000}
LIMITS |= dict.fromkeys(("datasketch", "rensa", "gaoya", "daft"), 100_000)


class Contender(NamedTuple):
    """What is run: a name, how, and on how many processors."""

    name: str
    mode: str = ""
    jobs: int = 1

    def command(self, corpus: Path, out: Path, python: str) -> list[str]:
        """Give the command line."""
        if not self.mode:
            return [python, str(PEERS), self.name, str(corpus), str(out), str(THRESHOLD)]
        own = [sys.executable, "-m", "tests.bench.duplicates.ours", self.mode]
        return [*own, str(corpus), str(out), str(THRESHOLD), "--jobs", str(self.jobs)]


OURS = [
    Contender("newsdedup, signatures", "lsh"),
    Contender("newsdedup, signatures, two workers", "lsh", 2),
    Contender("newsdedup, exact join", "exact"),
    Contender("newsdedup, default rule", "rule"),
    Contender("newsdedup, default rule, two workers", "rule", 2),
    Contender("newsdedup, signing only", "sign"),
    Contender("newsdedup, signing only, two workers", "sign", 2),
]
PEER_NAMES = ["datasketch", "rensa", "gaoya", "daft", "text-dedup", "datatrove"]


def measure(contender: Contender, corpus: Path, folder: Path, python: str) -> dict[str, Any]:
    """Run a contender once; give its costs and its result, or why there is none."""
    out = folder / "out.npz"
    processors = sorted(os.sched_getaffinity(0))[: contender.jobs]
    environment = os.environ | {
        name: str(contender.jobs) for name in ("RAYON_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS")
    }
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        contender.command(corpus, out, python), capture_output=True, text=True, env=environment, check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, processors),
    )  # fmt: skip
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1:] or ["no message"]}
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    record = {"wall_s": round(wall, 2), "cpu_s": round(processor, 2)}
    for line in done.stdout.splitlines():
        record |= json.loads(line) if line.startswith("{") else {}
    return record


def run(
    contender: Contender, corpus: Path, truth: dict[str, np.ndarray], options: argparse.Namespace
) -> dict[str, Any]:
    """Run a contender as often as asked and give medians, with recall and precision."""
    runs = []
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        for _ in range(options.repeats if contender.mode else 1):
            runs.append(measure(contender, corpus, folder, options.peers_python))
            if "failed" in runs[-1]:
                return runs[-1]
        with np.load(folder / "out.npz") as found:
            quality = score(dict(found), truth) if found.files else {}
    numbers = {
        key: round(statistics.median(one[key] for one in runs), 3)
        if isinstance(value, int | float)
        else value
        for key, value in runs[0].items()
    }
    return numbers | quality


def kept(file: Path, make: Any) -> Any:
    """Load a finished record, or make and keep it."""
    if file.exists():
        return json.loads(file.read_text())
    record = make()
    if "failed" not in record:
        file.write_text(json.dumps(record))
    return record


def machine() -> dict[str, str]:
    """Say what the figures were measured on."""
    packages = {}
    for name in ("numba", "numpy", "datasketch", "scipy", "joblib"):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            packages[name] = "absent"
    names = [
        line.split(":")[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if "model name" in line
    ]
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": f"{len(names)} x {names[0] if names else platform.processor()}",
        "load": load,
        "python": platform.python_version(),
        **packages,
    }


def peer_versions(python: str) -> dict[str, str]:
    """Ask the peers' environment what is installed."""
    code = "import json, importlib.metadata as m; "
    code += "print(json.dumps({d.metadata['Name']: d.version for d in m.distributions()}))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    installed = {name.lower().replace("_", "-"): number for name, number in json.loads(done.stdout).items()}
    return {name: installed.get(name, "") for name in PEER_NAMES}


def truth_of(corpus: Path, articles: int) -> dict[str, np.ndarray]:
    """Join the first block exactly; the others are the same articles in other letters."""
    with tempfile.TemporaryDirectory() as folder, corpus.open("rb") as lines:
        first = Path(folder, "first.jsonl")
        with first.open("wb") as out:
            out.writelines(islice(lines, BLOCK))
        return blocks_of(true_pairs(first, THRESHOLD), BLOCK, articles)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=20_000, help="size of the synthetic corpus (20,000)")
    parser.add_argument("--only", nargs="*", default=[], help="names, or parts of names, of contenders")
    parser.add_argument(
        "--peers-python", default=sys.executable, help="interpreter that has the peers installed"
    )
    parser.add_argument("--repeats", type=int, default=3, help="runs of each of our own contenders (3)")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "newsdedup-bench")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results")
    parser.add_argument("--again", action="store_true", help="forget the runs that are finished")
    return parser.parse_args()


def main() -> None:
    """Make the corpus, run every contender and write the table."""
    options = arguments()
    folder = options.folder / str(options.articles)
    folder.mkdir(parents=True, exist_ok=True)
    corpus, truth_file = folder / "corpus.jsonl", folder / "truth.npz"
    if not corpus.exists():
        write(options.articles, corpus)
    if not truth_file.exists():
        np.savez(truth_file, **truth_of(corpus, options.articles))
    truth = dict(np.load(truth_file))
    versions = peer_versions(options.peers_python)
    records: dict[str, dict[str, Any]] = {}
    for contender in [*OURS, *map(Contender, PEER_NAMES)]:
        if options.only and not any(part in contender.name for part in options.only):
            continue
        if not contender.mode and not versions[contender.name]:
            records[contender.name] = {"failed": ["not installed"]}
            continue
        if options.articles > LIMITS.get(contender.name, options.articles):
            records[contender.name] = {"failed": [f"not asked beyond {LIMITS[contender.name]:,} articles"]}
            continue
        file = folder / f"{contender.name.replace(' ', '_').replace(',', '')}.json"
        if options.again:
            file.unlink(missing_ok=True)
        records[contender.name] = kept(file, lambda one=contender: run(one, corpus, truth, options))
        print(f"{contender.name}: {records[contender.name]}", file=sys.stderr)
    report = {
        "machine": machine(),
        "articles": options.articles,
        "megabytes": round(corpus.stat().st_size / 1e6),
        "threshold": THRESHOLD,
        "true_pairs": len(truth["i"]),
        "peers": versions,
        "records": records,
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / f"duplicates_{options.articles}.json").write_text(json.dumps(report, indent=1) + "\n")
    table = as_markdown(report)
    (options.out / f"duplicates_{options.articles}.md").write_text(table)
    print(table)


if __name__ == "__main__":
    main()
