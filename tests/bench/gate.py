"""Quality on the gold labels of the sample corpus, against pinned floors.

    python -m tests.bench.gate

Prints the table and ends with 1 where a figure lies under its floor.  A floor goes down only on purpose and in
writing: say why in the commit that lowers it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from dedup.evaluation import b_cubed, pairwise
from jobs.config import load_settings
from jobs.run import run
from tests.sample import DATA, SAMPLE, gold, lines

FLOORS = {
    "copies, pair F1": 0.97,
    "relations, share right": 0.80,  # an exact copy with a line of its site left over counts as a reprint
    "events, B-cubed F1": 0.93,
    "events, pair F1": 0.87,
    "stories, B-cubed F1": 0.93,
    "stories, pair F1": 0.92,
    "boilerplate lines, share removed": 0.94,
    "body lines, share kept": 0.995,
}


def figures(folder: Path) -> dict[str, float]:
    """Run the job on the sample into `folder` and score it."""
    result = run([str(path) for path in SAMPLE], folder, load_settings())
    labels = gold()
    found = {line.article_id: line for line in result.assignments}
    ids = sorted(labels)

    def gold_group(article_id: str) -> str:
        return labels[article_id]["duplicate_of"] or article_id

    def of(name: str) -> list[str]:
        return [labels[article_id][name] for article_id in ids]

    copies = [article_id for article_id in ids if labels[article_id]["duplicate_of"]]
    right = sum(found[article_id].relation == labels[article_id]["relation"] for article_id in copies)
    events, stories = ([getattr(found[i], level) for i in ids] for level in ("event_id", "story_id"))
    groups = [found[article_id].duplicate_group or article_id for article_id in ids]
    return {
        "copies, pair F1": pairwise([gold_group(article_id) for article_id in ids], groups).f1,
        "relations, share right": right / len(copies),
        "events, B-cubed F1": b_cubed(of("event"), events).f1,
        "events, pair F1": pairwise(of("event"), events).f1,
        "stories, B-cubed F1": b_cubed(of("story"), stories).f1,
        "stories, pair F1": pairwise(of("story"), stories).f1,
        **_boilerplate(result.analysis.boilerplate, result.analysis.corpus.ids),
    }


def _boilerplate(removed, ids: list[str]) -> dict[str, float]:
    """Count gold lines that went and other lines that stayed."""
    site = {line["article_id"]: line["lines"] for line in lines(DATA / "gold" / "boilerplate.jsonl")}
    gone = wanted = kept = body = 0
    for row, article_id in enumerate(ids):
        before = [line.strip() for line in removed.original.texts[row].split("\n") if line.strip()]
        after = {line.strip() for line in removed.corpus.texts[row].split("\n")}
        for line in before:
            if line in site.get(article_id, ()):
                wanted += 1
                gone += line not in after
            else:
                body += 1
                kept += line in after
    return {"boilerplate lines, share removed": gone / wanted, "body lines, share kept": kept / body}


def main() -> int:
    """Print every figure beside its floor."""
    with tempfile.TemporaryDirectory() as folder:
        found = figures(Path(folder))
    failed = 0
    print("| figure | found | floor |\n|---|--:|--:|")
    for name, floor in FLOORS.items():
        failed += found[name] < floor
        print(
            f"| {name} | {found[name]:.3f} | {floor:.3f} |{'  UNDER THE FLOOR' if found[name] < floor else ''}"
        )
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
