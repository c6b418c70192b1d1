"""What a scheduled run costs: some new articles into a state of many.

    python -m tests.bench.scheduled [--articles N] [--new N] [--days D] [--history N] [--folder DIR] [--again]

A state is made of made-up articles spread evenly over the days, in one run; then the new articles, published
after them, come in a second run, which is what is measured.  With ``--history`` as many older articles stand
before them: what that adds to the second run is what history costs.  States are kept in the folder.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.duplicates.synthetic import articles

LATEST = datetime(2026, 6, 1, tzinfo=UTC)


class Cost(NamedTuple):
    """Of one process: wall and processor seconds, peak memory in MiB, and its last line."""

    wall: float
    processor: float
    peak: float
    line: dict[str, Any]


def main() -> None:
    """Build what is missing, measure, print."""
    options = _options()
    folder = Path(options.folder or tempfile.mkdtemp(prefix="newsdedup-scheduled-"))
    folder.mkdir(parents=True, exist_ok=True)
    if options.again:
        shutil.rmtree(folder)
    base, new = folder / "base.jsonl", folder / "new.jsonl"
    if not new.exists():
        _write(base, new, options)
    state = folder / "state"
    if not (state / "ledger.sqlite").exists():
        _tell("building the state", newsdedup("run", str(base), "--state", str(state), "--json", "--quiet"))
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(state, copy)
    command = ("run", str(new), "--state", str(copy), "--out", str(folder / "out"), "--json", "--quiet")
    _tell(f"{options.new} new articles", newsdedup(*command))
    for stage in json.loads((folder / "out" / "run.json").read_text())["stages"]:
        print(f"  {stage['name']:24} {stage['seconds']:8.2f} s {stage['peak_memory_mib']:8.0f} MiB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--days", type=float, default=56)
    parser.add_argument(
        "--history", type=int, default=0, help="older articles, over as many days as it takes"
    )
    parser.add_argument("--folder")
    parser.add_argument("--again", action="store_true")
    return parser.parse_args()


def _write(base: Path, new: Path, options: argparse.Namespace) -> None:
    step = timedelta(days=options.days) / options.articles
    first = LATEST - step * (options.articles + options.history)
    made = _dated(options.history + options.articles + options.new, first, step)
    with base.open("w") as file:
        for _ in range(options.history + options.articles):
            file.write(next(made))
    with new.open("w") as file:
        file.writelines(made)


def _dated(count: int, first: datetime, step: timedelta) -> Iterator[str]:
    for number, article in enumerate(articles(count)):
        at = (first + number * step).isoformat(timespec="seconds")
        yield json.dumps({**article, "published": at}) + "\n"


def newsdedup(*arguments: str) -> Cost:
    """Run the command and measure it."""
    read, write = os.pipe()
    started = time.perf_counter()
    actions = [(os.POSIX_SPAWN_DUP2, write, 1)]
    child = os.posix_spawn(
        sys.executable, [sys.executable, "-m", "jobs.cli", *arguments], os.environ, file_actions=actions
    )
    os.close(write)
    with os.fdopen(read) as output:
        line = output.read()
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"newsdedup ended with {os.waitstatus_to_exitcode(status)}")
    wall = time.perf_counter() - started
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, json.loads(line))


def _tell(what: str, cost: Cost) -> None:
    print(f"{what}: {cost.wall:.1f} s, {cost.processor:.1f} s of processor, {cost.peak:.0f} MiB")
    counts = cost.line["counts"]
    shown = ("new", "articles", "open_articles", "settled_events", "copies", "events", "stories")
    print(
        "  " + ", ".join(f"{name} {counts.get(name, 0):,}" for name in shown), f"churn {cost.line['churn']}"
    )


if __name__ == "__main__":
    main()
