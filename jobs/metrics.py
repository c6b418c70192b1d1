"""Figures of the last run as a file for Prometheus' node exporter.

Figures come in two groups.  Those of the last run, ``newsdedup_last_run_…``, are written however it ended.  The
others are of the last run that was done, whether or not it found anything new: a failure leaves them as they
stand in the file, so that the time since the last success can be watched.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families

from dedup.errors import CannotWriteError
from jobs.sinks.disk import writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from prometheus_client.metrics_core import Metric

    from jobs.endings import Published, Task

#: Of every name, by task; each has a file of its own, and node exporter reads them all.
PREFIXES: dict[Task, str] = {
    "run": "newsdedup_",
    "feed": "newsdedup_feed_",
    "lsh_export": "newsdedup_lsh_export_",
}

#: Node exporter reads as another user; figures are no secret.
MODE = 0o644


class Figure(NamedTuple):
    """One number that is watched: its name without prefix, and what it tells."""

    name: str
    meaning: str


#: By the name of the count in ``run.json``.
COUNTED = {
    "records": Figure("records_read", "Records met in the input."),
    "rejected": Figure("records_rejected", "Records left out, with a reason in rejected.jsonl."),
    "repeated": Figure("records_repeated", "Rejected records that lose nothing: the same article again."),
    "unread_files": Figure("files_not_read", "Files that could not be read to their end."),
    "withdrawn": Figure("articles_withdrawn", "Articles that their publisher has withdrawn."),
    "articles": Figure("articles", "Live articles, in the whole state where there is one."),
    "copies": Figure("copies", "Those of them that copy another."),
    "duplicate_groups": Figure(
        "duplicate_groups", "Groups of an original and its copies, in the whole state."
    ),
    "events": Figure("events", "Events, in the whole state."),
    "stories": Figure("stories", "Stories, in the whole state."),
    "largest_story": Figure("largest_story_articles", "Articles of the largest story of the whole state."),
    "open_articles": Figure("open_articles", "Articles near the new ones, which the run decided anew."),
    "open_copies": Figure("open_copies", "Those of them that copy another."),
    "open_events": Figure("open_events", "Events among the articles near the new ones."),
    "open_stories": Figure("open_stories", "Stories that have an article near the new ones."),
    "changes": Figure("changes", "Changes that were carried to the sink."),
    "put": Figure("signatures_put", "Signatures that were put in."),
    "removed": Figure("signatures_removed", "Signatures that were taken out."),
}


@dataclass(frozen=True)
class RunFigures:
    """What is told of one run.

    Attributes
    ----------
    exit_code : int
    finished : float
        Seconds since 1970.
    seconds : float
        From start to end.
    peak_memory_mib : float
    published : Published or None
        What was written; None where the run failed.
    task : {"run", "feed", "lsh_export"}, default "run"
    """

    exit_code: int
    finished: float
    seconds: float
    peak_memory_mib: float
    published: Published | None
    task: Task = "run"


def write_metrics(file: Path, figures: RunFigures) -> None:
    """Replace `file` by the figures of a run; readers see the old or the new one, never a part.

    Raises
    ------
    CannotWriteError
        Where the file cannot be written.
    """
    prefix = PREFIXES[figures.task]
    metrics = [*_last_run(figures, prefix)]
    if figures.published is None:
        metrics += _kept(file, prefix)
    else:
        metrics += _last_success(figures.published, figures.finished, prefix)
    _replace(file, generate_latest(_Collected(metrics)))


def check_place(file: Path) -> None:
    """See that `file` can be written, before a run of hours finds that it cannot.

    Raises
    ------
    CannotWriteError
        Where its folder is missing or closed, or it is itself a folder.
    """
    if file.is_dir():
        raise CannotWriteError("is a folder; the metrics file needs a name of its own", file=str(file))
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise CannotWriteError(
            "the folder of the metrics file is missing or not writable", file=str(file.parent)
        )


def _last_run(figures: RunFigures, prefix: str) -> Iterator[Metric]:
    gauge = partial(_gauge, f"{prefix}last_run_")
    yield gauge("timestamp_seconds", "When the last run ended.", figures.finished)
    yield gauge("success", "Whether the last run was done.", float(figures.published is not None))
    yield gauge("exit_code", "Exit code of the last run.", figures.exit_code)
    yield gauge("duration_seconds", "Seconds the last run took.", figures.seconds)
    peak = figures.peak_memory_mib * 1024**2
    yield gauge("peak_memory_bytes", "Largest resident size of the last run.", peak)
    build = GaugeMetricFamily(f"{prefix}last_run_info", "Program of the last run.", labels=["version"])
    build.add_metric([version("newsdedup")], 1)
    yield build


def _last_success(published: Published, finished: float, prefix: str) -> Iterator[Metric]:
    gauge = partial(_gauge, prefix)
    yield gauge(
        "last_success_timestamp_seconds", "When a run was last done, with anything new or without.", finished
    )
    for name, figure in COUNTED.items():
        if name in published.counts:
            yield gauge(*figure, published.counts[name])
    if published.churn is not None:
        yield gauge("story_churn_ratio", "Share of articles whose story got another id.", published.churn)
    if published.generation is not None:
        yield gauge("generation", "Generation of the state.", published.generation)
    if published.stages:
        stages = GaugeMetricFamily(f"{prefix}stage_duration_seconds", "Seconds by stage.", labels=["stage"])
        for stage in published.stages:
            stages.add_metric([stage.name], stage.seconds)
        yield stages


def _gauge(prefix: str, name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(prefix + name, meaning, value=value)


def _kept(file: Path, prefix: str) -> list[Metric]:
    """Give the figures of the last success from `file`; none where it is missing or no such file."""
    try:
        written = list(text_string_to_metric_families(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return []
    own = [metric for metric in written if metric.name.startswith(prefix)]
    return [metric for metric in own if not metric.name.startswith(f"{prefix}last_run_")]


class _Collected:
    """What prometheus-client calls a collector."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Sequence[Metric]:
        return self._metrics


def _replace(file: Path, content: bytes) -> None:
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    with writing(file):
        try:
            with temporary.open("xb") as opened:
                os.fchmod(opened.fileno(), MODE)
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            temporary.replace(file)
        finally:
            temporary.unlink(missing_ok=True)
