"""What `report.json` holds: one module a section of the page, every number that the page shows.

Instants are written in UTC (``2021-08-16T00:00:00Z``), days as ``2021-08-16``, spans of time in seconds, shares
from 0 to 1.  Texts are as in the articles, shortened where a limit says so, and not escaped: whoever shows them
escapes them.
"""

from __future__ import annotations

from typing import Any

import msgspec

from jobs.records import SCHEMA_VERSION
from jobs.report.records.basic import OTHERS, UNKNOWN, ArticleNote, Count, Figures, SizeClass, Strip
from jobs.report.records.boilerplate import BoilerplateFigures, LineFigures, OutletBoilerplate
from jobs.report.records.copying import CopyFlow, Copying, DelayClass, OutletFigures
from jobs.report.records.cost import Cost, StageSeconds
from jobs.report.records.days import DayFigures
from jobs.report.records.duplicates import (
    Bin,
    DuplicateFigures,
    GroupMember,
    GroupNote,
    PairNote,
    PassageNote,
    RuleFigures,
)
from jobs.report.records.overview import Overview
from jobs.report.records.provenance import InputNote, ListFile, Provenance, SettingFigures
from jobs.report.records.reduction import Reduction, ReductionStep, WrittenFile
from jobs.report.records.rejects import RejectFigures, RejectNote
from jobs.report.records.stories import CutFigures, EventNote, StoryFigures, StoryNote

__all__ = [
    "OTHERS",
    "UNKNOWN",
    "ArticleNote",
    "Bin",
    "BoilerplateFigures",
    "CopyFlow",
    "Copying",
    "Cost",
    "Count",
    "CutFigures",
    "DayFigures",
    "DelayClass",
    "DuplicateFigures",
    "EventNote",
    "Figures",
    "GroupMember",
    "GroupNote",
    "InputNote",
    "LineFigures",
    "ListFile",
    "OutletBoilerplate",
    "OutletFigures",
    "Overview",
    "PairNote",
    "PassageNote",
    "Provenance",
    "Reduction",
    "ReductionStep",
    "RejectFigures",
    "RejectNote",
    "Report",
    "RuleFigures",
    "SettingFigures",
    "SizeClass",
    "StageSeconds",
    "StoryFigures",
    "StoryNote",
    "Strip",
    "WrittenFile",
    "json_schema",
]


class Report(Figures, frozen=True, kw_only=True):
    """Every number of the audit page, in the order of the page."""

    schema_version: str = SCHEMA_VERSION
    overview: Overview
    copying: Copying
    duplicates: DuplicateFigures
    stories: StoryFigures
    boilerplate: BoilerplateFigures
    days: DayFigures
    rejects: RejectFigures
    reduction: Reduction
    provenance: Provenance
    cost: Cost


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of `report.json`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Report)}
