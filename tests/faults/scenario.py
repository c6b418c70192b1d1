"""A small state and one more run over it that does everything a commit can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from dedup.corpus import TextColumn
from jobs.check import check
from jobs.ledger.folder import StateFolder
from jobs.ledger.ledger import Ledger
from jobs.ledger.rows import ArticleRow
from tests.jobs.ledger.factory import NOW, add, two_generations

if TYPE_CHECKING:
    from pathlib import Path

    from jobs.ledger.commit import Commit

Content = dict[str, Any]


def first_runs(state: Path) -> None:
    """Make a state of three runs, the last of which left a segment that nobody needs."""
    with Ledger.open(state, create=True) as ledger:
        two_generations(ledger)
        with ledger.commit(started=NOW) as commit:
            commit.write_arrays("model", {"terms": np.arange(3)})
        with ledger.commit(started=NOW) as commit:
            commit.write_arrays("model", {"terms": np.arange(4)}, replace=True)


def next_run(state: Path) -> int:
    """Correct, withdraw, regroup, rename, remember, compact; done twice, the second changes nothing."""
    with Ledger.open(state, create=True) as ledger, ledger.commit(started=NOW) as commit:
        add(commit, {"election": ["e", "f", "g"]}, copies=[["e", "g"]], version=2)
        commit.write_arrays("model", {"terms": np.arange(5)}, replace=True)
        commit.write_arrays("memory", {"pairs": np.arange(100), "days": np.zeros(3)}, replace=True)
        _withdraw(ledger, commit, "d")
        commit.drop_events(["event-football"])
        commit.drop_stories(["story-football"])
        if ledger.stories(["story-football"]):
            commit.redirect({"story-football": "story-election"})
    return 0


def _withdraw(ledger: Ledger, commit: Commit, article_id: str) -> None:
    rows = ledger.article_rows([article_id])
    nothing = {"segment": None, "row": None, "event_id": None, "story_id": None, "duplicate_group": None}
    if not rows:  # a first run
        rows[article_id] = ArticleRow(article_id=article_id, digest=b"", placed_at=0, segment=None, row=None)
    commit.put_articles([msgspec.structs.replace(rows[article_id], status="withdrawn", **nothing)])


def first_run(state: Path) -> int:
    """Make a state and its first generation."""
    with Ledger.open(state, create=True) as ledger, ledger.commit(started=NOW) as commit:
        texts = TextColumn.from_strings([])
        commit.write_arrays("model", {"terms": np.arange(3), "data": texts.data}, replace=True)
        add(commit, {"harbour": ["a", "b"]}, copies=[["a", "b"]])
    return 0


def content(state: Path) -> Content:
    """Give all that a state says, without the numbers of its runs and the places of its texts."""
    with Ledger.open(state) as ledger:
        articles = ledger.article_rows()
        live = [id_ for id_, row in articles.items() if row.status == "live"]
        kinds = sorted({segment.kind for segment in ledger.segments()} - {"articles"})
        return {
            "articles": {
                id_: msgspec.structs.replace(row, segment=None, row=None) for id_, row in articles.items()
            },
            "texts": ledger.texts(live),
            "events": ledger.event_rows(),
            "stories": ledger.stories(),
            "duplicate_groups": ledger.duplicate_groups(),
            "redirects": ledger.redirects(),
            "published_ids": set(ledger.published_ids()),
            "arrays": [
                (kind, [(name, array.tolist()) for name, array in arrays.items()])
                for kind in kinds
                for arrays in ledger.read_arrays(kind)
            ],
        }


def assert_tidy(state: Path) -> None:
    """Assert that all is well and nothing lies around that no generation names."""
    check(state)
    with Ledger.open(state) as ledger:
        named = {segment.name for segment in ledger.segments(dropped=True)}
    folder = StateFolder.open(state)
    assert {file.name for file in folder.segments.iterdir()} == named
    assert {file.name for file in state.iterdir()} == {"ledger.sqlite", "ledger.seal", "lock", "segments"}
