"""Writes docs/reference.md from the commands, settings, records and errors themselves.

    python docs/build_reference.py

A test compares the page with what this would write, so that it cannot fall behind.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from dedup import errors
from jobs.cli import app
from jobs.config import JobSettings
from jobs.records import FEED_LINES, FILES
from jobs.report.deduplicated import DROPPED
from jobs.report.tables import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from jobs.records import Record

PAGE = Path(__file__).with_name("reference.md")


def page() -> str:
    """Give the whole page."""
    return "\n".join(
        ["# Reference", "", *_commands(), *_settings(), *_records(), *_audit(), *_feed(), *_exit_codes()]
    )


def _commands() -> Iterator[str]:
    yield from ("## Commands", "", "`newsdedup COMMAND --help` tells every option.", "")
    groups = [("", app), *((f"{group.name} ", group.typer_instance) for group in app.registered_groups)]
    for prefix, group in groups:
        for command in group.registered_commands:
            name = command.name or command.callback.__name__
            yield from (f"### newsdedup {prefix}{name}", "", inspect.getdoc(command.callback) or "", "")


def _settings() -> Iterator[str]:
    yield from (
        "## Settings",
        "",
        "A table a stage in a TOML file (`--config`), `NEWSDEDUP_STAGE__NAME` in the environment, or",
        "`--set stage.name=value`.  Flags win over the environment, the environment over the file.",
        "",
    )
    for stage, field in JobSettings.model_fields.items():
        kind: type[BaseModel] = field.annotation
        yield from (
            f"### {stage}",
            "",
            inspect.getdoc(kind) or "",
            "",
            "| name | default | meaning |",
            "|---|---|---|",
        )
        for name, setting in kind.model_fields.items():
            meaning = " ".join((setting.description or "").split()).replace("|", "\\|")
            yield f"| `{name}` | `{setting.get_default(call_default_factory=True)!r}` | {meaning} |"
        yield ""


def _records() -> Iterator[str]:
    yield from ("## Result files", "", "JSON Lines; the JSON Schemas are in `jobs/schemas/`.", "")
    for file, kind in FILES.items():
        first, _, rest = (inspect.getdoc(kind) or "").partition("\n")
        yield from (
            f"### {file}",
            "",
            first,
            "",
            f"Fields: {', '.join(f'`{n}`' for n in kind.__struct_fields__)}.",
            "",
        )
        notes = re.findall(r"^(\w[\w, ]*) : (.+)\n    (.+)$", rest, re.MULTILINE)
        if notes:
            yield from ("| field | type | meaning |", "|---|---|---|")
            yield from (
                f"| {name} | {kind_.replace('|', '/')} | {meaning} |" for name, kind_, meaning in notes
            )
            yield ""


def _audit() -> Iterator[str]:
    yield from (
        "## Files of an audit",
        "",
        "Beside the result files: `report.html`, the page; `report.json`, every number of it (JSON Schema:",
        "`jobs/schemas/report.json`); and these lists, each as `.parquet` and as `.csv`.  In CSV a quote stands",
        "before texts that a spreadsheet would take for a formula.  Lines of",
        f"`{DROPPED}`, which `--write-deduplicated` adds, have the JSON Schema `jobs/schemas/dropped.json`.",
        "",
        "| list | a row is |",
        "|---|---|",
        *(f"| `{name}` | {meaning} |" for name, meaning in MEANINGS.items()),
        "",
    )


def _feed() -> Iterator[str]:
    yield from (
        "## Lines of the feed",
        "",
        "See [Feed your index](feed.md); the JSON Schema is `jobs/schemas/feed.json`.",
        "",
    )
    yield from ("| kind | fields | meaning |", "|---|---|---|")
    for kind in FEED_LINES:
        fields = ", ".join(f"`{name}`" for name in kind.__struct_fields__)
        meaning = (inspect.getdoc(kind) or "").partition("\n")[0]
        yield f"| `{_kind(kind)}` | {fields} | {meaning} |"
    yield ""


def _kind(record: type[Record]) -> str:
    return next(field.default for field in msgspec.structs.fields(record) if field.name == "kind")


def _exit_codes() -> Iterator[str]:
    yield from ("## Exit codes", "", "| code | meaning |", "|--:|---|", "| 0 | done |")
    yield "| 3 | done, but more records were rejected than `run.max_rejected` allows |"
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    for kind in sorted(kinds, key=lambda kind: kind.exit_code):
        meaning = (inspect.getdoc(kind) or "").partition("\n")[0]
        text = "a bug in this program; please report it" if kind is errors.NewsdedupError else meaning
        yield f"| {kind.exit_code} | {text} |"
    yield from ("| 128 + n | stopped by signal n |", "")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
