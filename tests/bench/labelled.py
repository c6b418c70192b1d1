"""Quality, seconds and peak memory of whole runs on real articles, with the default settings.

    python -m tests.bench.labelled [--out FILE.md] [NAME ...]

Every file is one `newsdedup run` in a process of its own; the labels are read afterwards.  The articles are not
part of the repository (see `tests/conftest.py`); without them this says so and ends.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from dedup.evaluation import Score, b_cubed, pairwise
from tests.conftest import shared_folder


class Run(NamedTuple):
    """One finished run: its assignments by article id, its counts and what it cost."""

    assignments: dict[str, dict[str, str | None]]
    counts: dict[str, int]
    seconds: float
    peak_mib: float


def run(inputs: list[Path]) -> Run:
    """Run the job on `inputs` in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "jobs.cli", "run", *map(str, inputs), "--out", folder, "--quiet"]
        started = time.perf_counter()
        process = subprocess.Popen(command)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        if os.waitstatus_to_exitcode(status) not in {0, 3}:
            raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
        lines = (Path(folder) / "assignments.jsonl").read_text(encoding="utf-8").splitlines()
        rows = {row["article_id"]: row for row in map(json.loads, lines)}
        counts = json.loads((Path(folder) / "run.json").read_text(encoding="utf-8"))["counts"]
    return Run(rows, counts, seconds, usage.ru_maxrss / 1024)


def gold(file: Path, field: str) -> dict[str, str]:
    """Read a label per article id; articles without one are left out."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        records = map(json.loads, lines)
        return {record["id"]: str(record[field]) for record in records if record.get(field) is not None}


def agreement(result: Run, labels: dict[str, str], level: str) -> tuple[Score, Score]:
    """B-cubed and pairwise scores of the found `level` (``event_id`` or ``story_id``)."""
    wanted = list(labels.values())
    found = [result.assignments[article_id][level] for article_id in labels]
    return b_cubed(wanted, found), pairwise(wanted, found)


def copies(result: Run, pairs: Path) -> Score:
    """Score the labelled pairs: a pair is found where both articles are in one duplicate group."""
    tally = {(True, True): 0, (True, False): 0, (False, True): 0, (False, False): 0}
    with pairs.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["class"] == "A":
                continue
            groups = [result.assignments[row[side]]["duplicate_group"] for side in ("a", "b")]
            tally[row["dup"] == "1", groups[0] is not None and groups[0] == groups[1]] += 1
    right, missed, wrong = tally[True, True], tally[True, False], tally[False, True]
    precision, recall = right / max(right + wrong, 1), right / max(right + missed, 1)
    return Score(precision, recall, 2 * right / max(2 * right + missed + wrong, 1))


def measure(folder: Path, names: list[str]) -> list[str]:
    """Run everything that `names` asks for (all, where empty) and give the lines of the table."""
    lines = [
        "| input | articles | copies | events | stories | largest | quality | seconds | peak MiB |",
        "|---|--:|--:|--:|--:|--:|---|--:|--:|",
    ]
    jobs = {
        "examples": [folder / "examples"],
        **{
            f"stories/{n}": [folder / f"stories/{n}.jsonl.gz"]
            for n in ("indonews", "allsides", "basil", "ecbplus")
        },
        "reposts/indonesian": [folder / "reposts/indonesian.jsonl.gz"],
        **{
            f"corpora/{n}": [folder / f"corpora/{n}.jsonl.gz"]
            for n in ("id_clickid_2019", "id_indonews_2025", "reuters21578")
        },
        "all corpora": sorted((folder / "corpora").glob("*.gz")),
    }
    for name, inputs in jobs.items():
        if names and not any(part in name for part in names):
            continue
        result = run(inputs)
        quality = "; ".join(_quality(name, folder, inputs[0], result))
        counts = result.counts
        lines.append(
            f"| {name} | {counts['articles']:,} | {counts['copies']:,} | {counts['events']:,} "
            f"| {counts['stories']:,} | {counts['largest_story']:,} | {quality} "
            f"| {result.seconds:.1f} | {result.peak_mib:,.0f} |"
        )
        print(lines[-1], file=sys.stderr, flush=True)
    return lines


def _quality(name: str, folder: Path, file: Path, result: Run) -> list[str]:
    parts = []
    if name.startswith("stories/"):
        cubed, pair = agreement(result, gold(file, "story"), "event_id")
        parts.append(f"events B³ {cubed.f1:.3f} pair {pair.f1:.3f}")
        if "indonews" in name:  # elsewhere a topic is a department of the paper
            topics = gold(file, "topic")
            cubed, pair = agreement(result, topics, "story_id")
            parts.append(f"stories B³ {cubed.f1:.3f} pair {pair.f1:.3f}")
    if name.startswith("reposts/"):
        score = copies(result, folder / "reposts/indonesian.pairs.tsv")
        parts.append(f"pairs F1 {score.f1:.3f} (P {score.precision:.3f} R {score.recall:.3f})")
    return parts


def main() -> None:
    """Print the table, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    folder = shared_folder()
    if not folder.is_dir():
        raise SystemExit(f"skipped: no folder of real articles at {folder}")
    table = "\n".join(measure(folder, arguments.names)) + "\n"
    print(table)
    if arguments.out:
        arguments.out.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
