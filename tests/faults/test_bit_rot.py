"""Files that changed behind our back: every flipped bit and every cut is noticed, and the file is named."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dedup.errors import DamagedStateError
from jobs.check import check
from jobs.ledger.ledger import Ledger
from jobs.status import status
from tests.faults.scenario import content, first_runs, next_run
from tests.faults.tracing import needs_strace, traced, with_fault
from tests.jobs.ledger.factory import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def state(quick_folder: Path) -> Path:
    state = quick_folder / "state"
    first_runs(state)
    next_run(state)
    return state


def _files(state: Path) -> list[Path]:
    return sorted(file for file in state.rglob("*") if file.is_file() and file.name != "lock")


def _flips(size: int, number: int) -> Iterator[tuple[int, int]]:
    """Give places and bits: the first and last bytes, and others at random."""
    chosen = random.Random(size)
    yield from ((place, bit) for place in (0, size - 1) for bit in (0, 7))
    yield from ((chosen.randrange(size), chosen.randrange(8)) for _ in range(number))


@pytest.mark.parametrize(
    "number", [pytest.param(8, id="some"), pytest.param(150, id="many", marks=pytest.mark.slow)]
)
def test_a_flipped_bit_in_any_file_is_noticed_and_the_file_named(state: Path, number: int) -> None:
    for file in _files(state):
        whole = file.read_bytes()
        for place, bit in _flips(len(whole), number):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << bit
            file.write_bytes(flipped)
            with pytest.raises(DamagedStateError) as told:
                check(state)
            assert told.value.file == str(file), (place, bit)
        file.write_bytes(whole)
    check(state)


def test_status_of_a_damaged_ledger_is_an_answer_or_names_the_file(state: Path) -> None:
    ledger = state / "ledger.sqlite"
    whole, named = ledger.read_bytes(), set()
    for place, bit in _flips(len(whole), 60):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << bit
        ledger.write_bytes(flipped)
        try:
            assert status(state, now=NOW).articles >= 0
        except DamagedStateError as error:
            named.add(error.file)
    assert named == {str(ledger)}


def test_a_file_that_was_cut_extended_or_lost_is_noticed_and_named(state: Path) -> None:
    for file in _files(state):
        whole = file.read_bytes()
        for cut in (b"", whole[:1], whole[: len(whole) // 2], whole[:-1], whole + b"\0"):
            file.write_bytes(cut)
            with pytest.raises(DamagedStateError) as told:
                check(state)
            assert told.value.file == str(file), len(cut)
        file.unlink()
        with pytest.raises(DamagedStateError) as told:
            check(state)
        assert file.name in str(told.value)
        file.write_bytes(whole)
    check(state)


def test_a_run_refuses_a_damaged_ledger_before_it_reads_a_row(state: Path) -> None:
    ledger = state / "ledger.sqlite"
    whole = bytearray(ledger.read_bytes())
    place = whole.index(b"Title of harbour"[:8])  # inside a value: no structure breaks
    whole[place] ^= 1
    ledger.write_bytes(whole)
    with pytest.raises(DamagedStateError, match="its digest is not the one on its seal"):
        Ledger.open(state, write=True)
    with pytest.raises(DamagedStateError, match=r"ledger\.sqlite"):
        Ledger.open(state)


def test_a_ledger_from_an_older_backup_beside_newer_segments_is_noticed(
    state: Path, quick_folder: Path
) -> None:
    first_runs(quick_folder / "older")
    shutil.copy(quick_folder / "older" / "ledger.sqlite", state / "ledger.sqlite")
    with pytest.raises(DamagedStateError, match="is at generation 4, and its seal is of generation 5"):
        Ledger.open(state)


@needs_strace
def test_a_flipped_bit_in_the_journal_of_a_killed_run_is_noticed_or_harmless(quick_folder: Path) -> None:
    before, state, log = quick_folder / "before", quick_folder / "state", quick_folder / "log"
    first_runs(before)
    shutil.copytree(before, state)
    calls = traced(lambda: next_run(state), log, state)
    stages = [content(before), content(state)]
    journal = state / "ledger.sqlite-journal"
    commit = next(call for call in calls if call.name == "unlink" and call.paths[0] == str(journal))
    shutil.rmtree(state)
    shutil.copytree(before, state)
    assert with_fault(lambda: next_run(state), log, commit, "SIGKILL") == -9
    shutil.copytree(state, quick_folder / "killed")
    noticed = 0
    for place, bit in _flips(journal.stat().st_size, 20):
        shutil.rmtree(state)
        shutil.copytree(quick_folder / "killed", state)
        flipped = bytearray(journal.read_bytes())
        flipped[place] ^= 1 << bit
        journal.write_bytes(flipped)
        try:
            assert content(state) in stages
        except DamagedStateError:
            noticed += 1
    assert noticed
