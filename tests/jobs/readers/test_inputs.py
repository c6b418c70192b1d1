"""Which files an input means."""

from __future__ import annotations

import io
import os
from typing import get_args

import pytest

from dedup.errors import BadDataError, NoInputError
from jobs.readers import find_inputs, input_bytes, waiting
from jobs.readers.formats import FORMATS
from jobs.settings import InputSettings

LINE = '{"id": "a", "text": "One."}\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "sub").mkdir()
    for name in ("b.jsonl", "a.jsonl", "sub/c.jsonl", "sub/.hidden.jsonl", "notes.md"):
        (tmp_path / name).write_text(LINE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (["a.jsonl"], ["a.jsonl"]),
        (["*.jsonl"], ["a.jsonl", "b.jsonl"]),
        (["**/*.jsonl"], ["a.jsonl", "b.jsonl", "sub/c.jsonl"]),
        (["."], ["a.jsonl", "b.jsonl", "sub/c.jsonl"]),
        (["sub", "a.jsonl", "./a.jsonl", "*.jsonl"], ["a.jsonl", "b.jsonl", "sub/c.jsonl"]),
        (["notes.md"], ["notes.md"]),
        (["-", "-"], ["-"]),
    ],
)
def test_paths_patterns_and_folders_give_each_file_once(folder, given, found):
    assert [file.file for file in find_inputs(given)] == found


def test_a_file_whose_name_looks_like_a_pattern_is_taken_as_it_is(folder):
    (folder / "[a].jsonl").write_text(LINE)
    assert [file.file for file in find_inputs(["[a].jsonl"])] == ["[a].jsonl"]


@pytest.mark.parametrize("given", [[], ["missing.jsonl"], ["*.csv"], ["empty"]])
def test_an_input_without_files_is_an_error(folder, given):
    (folder / "empty").mkdir()
    with pytest.raises(NoInputError) as caught:
        find_inputs(given)
    assert caught.value.exit_code == 66


def test_files_that_no_reader_knows_are_named(read, folder):
    result = read(".")
    assert result.log.skipped_files == ["notes.md"]
    assert len(result.log.inputs) == 3


def test_the_total_for_progress_is_the_bytes_on_disk(folder):
    assert input_bytes(["*.jsonl", "-"]) == 2 * len(LINE)


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (LINE, 1),
        (f"[{LINE},{LINE}]", 2),
        ("id,text\na,One.\n", 1),
        ("", 0),
    ],
    ids=["lines", "array", "table", "empty"],
)
def test_without_a_name_the_first_bytes_tell_the_format(read, data, count):
    assert len(read("-", stdin=io.BytesIO(data.encode())).articles) == count


def test_what_cannot_be_told_is_refused_with_what_to_do(read):
    with pytest.raises(BadDataError, match="--format"):
        read("-", stdin=io.BytesIO(b"once upon a time"))


def test_the_formats_that_settings_name_are_those_that_are_read():
    annotation = InputSettings.model_fields["format"].annotation
    assert get_args(annotation) == ("auto", *(form.name for form in FORMATS))


def test_a_file_of_which_nothing_can_be_read_is_given_up(read, tmp_path):
    path = tmp_path / "picture.jsonl"
    path.write_bytes(b"\x89PNG\n" * 20_000)
    with pytest.raises(BadDataError, match="not what its name says"):
        read(path)


def test_a_time_zone_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="Asia/Jakarta"):
        InputSettings(timezone="Mars/Base")


def test_an_empty_spool_is_left_out_and_a_slip_is_not(tmp_path):
    empty, full, strange = tmp_path / "empty", tmp_path / "full", tmp_path / "strange"
    for folder in (empty, full, strange):
        folder.mkdir()
    (empty / ".partial.jsonl").touch()
    (full / "a.jsonl").touch()
    (strange / "a.xyz").touch()
    given = [
        empty,
        empty / "*.jsonl",
        tmp_path / "e*",
        full,
        full / "*.jsonl",
        strange,
        tmp_path / "none",
        "-",
    ]
    assert waiting(given) == [str(each) for each in given[3:]]


def test_what_a_folder_keeps_closed_or_only_points_to_is_told(folder, monkeypatch):
    scan = os.scandir

    def refuse(place):
        if str(place).endswith("sub"):
            raise PermissionError(13, "Permission denied", str(place))
        return scan(place)

    monkeypatch.setattr(os, "scandir", refuse)
    (folder / "away").symlink_to(folder / "sub")
    (folder / "nowhere.jsonl").symlink_to("missing")
    skipped, closed = [], []
    found = find_inputs([folder], skipped=skipped, closed=closed)
    assert [file.path.name for file in found] == ["a.jsonl", "b.jsonl"]
    assert [path.rpartition("/")[2] for path in skipped] == ["away", "notes.md", "nowhere.jsonl"]
    assert [(path.rpartition("/")[2], why) for path, why in closed] == [
        ("sub", "cannot be opened: Permission denied")
    ]
    for name in ("a.jsonl", "b.jsonl", "notes.md", "away", "nowhere.jsonl"):
        (folder / name).unlink()
    assert waiting([str(folder)]), "a spool that is closed is not an empty one"


def test_a_pattern_below_a_folder_that_is_missing_is_a_slip(folder):
    assert waiting(["missing/*.jsonl", "sub/*.csv"]) == ["missing/*.jsonl"]
