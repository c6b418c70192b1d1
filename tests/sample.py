"""The sample corpus and its gold labels."""

from __future__ import annotations

import json
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
SAMPLE = [DATA / "sample" / name for name in ("articles.jsonl", "archive.csv", "folder")]
BAD = DATA / "sample-bad" / "articles.jsonl"


def lines(path: Path) -> list[dict]:
    """Read a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def gold() -> dict[str, dict]:
    """Give event, story, original and relation by article id."""
    return {line["article_id"]: line for line in lines(DATA / "gold" / "gold.jsonl")}
