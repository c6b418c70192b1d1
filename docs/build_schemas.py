"""Writes the JSON Schemas in jobs/schemas from the types of the records.

    python docs/build_schemas.py

Tests compare the files with the types, so that they cannot fall behind.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jobs.records import FEED_LINES, FILES, json_schema
from jobs.report.deduplicated import DROPPED, Dropped
from jobs.report.records import json_schema as report_schema

FOLDER = Path(__file__).parents[1] / "jobs" / "schemas"


def schemas() -> dict[str, dict[str, Any]]:
    """Give every schema by the name of its file, without suffix."""
    lines = {**FILES, DROPPED: Dropped}
    return {
        **{Path(file).stem: json_schema(kind) for file, kind in lines.items()},
        "feed": json_schema(*FEED_LINES),
        "report": report_schema(),
    }


if __name__ == "__main__":
    for name, schema in schemas().items():
        text = json.dumps(schema, indent=2, ensure_ascii=False)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
