"""Pairs of copies in a state: what ``duplicates.jsonl`` holds, old articles included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from jobs.records import DuplicatePair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobs.ledger.commit import Commit
    from jobs.ledger.ledger import Ledger
    from jobs.scheduled.opening import Opened

_KIND = "pairs"


def read_pairs(ledger: Ledger) -> list[DuplicatePair]:
    """Give all pairs of copies, by the ids of both."""
    decoder = msgspec.json.Decoder(list[DuplicatePair])
    return [pair for arrays in ledger.read_arrays(_KIND) for pair in decoder.decode(arrays["json"].tobytes())]


def keep_pairs(commit: Commit, ledger: Ledger, found: Sequence[DuplicatePair], opened: Opened) -> None:
    """Put the pairs of the open articles in the place of those stored for them.

    Parameters
    ----------
    commit : Commit
    ledger : Ledger
    found : sequence of DuplicatePair
        By the ids of both.
    opened : Opened
        Names the articles whose pairs are decided anew.
    """
    before = read_pairs(ledger)
    closed = [pair for pair in before if pair.article_id not in opened.stored]
    pairs = sorted([*closed, *found], key=lambda pair: (pair.article_id, pair.other_id))
    if pairs != before:
        encoded = np.frombuffer(msgspec.json.encode(pairs), np.uint8)
        commit.write_arrays(_KIND, {"json": encoded}, replace=True)
