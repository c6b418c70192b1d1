"""`newsdedup resolve`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli.app import app
from jobs.cli.options import Json, State

if TYPE_CHECKING:
    from jobs.resolve import Resolved


@app.command()
def resolve(
    ids: Annotated[list[str], typer.Argument(help="Ids that a run once published.", metavar="ID...")],
    state: State,
    article: Annotated[
        bool,
        typer.Option("--article", help="Take ids for those of articles, even where a group has the same."),
    ] = False,
    json: Json = False,
) -> int:
    """Say what ids of articles, duplicate groups, events and stories stand for now.

    Example: `newsdedup resolve story-40f89e395b66422f --state /var/lib/news`
    """
    import msgspec

    from jobs.ledger.ledger import Ledger
    from jobs.resolve import resolve as resolve_id

    with Ledger.open(state) as ledger:
        for id_ in ids:
            found = resolve_id(ledger, id_, article=article)
            line = msgspec.json.encode(found).decode() if json else _in_words(found)
            sys.stdout.write(line + "\n")
    return 0


def _in_words(found: Resolved) -> str:
    from jobs.summary import safe

    kind = found.kind.replace("_", " ")
    if found.row is None:
        reason = "was withdrawn" if found.status == "withdrawn" else "ended: its articles were withdrawn"
        return safe(f"{found.id}: {kind} {reason}").plain
    leads = f" goes on as {found.current_id}" if found.status == "redirected" else ""
    detail = found.row.get("label") or found.row.get("title") or ""
    parts = [f"story {found.row['story_id']}"] if found.kind in {"article", "event"} else []
    if found.kind == "article":
        parts.insert(0, f"event {found.row['event_id']}")
        if found.row["original_id"]:
            parts.insert(0, f"{found.row['relation']} in {found.row['duplicate_group']}")
    elif "article_count" in found.row:
        parts.append(f"{found.row['article_count']:,} articles")
    told = ", ".join(filter(None, [detail, *parts]))
    return safe(f"{found.id}: {kind}{leads}{': ' if told else ''}{told}").plain
