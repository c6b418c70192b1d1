"""`newsdedup status`: where a state stands, at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from dedup.errors import NoInputError
from jobs.cli import command_line
from jobs.ledger.folder import StateFolder
from jobs.ledger.ledger import Ledger
from jobs.ledger.rows import ArticleRow
from jobs.status import status
from tests.jobs.ledger.factory import NOW, two_generations


@pytest.fixture
def state(tmp_path: Path) -> Path:
    with Ledger.open(tmp_path / "state", create=True) as ledger:
        two_generations(ledger)
        with ledger.commit(started=NOW) as commit:
            commit.report = {"outcome": "done"}
            commit.put_articles(
                [
                    ArticleRow(
                        article_id="gone", status="withdrawn", digest=b"", segment=None, row=None, placed_at=0
                    )
                ]
            )
    return tmp_path / "state"


@pytest.mark.parametrize("looks", [0, 1])
def test_a_file_that_a_run_takes_away_meanwhile_is_no_fault(
    state: Path, monkeypatch: pytest.MonkeyPatch, looks: int
) -> None:
    leaving = state / "segments" / "00000001-memory-0123456789abcdef.npy"
    leaving.touch()
    before, look, seen = status(state, now=NOW).bytes, Path.stat, []

    def look_once(place: Path, **manners: bool) -> os.stat_result:
        if place == leaving:
            seen.append(place)
            if len(seen) > looks:
                place.unlink(missing_ok=True)
        return look(place, **manners)

    monkeypatch.setattr(Path, "stat", look_once)
    assert status(state, now=NOW).bytes == before
    assert seen


def test_status_counts_what_the_state_holds(state: Path) -> None:
    found = status(state, now=NOW)
    counts = msgspec.structs.asdict(found)
    size = sum(file.stat().st_size for file in state.rglob("*") if file.is_file())
    expected = {
        "generation": 3,
        "articles": 6,
        "withdrawn": 1,
        "duplicate_groups": 1,
        "events": 3,
        "stories": 3,
    }
    assert {name: counts[name] for name in expected} == expected
    assert (found.outcome, found.bytes, found.running) == ("done", size, False)


def test_a_person_is_told_of_the_last_change(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["status", "--state", str(state)]) == 0
    assert f"last change  {status(state, now=NOW).finished}, " in capsys.readouterr().out


def test_status_tells_the_age_of_the_last_change(state: Path) -> None:
    finished = status(state, now=NOW).finished
    assert finished is not None
    then = datetime.fromisoformat(finished)
    assert status(state, now=then + timedelta(hours=3)).age_seconds == 10_800


def test_status_sees_a_run_at_work_without_disturbing_it(state: Path) -> None:
    with StateFolder(state).locked():
        assert status(state, now=NOW).running


def test_status_of_a_new_state_is_a_state_without_runs(tmp_path: Path) -> None:
    Ledger.open(tmp_path / "state", create=True).close()
    found = status(tmp_path / "state", now=NOW)
    assert (found.generation, found.finished, found.age_seconds) == (0, None, None)


def test_status_where_there_is_no_state_says_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(NoInputError, match="newsdedup run INPUT --state"):
        status(tmp_path / "state", now=NOW)


def test_the_command_prints_for_people_and_for_machines(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line(["status", "--state", str(state)]) == 0
    told = capsys.readouterr().out
    assert "generation 3" in told
    assert "6, 1 withdrawn; 1 duplicate group" in told
    assert command_line(["status", "--state", str(state), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["generation"] == 3


def test_the_check_command_names_the_damaged_file_and_ends_with_74(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line(["check", "--state", str(state)]) == 0
    assert "generation 3 is as it was written" in capsys.readouterr().out
    segment = next((state / "segments").glob("*-articles-*"))
    segment.write_bytes(segment.read_bytes()[:-1])
    assert command_line(["check", "--state", str(state)]) == 74
    assert segment.name in capsys.readouterr().err


def test_status_imports_no_engine_and_no_arrays(state: Path) -> None:
    program = (
        "import sys; from jobs.cli import command_line; "
        f"command_line(['status', '--state', {str(state)!r}]); "
        "print([name for name in ('numpy', 'numba', 'scipy', 'pyarrow') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
