"""A corpus day by day: how many articles change their story from run to run, and what comes out at the end.

    python -m tests.bench.scheduled.replay FILE.jsonl.gz [--every N] [--last DAYS] [--set NAME=VALUE ...]

Each day with articles is one run.  Printed are, for each, articles, open ones, churn with and without redirected
ids, redirected and split ids, seconds of processor, and why the model was made anew; at the end, how the groups
compare with those of one run over all articles.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jobs.config import JobSettings, load_settings, parse_assignments
from jobs.readers import PlacedArticle, Rejections, read_articles, resolve_ids
from jobs.scheduled import ScheduledResult, run_scheduled
from tests.jobs.scheduled.corpora import Partition, in_state

#: Records by the day they were published.
Days = dict[str, list[dict[str, Any]]]

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def main() -> None:
    """Replay and compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--every", type=int, default=1, help="take one article in so many")
    parser.add_argument("--last", type=int, default=0, help="only so many last days that have articles")
    parser.add_argument("--set", action="append", default=[])
    options = parser.parse_args()
    settings = load_settings(None, parse_assignments(options.set))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        days = days_of(options.file, folder, settings, options.every, options.last)
        print("day         new  articles   open    churn     lost  redirected  split  processor s  model")
        churn = [_replay(day, records, folder, settings) for day, records in days.items()]
        print(f"largest churn {max(churn):.2%}, mean {sum(churn) / len(churn):.2%}, over {len(churn)} runs")
        _compare(folder, [record for records in days.values() for record in records], settings)


def days_of(file: Path, folder: Path, settings: JobSettings, every: int = 1, last: int = 0) -> Days:
    """Give the records of each day, as the readers date them; undated articles come with the first."""
    with gzip.open(file) as lines:
        records = [json.loads(line) for line in lines][::every]
    place = folder / "all.jsonl"
    place.write_text("".join(json.dumps(record) + "\n" for record in records))
    found = read_articles([place], settings.input, now=NOW, rejections=Rejections())
    day_of = {article.id: _day(article) for article in resolve_ids(found, Rejections())}
    days: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        if (day := day_of.get(record["id"])) is not None:
            days[day].append(record)
    return {day: days[day] for day in sorted(days)[-last:]}


def _day(article: PlacedArticle) -> str:
    return article.published_at.date().isoformat() if article.published_at else ""


def run_over(
    folder: Path, state: str, records: list[dict[str, Any]], settings: JobSettings
) -> ScheduledResult:
    """Bring `records` into `folder`/`state`."""
    batch = folder / "batch.jsonl"
    batch.write_text("".join(json.dumps(record) + "\n" for record in records))
    return run_scheduled([str(batch)], folder / state, settings, now=NOW)


def _replay(day: str, records: list[dict[str, Any]], folder: Path, settings: JobSettings) -> float:
    started = time.process_time()
    result = run_over(folder, "state", records, settings)
    counts, model = result.counts, result.report["model"]
    seconds = time.process_time() - started
    print(
        f"{day:10} {len(records):5} {counts['articles']:9} {counts['open_articles']:6} {result.churn:8.2%} "
        f"{result.churn_lost:8.2%} {counts['ids_redirected']:11} {counts['ids_split']:6} {seconds:12.1f}  "
        f"{model['reason']}",
        flush=True,
    )
    return result.churn


def _compare(folder: Path, records: list[dict[str, Any]], settings: JobSettings) -> None:
    run_over(folder, "whole", records, settings)
    replayed, whole = in_state(folder / "state"), in_state(folder / "whole")
    for number, level in enumerate(("duplicate groups", "events", "stories")):
        print(f"{level}: pair F1 {_pair_f1(replayed, whole, number):.4f} with one run over all")


def _pair_f1(one: Partition, other: Partition, level: int) -> float:
    """Give the F1 of the pairs of articles that are together."""
    both = sum(len(one[id_][level] & other[id_][level]) - 1 for id_ in one)
    pairs = sum(len(found[id_][level]) - 1 for found in (one, other) for id_ in one)
    return 2 * both / pairs if pairs else 1.0


if __name__ == "__main__":
    main()
