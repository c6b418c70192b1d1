"""The state folder: private, one writer at a time, whole files only."""

from __future__ import annotations

import multiprocessing
import os
import signal
import stat
import time
from pathlib import Path

import pytest

from dedup.errors import CannotWriteError, DamagedStateError, NoInputError, StateLockedError, UsageError
from jobs.cli import command_line
from jobs.ledger.folder import StateFolder
from jobs.ledger.ledger import Ledger
from tests.jobs.ledger.factory import two_generations

_processes = multiprocessing.get_context("spawn")


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder.open(tmp_path / "state", create=True)


def test_everything_in_a_state_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with Ledger.open(tmp_path / "state", create=True) as ledger:
            two_generations(ledger)
    finally:
        os.umask(before)
    for place in (tmp_path / "state", *(tmp_path / "state").rglob("*")):
        assert stat.S_IMODE(place.stat().st_mode) == (0o700 if place.is_dir() else 0o600), place


@pytest.mark.parametrize("emptied", [False, True])
def test_a_state_that_lost_ledger_and_seal_is_damaged_and_keeps_its_texts(
    tmp_path: Path, emptied: bool
) -> None:
    with Ledger.open(tmp_path / "state", create=True) as ledger:
        two_generations(ledger)
    segments = sorted((tmp_path / "state" / "segments").iterdir())
    (tmp_path / "state" / "ledger.seal").unlink()
    (tmp_path / "state" / "ledger.sqlite").unlink()
    if emptied:
        (tmp_path / "state" / "ledger.sqlite").touch()
    for create in (True, False):
        with pytest.raises(DamagedStateError, match="its segments are there") as told:
            Ledger.open(tmp_path / "state", create=create)
        assert told.value.file == str(tmp_path / "state" / "ledger.sqlite")
    assert sorted((tmp_path / "state" / "segments").iterdir()) == segments


def test_an_empty_folder_becomes_a_private_one(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(mode=0o755)
    StateFolder.open(tmp_path / "state", create=True)
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_a_folder_of_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir(mode=0o755)
    (tmp_path / "letters" / "mother.txt").write_text("Dear")
    with pytest.raises(UsageError, match=r"holds 'mother.txt', which is no part of a state"):
        Ledger.open(tmp_path / "letters", create=True)
    assert [file.name for file in (tmp_path / "letters").iterdir()] == ["mother.txt"]
    assert stat.S_IMODE((tmp_path / "letters").stat().st_mode) == 0o755


@pytest.mark.parametrize("mode", [0o720, 0o702])
def test_a_state_that_others_may_write_to_is_refused(folder: StateFolder, mode: int) -> None:
    Ledger.open(folder.path, create=True).close()
    folder.path.chmod(mode)
    for create in (True, False):
        with pytest.raises(UsageError, match="chmod go-w"):
            Ledger.open(folder.path, create=create)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_state_of_another_user_is_for_root_to_look_at_only(folder: StateFolder) -> None:
    Ledger.open(folder.path, create=True).close()
    os.chown(folder.path, 12345, 12345)
    with pytest.raises(
        CannotWriteError, match=r"belongs to user #12345; run it as that user \(sudo -u #12345 …"
    ):
        Ledger.open(folder.path, create=True)
    with Ledger.open(folder.path) as ledger:
        assert ledger.generation == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_state_that_is_closed_to_a_user_names_its_owner(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Ledger.open(folder.path, create=True).close()
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    assert command_line(["status", "--state", str(folder.path)]) == 66
    assert "belongs to user root; run it as that user (sudo -u root …)" in capsys.readouterr().err
    with pytest.raises(CannotWriteError, match="belongs to user root"):
        Ledger.open(folder.path, create=True)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(CannotWriteError, match="cannot make the state folder"):
        StateFolder.open(tmp_path / "state", create=True)
    with pytest.raises(NoInputError):
        StateFolder.open(tmp_path / "state")


def test_a_link_planted_under_a_temporary_name_is_not_followed(folder: StateFolder, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    (folder.segments / ".00000001-model-0123456789abcdef.npy.tmp").symlink_to(victim)
    with pytest.raises(CannotWriteError):
        folder.publish(
            folder.segments / "00000001-model-0123456789abcdef.npy", lambda file: file.write(b"new")
        )
    assert victim.read_text() == "untouched"


def test_a_link_planted_as_lock_or_ledger_is_not_followed(folder: StateFolder, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    folder.lock.symlink_to(victim)
    with pytest.raises(CannotWriteError, match="cannot open the lock"), folder.locked():
        pass
    folder.lock.unlink()
    folder.ledger.symlink_to(victim)
    with pytest.raises(CannotWriteError):
        Ledger.open(folder.path, create=True)
    assert victim.read_text() == "untouched"


def test_the_sweep_takes_what_no_generation_names_and_nothing_else(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with Ledger.open(state, create=True) as ledger:
        two_generations(ledger)
    stale = [
        state / "segments" / "00000009-articles-0123456789abcdef.npy",
        state / "segments" / ".00000009-articles-0123456789abcdef.npy.tmp",
        state / ".ledger.seal.tmp",
    ]
    foreign = [state / "segments" / "notes.txt", state / "README"]
    for file in (*stale, *foreign):
        file.write_text("x")
    with Ledger.open(state, write=True) as ledger:
        assert not any(file.exists() for file in stale)
        assert all(file.exists() for file in foreign)
        assert len(ledger.texts(ledger.article_columns().ids)) == 6


def test_a_second_run_is_refused_while_the_first_works(folder: StateFolder) -> None:
    with folder.locked():
        assert folder.in_use()
        with pytest.raises(StateLockedError, match="another run works on this state"), folder.locked():
            pass
    assert not folder.in_use()
    with folder.locked():
        pass


def test_the_lock_of_a_killed_run_is_free_at_once(folder: StateFolder) -> None:
    ours, theirs = _processes.Pipe()
    holder = _processes.Process(target=_hold, args=(folder.path, theirs))
    holder.start()
    assert ours.recv() == "in"
    with pytest.raises(StateLockedError), folder.locked():
        pass
    assert holder.pid is not None
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    with folder.locked():
        pass


def _hold(path: Path, pipe: multiprocessing.connection.Connection) -> None:
    with StateFolder(path).locked():
        pipe.send("in")
        time.sleep(60)


@pytest.mark.parametrize(
    ("processes", "rounds"),
    [pytest.param(2, 20, id="few"), pytest.param(8, 200, id="many", marks=pytest.mark.slow)],
)
def test_no_two_processes_are_ever_inside(folder: StateFolder, processes: int, rounds: int) -> None:
    with _processes.Pool(processes) as pool:
        results = pool.starmap(_race, [(folder.path, rounds)] * processes)
    entered, met = (sum(column) for column in zip(*results, strict=True))
    assert met == 0
    assert entered == processes * rounds
    assert [file.name for file in folder.path.iterdir() if file.name != "segments"] == ["lock"]


def _race(path: Path, rounds: int) -> tuple[int, int]:
    """Enter `rounds` times; count how often, and how often somebody else was in."""
    entered = met = 0
    while entered < rounds:
        try:
            with StateFolder(path).locked():
                try:
                    os.close(os.open(path / "inside", os.O_CREAT | os.O_EXCL))
                except FileExistsError:
                    met += 1
                time.sleep(0.0005)
                (path / "inside").unlink(missing_ok=True)
                entered += 1
        except StateLockedError:
            time.sleep(0.0005)
    return entered, met
