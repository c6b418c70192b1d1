"""Result files take their places together and whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dedup.errors import CannotWriteError, StateLockedError
from jobs.records import Rejected
from jobs.sinks.files import ResultFiles, locked, make_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the results of an earlier run."""
    for name in ("lines.jsonl", "run.json"):
        (tmp_path / name).write_text("old")
    return tmp_path


def test_files_take_their_places_together(folder: Path) -> None:
    with ResultFiles(folder) as files:
        files.write_lines("lines.jsonl", [])
        files.write_json("run.json", {})
        assert (folder / "lines.jsonl").read_text() == (folder / "run.json").read_text() == "old"
    assert (folder / "lines.jsonl").read_text() == ""
    assert (folder / "run.json").read_text() == "{}\n"
    assert sorted(os.listdir(folder)) == ["lines.jsonl", "run.json"]


def test_files_that_break_off_leave_the_old_ones(folder: Path) -> None:
    with pytest.raises(RuntimeError), ResultFiles(folder) as files:
        files.write_lines("lines.jsonl", [])
        with files.open("run.json") as file:
            file.write(b"half of the new")
            raise RuntimeError
    assert (folder / "lines.jsonl").read_text() == (folder / "run.json").read_text() == "old"
    assert sorted(os.listdir(folder)) == ["lines.jsonl", "run.json"]


def test_the_seal_of_an_earlier_run_does_not_vouch_for_new_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def stop_at_the_seal(self: Path, target: Path) -> Path:
        if target.name == "run.json":
            raise OSError(5, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", stop_at_the_seal)
    with (
        pytest.raises(CannotWriteError, match=r"run\.json: cannot write: Input"),
        ResultFiles(folder) as files,
    ):
        files.write_lines("lines.jsonl", [])
        files.write_json("run.json", {})
    assert os.listdir(folder) == ["lines.jsonl"]


def test_what_a_killed_run_left_is_cleared_away(folder: Path) -> None:
    (folder / "run.json").unlink()
    (folder / ".lines.jsonl.tmp").symlink_to(folder / "elsewhere")
    with ResultFiles(folder) as files:
        files.write_lines("lines.jsonl", [])
    assert sorted(os.listdir(folder)) == ["lines.jsonl"]


def test_lines_are_one_document_each(tmp_path: Path) -> None:
    record = Rejected(file="a\nb", line=1, article_id=None, reason="no text")
    with ResultFiles(tmp_path) as files:
        files.write_lines("rejected.jsonl", [record, record])
    text = (tmp_path / "rejected.jsonl").read_text()
    assert text.startswith('{"schema_version":')
    assert text.count("\n") == 2


def test_a_document_is_readable(tmp_path: Path) -> None:
    with ResultFiles(tmp_path) as files:
        files.write_json("run.json", {"counts": {"articles": 2}})
    assert '\n  "counts"' in (tmp_path / "run.json").read_text()


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with (
        pytest.raises(CannotWriteError, match="No space left"),
        ResultFiles(tmp_path) as files,
        files.open("x"),
    ):
        raise OSError(28, "No space left on device")
    assert not os.listdir(tmp_path)


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(CannotWriteError, match="cannot create the folder"):
        make_folder(tmp_path / "out")


def test_two_runs_do_not_write_into_one_folder(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(StateLockedError, match="another run"), locked(tmp_path):
        pass
    with locked(tmp_path):
        pass
