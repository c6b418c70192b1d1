"""Throughput of the feed into each sink, and of questions to the embedded index.

    python -m tests.bench.feed [--articles N] [--repeats 3]

A state of invented articles (two hundred words each) with two generations is fed to every sink in a process of
its own, from the start of the feed to the last commit on disk.  PostgreSQL and Redis run on this machine, without
fsync; their own processor seconds are not counted.  A server that is not installed is left out and named.
Results go to tests/bench/results/feed.md.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from jobs.feed import feed
from jobs.lsh_export import export_signatures
from jobs.search import search
from jobs.sinks.opening import open_sink
from tests.jobs.sinks.histories import Place, World, make_state
from tests.jobs.sinks.servers import NotInstalled, postgres_server, redis_server

RESULTS = Path(__file__).parents[1] / "results"
WORDS = 200
QUERIES = 200
HERE = [sys.executable, "-m", "tests.bench.feed"]


def vocabulary(size: int = 50_000) -> list[str]:
    """Invent words, the same ones at every start."""
    letters = random.Random(7)
    syllables = [a + b for a in "bdgklmnprst" for b in "aeiou"]
    return ["".join(letters.choices(syllables, k=letters.randint(1, 4))) for _ in range(size)]


def text_of(article_id: str, place: Place, *, known: list[str] = vocabulary()) -> str:  # noqa: B008
    """Invent a body of words as frequent as words are."""
    dice = random.Random(f"{article_id} {place.version}")
    return " ".join(known[int(len(known) ** dice.random()) - 1] for _ in range(WORDS)) + "."


def worlds(articles: int) -> list[World]:
    """Give stories of three articles, a tenth of them copies of one; then a twentieth of all changes."""
    first: World = {}
    for number in range(articles):
        copied = number % 30 < 3
        first[f"article-{number:07d}"] = Place(
            str(number // 3), f"article-{number - number % 3:07d}" if copied else None
        )
    second = {
        id_: place._replace(version=1) if number % 20 == 7 else place
        for number, (id_, place) in enumerate(first.items())
    }
    return [first, second]


@contextmanager
def targets(folder: Path) -> Iterator[dict[str, list[str]]]:
    """Give the arguments of `measure_one` by the name of each sink."""
    files = {
        "JSON Lines": ["jsonl:{}"],
        "JSON Lines, with texts": ["jsonl:{}", "text"],
        "Parquet": ["parquet:{}"],
        "Parquet, with texts": ["parquet:{}", "text"],
        "Elasticsearch requests, with texts": ["es-bulk:{}", "text"],
        "SQLite with full-text search": ["sqlite:{}"],
    }
    found = {name: [to.format(folder / "sink"), *rest] for name, (to, *rest) in files.items()}
    try:
        with postgres_server() as postgres, redis_server() as redis:
            found |= {"PostgreSQL": [postgres], "PostgreSQL, with texts": [postgres, "text"]}
            found["Redis, for MinHashLSH"] = [f"unix://{redis}"]
            yield found
    except NotInstalled as missing:
        print(missing, file=sys.stderr)
        yield found


def measure_one(state: Path, to: str, *, with_text: bool) -> dict[str, float]:
    """Feed once, in this process."""
    began, used = time.perf_counter(), time.process_time()
    if to.startswith("unix:"):
        changes = export_signatures(state, to, basename="bench", start_over=True).put
    else:
        with open_sink(to, with_text=with_text) as sink:
            changes = feed(state, sink, since=0).changes
    return {
        "changes": changes,
        "wall_s": time.perf_counter() - began,
        "cpu_s": time.process_time() - used,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def measured(state: Path, arguments: list[str], repeats: int) -> dict[str, float]:
    """Feed in processes of their own; give the medians."""
    runs = []
    for _ in range(repeats):
        done = subprocess.run(
            [*HERE, "--one", str(state), *arguments], check=True, stdout=subprocess.PIPE, text=True
        )
        runs.append(json.loads(done.stdout))
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def size_mib(place: Path) -> float | None:
    """Give the size of a file or folder."""
    if place.is_file():
        return place.stat().st_size / 2**20
    files = [file.stat().st_size for file in place.rglob("*") if file.is_file()]
    return sum(files) / 2**20 if files else None


def answer_times(index: Path) -> tuple[float, float]:
    """Ask for two words of a title-like frequency; give median and 95th percentile in processor milliseconds."""
    dice, known = random.Random(3), vocabulary()
    times = []
    for _ in range(QUERIES):
        query = " ".join(known[int(len(known) ** dice.uniform(0.3, 0.9))] for _ in range(2))
        began = time.process_time()
        search(index, query)
        times.append(1000 * (time.process_time() - began))
    return statistics.median(times), sorted(times)[int(0.95 * QUERIES)]


def main(articles: int, repeats: int) -> None:
    """Measure every sink and write the table."""
    lines = [
        "| sink | changes | seconds | changes a second | CPU s | peak MiB | size MiB |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    with tempfile.TemporaryDirectory(prefix="nd-bench-") as name:
        folder = Path(name)
        state = folder / "state"
        # Not in this process: children inherit its peak of memory.
        subprocess.run([*HERE, "--make", str(state), str(articles)], check=True)
        with targets(folder) as sinks:
            for sink, arguments in sinks.items():
                run = measured(state, arguments, repeats)
                lines.append(table_row(sink, run, size_mib(folder / "sink")))
                print(lines[-1], file=sys.stderr, flush=True)
                if sink.startswith("SQLite"):
                    asked = subprocess.run(
                        [*HERE, "--ask", str(folder / "sink")], check=True, stdout=subprocess.PIPE
                    )
                    answers = json.loads(asked.stdout)
                for place in folder.glob("sink*"):
                    shutil.rmtree(place) if place.is_dir() else place.unlink()
    when = f"{datetime.now(UTC):%Y-%m-%d}, `python -m tests.bench.feed`, medians of {repeats}"
    head = f"{articles:,} articles of {WORDS} words, {when}, two cores that others used as well."
    asked = f"median {answers[0]:.0f} ms, 95 % within {answers[1]:.0f} ms"
    tail = f"Two words asked of the SQLite index, processor time: {asked}."
    page = ["# Throughput of the feed", "", head, "", *lines, "", tail, ""]
    (RESULTS / "feed.md").write_text("\n".join(page), encoding="utf-8")


def table_row(sink: str, run: dict[str, float], size: float | None) -> str:
    """Give a line of the table."""
    figures = [
        f"{run['changes']:,.0f}",
        f"{run['wall_s']:.1f}",
        f"{run['changes'] / run['wall_s']:,.0f}",
        f"{run['cpu_s']:.1f}",
        f"{run['peak_mib']:,.0f}",
        f"{size:,.0f}" if size else "",
    ]
    return f"| {' | '.join([sink, *figures])} |"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure_one(Path(sys.argv[2]), sys.argv[3], with_text="text" in sys.argv[4:])))
    elif sys.argv[1:2] == ["--ask"]:
        print(json.dumps(answer_times(Path(sys.argv[2]))))
    elif sys.argv[1:2] == ["--make"]:
        make_state(Path(sys.argv[2]), worlds(int(sys.argv[3])), text_of)
    else:
        parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
        parser.add_argument("--articles", type=int, default=60_000)
        parser.add_argument("--repeats", type=int, default=3)
        options = parser.parse_args()
        main(options.articles, options.repeats)
