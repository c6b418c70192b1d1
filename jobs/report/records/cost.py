"""What the audit took."""

from __future__ import annotations

from jobs.report.records.basic import Figures


class StageSeconds(Figures, frozen=True, kw_only=True):
    """Wall seconds of a stage, and peak memory of the process up to its end in MiB."""

    name: str
    seconds: float
    peak_memory_mib: float


class Cost(Figures, frozen=True, kw_only=True):
    """When it was made and what it took: the only part that differs between two audits of the same articles."""

    started: str
    seconds: float
    peak_memory_mib: float
    stages: list[StageSeconds]
