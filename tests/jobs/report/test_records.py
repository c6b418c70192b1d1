"""The schema of report.json."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec

from jobs.audit import Audit
from jobs.records import json_schema as record_schema
from jobs.report.deduplicated import DROPPED, Dropped
from jobs.report.records import Report, json_schema
from tests.sample import lines

SCHEMAS = Path(__file__).parents[3] / "jobs" / "schemas"


def test_the_schemas_are_those_of_the_records() -> None:
    assert json.loads((SCHEMAS / "report.json").read_text()) == json_schema()
    assert json.loads((SCHEMAS / "dropped.json").read_text()) == record_schema(Dropped)


def test_the_files_follow_their_schemas(sample_audit: Audit) -> None:
    report = json.loads((sample_audit.folder / "report.json").read_text())
    jsonschema.Draft202012Validator(json_schema()).validate(report)
    validator = jsonschema.Draft202012Validator(record_schema(Dropped))
    dropped = lines(sample_audit.folder / DROPPED)
    assert dropped
    for line in dropped:
        validator.validate(line)


def test_a_report_comes_back_from_its_file(sample_audit: Audit) -> None:
    read = msgspec.json.decode((sample_audit.folder / "report.json").read_bytes(), type=Report)
    assert read == sample_audit.report
