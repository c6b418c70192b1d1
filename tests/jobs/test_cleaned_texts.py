"""Texts are read as of one generation, while runs go on."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from jobs import cleaned_texts
from jobs.cleaned_texts import CleanedTexts
from jobs.ledger import database
from jobs.ledger.ledger import Ledger
from tests.jobs.ledger.factory import call_when_held_up
from tests.jobs.sinks.histories import Place, Step, add_generation, make_state

WORLD = {"a": Place("one"), "b": Place("one")}


def test_a_withdrawal_between_two_reads_is_not_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = make_state(tmp_path / "state", [WORLD])
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.05)
    stored = cleaned_texts.stored_corpus
    arrived, committed = threading.Event(), threading.Event()

    def withdraw() -> None:
        with Ledger.open(state, write=True, verify=False) as ledger:
            call_when_held_up(ledger, arrived.set)
            add_generation(ledger, Step(WORLD, {"a": Place("one")}))
        committed.set()
        arrived.set()

    run = threading.Thread(target=withdraw)

    def interrupted(*arguments: object) -> object:
        run.start()
        assert arrived.wait(60), "the withdrawal is neither held up nor done"
        return stored(*arguments)

    with Ledger.open(state) as ledger, monkeypatch.context() as patch:
        patch.setattr(cleaned_texts, "stored_corpus", interrupted)
        assert CleanedTexts(ledger).of("ab").keys() == {"a", "b"}
    run.join()
    assert committed.is_set()
