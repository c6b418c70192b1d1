"""What each stage of a run cost."""

from __future__ import annotations

import resource
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jobs.logs import NoEvents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.logs import EventLog
    from jobs.progress import Progress


@dataclass(frozen=True, slots=True)
class StageCost:
    """Wall seconds of one stage, and the peak resident memory of the process up to its end, in MiB."""

    name: str
    seconds: float
    peak_memory_mib: float


def peak_memory_mib() -> float:
    """Give the largest resident size this process has had, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform != "darwin" else peak / 1024**2


@dataclass(slots=True)
class StageLog:
    """Runs stages one after another, shows them, tells their end and keeps their cost."""

    progress: Progress
    events: EventLog = field(default_factory=NoEvents)
    costs: list[StageCost] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str, *, total: int | None = None, unit: str = "articles") -> Iterator[None]:
        """Measure what happens inside; `total` is the amount of work in `unit`, where it is known."""
        started = time.perf_counter()
        with self.progress.stage(name, total=total, unit=unit):
            yield
        cost = StageCost(name, time.perf_counter() - started, peak_memory_mib())
        self.costs.append(cost)
        self.events.info(
            "stage done",
            stage=name,
            seconds=round(cost.seconds, 3),
            peak_memory_mib=round(cost.peak_memory_mib, 1),
        )
