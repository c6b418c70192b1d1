"""Hostile texts all the way from the input to the page."""

from __future__ import annotations

import json
from pathlib import Path

from jobs.audit import audit
from tests.jobs.report.hostile import AWAY, PAYLOADS
from tests.jobs.report.test_page import Tree

BODY = (
    "The ferry to Halden turned back on Monday after water entered the engine room. All 112 passengers were taken "
    "off by two tugs before noon, the harbour office said. An inquiry begins this week, and the line will be "
    "served by a smaller ship until the cause is known. Fares stay the same until the end of the season."
)


def test_no_field_of_an_article_runs_or_fetches_anything(tmp_path: Path) -> None:
    source = tmp_path / "articles.jsonl"
    source.write_text("\n".join(map(json.dumps, _articles())), encoding="utf-8")
    found = audit(source, tmp_path / "out")
    assert found.report.overview.copies > 0
    tree = Tree((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert not {"script", "iframe", "object", "embed", "img", "form", "base"} & {tag for tag, _ in tree.tags}
    assert not [name for _, names in tree.tags for name in names if name.startswith("on") or name == "style"]
    assert {link.split(":")[0] for link in tree.values("href") if link[0] != "#"} <= {"http", "https", "data"}
    assert AWAY not in tree.values("href")


def _articles() -> list[dict[str, str]]:
    """Give each payload as every field of an article, and its copy at another outlet a day later."""
    return [
        {
            "id": f"{place}-{day} {payload}",
            "title": f"{payload} {place}",
            "text": f"{payload}\n{BODY.replace('Halden', f'Halden{place}')}\n{payload}",
            "url": payload,
            "source": f"{payload}{day}",
            "date": f"2021-05-{1 + place % 20:02}T0{day}:00:00Z",
            "language": payload,
            "section": payload,
        }
        for place, payload in enumerate(text.encode("utf-8", "replace").decode() for text in PAYLOADS)
        for day in (1, 2)
    ]
