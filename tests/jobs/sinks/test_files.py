"""Result files take their place whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dedup.errors import CannotWriteError
from jobs.records import Rejected
from jobs.sinks.files import make_folder, replace_file, write_json, write_lines


def test_a_file_that_breaks_off_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "result.jsonl"
    target.write_text("old")
    with pytest.raises(RuntimeError), replace_file(target) as file:
        file.write(b"half of the new")
        raise RuntimeError
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["result.jsonl"]


def test_lines_are_one_document_each(tmp_path: Path) -> None:
    target = tmp_path / "rejected.jsonl"
    record = Rejected(file="a\nb", line=1, article_id=None, reason="no text")
    assert write_lines(target, [record, record]) == 2
    assert target.read_text().splitlines()[0].startswith('{"schema_version":')
    assert target.read_text().count("\n") == 2


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CannotWriteError, match="No space left"), replace_file(tmp_path / "x") as file:
        raise OSError(28, "No space left on device")
        file.write(b"")
    assert not os.listdir(tmp_path)


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(CannotWriteError, match="cannot create the folder"):
        make_folder(tmp_path / "out")


def test_a_document_is_readable(tmp_path: Path) -> None:
    write_json(tmp_path / "run.json", {"counts": {"articles": 2}})
    assert '\n  "counts"' in (tmp_path / "run.json").read_text()
