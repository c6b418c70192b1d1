"""`newsdedup audit`: a run without state, told in numbers, lists and one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.config import load_settings
from jobs.logs import NoEvents
from jobs.progress import NoProgress
from jobs.readers import Places
from jobs.report.making import make_report
from jobs.report.material import Material
from jobs.run import Findings, find
from jobs.stages import StageLog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobs.config import JobSettings
    from jobs.logs import EventLog
    from jobs.progress import Progress
    from jobs.report.records import Report


@dataclass(frozen=True)
class Audit:
    """What an audit found.

    Attributes
    ----------
    report : Report
        Every number of the page, by section; ``report.json`` holds the same.
    found : Findings
        The run beneath: the analysis and the lines of its result files.
    folder : Path or None
        Where the files lie; None where nothing was written.
    """

    report: Report
    found: Findings
    folder: Path | None


def audit(
    inputs: str | Path | Sequence[str | Path],
    out: str | Path | None = None,
    settings: JobSettings | None = None,
    *,
    progress: Progress | None = None,
    events: EventLog | None = None,
    now: datetime | None = None,
) -> Audit:
    """Find copies and stories in `inputs` and count what an editor and an engineer ask about."""
    paths = [str(inputs)] if isinstance(inputs, str | Path) else [str(one) for one in inputs]
    log = StageLog(progress or NoProgress(), events or NoEvents())
    places = Places()
    found = find(paths, settings or load_settings(), log=log, now=now or datetime.now(UTC), places=places)
    with log.stage("counting", total=len(found.analysis.corpus)):
        report = make_report(Material(found, places), [])
    return Audit(report, found, Path(out) if out is not None else None)
