"""A file of JSON Lines knows what it holds, however it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dedup.errors import CannotWriteError, StateLockedError
from jobs.feed import feed
from jobs.sinks import json_lines
from jobs.sinks.json_lines import JsonLinesFile
from tests.conftest import REPOSITORY
from tests.jobs.sinks.histories import Place, make_state

WORLDS = [{"a": Place("one")}, {"a": Place("one"), "b": Place("one")}, {"b": Place("two")}]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_state(tmp_path_factory.mktemp("state") / "state", WORLDS)


@pytest.fixture
def whole(state: Path, tmp_path: Path) -> bytes:
    with JsonLinesFile(tmp_path / "whole") as sink:
        feed(state, sink)
    return (tmp_path / "whole").read_bytes()


@pytest.mark.parametrize("block", [1, 7, 1 << 20])
def test_wherever_it_was_cut_the_rest_follows(
    block: int, state: Path, whole: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_lines, "TAIL_BYTES", block)
    commits = [0]
    for line in whole.splitlines(keepends=True):
        commits.append(commits[-1] + len(line))
    ends = [end for end in commits if b'"kind":"commit"' in whole[:end].rpartition(b"\n{")[2] or end == 0]
    file = tmp_path / "feed"
    for end in sorted({*range(0, len(whole), 97), *ends, *(end - 1 for end in ends if end), len(whole)}):
        file.write_bytes(whole[:end])
        with JsonLinesFile(file) as sink:
            cursor = sink.cursor()
            assert (cursor.generation if cursor else 0) == sum(0 < place <= end for place in ends)
            feed(state, sink)
        assert file.read_bytes() == whole, end


def test_going_back_cuts_off_what_comes_again(state: Path, whole: bytes, tmp_path: Path) -> None:
    file = tmp_path / "feed"
    for since in (None, 2, 1, 0):
        with JsonLinesFile(file) as sink:
            feed(state, sink, since=since)
        assert file.read_bytes() == whole


def test_another_kind_of_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes"
    result = b'{"schema_version":"1.0","article_id":"a","story_id":"s"}\n'
    for content in (b"my notes\n", b'{"id": 1}\n', b"x", result, result[:40], b'{"schema_version":"2'):
        file.write_bytes(content)
        with pytest.raises(CannotWriteError, match="other things than a feed"):
            JsonLinesFile(file)
        assert file.read_bytes() == content


def test_two_feeds_do_not_write_into_one_file(tmp_path: Path) -> None:
    with JsonLinesFile(tmp_path / "feed"), pytest.raises(StateLockedError, match="another feed"):
        JsonLinesFile(tmp_path / "feed")


def test_a_full_disk_is_said_and_leaves_what_was_there(
    state: Path, whole: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "feed"
    with JsonLinesFile(file) as sink:
        feed(state, sink)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CannotWriteError, match="No space left"), JsonLinesFile(file) as sink:
        feed(state, sink, since=2)
    assert whole.startswith(file.read_bytes())
    assert b'"generation":2,"counts"' in file.read_bytes()[-300:]


def test_what_cannot_be_cut_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(CannotWriteError, match="--to -"):
            JsonLinesFile(place)


def test_a_reader_who_goes_away_ends_the_feed(state: Path) -> None:
    command = f"{sys.executable} -m jobs.cli feed --state {state} --to - | true; exit ${{PIPESTATUS[0]}}"
    ended = subprocess.run(
        ["bash", "-c", command], check=False, cwd=REPOSITORY, capture_output=True, timeout=60
    )
    assert ended.returncode in {0, 141}
    assert b"Traceback" not in ended.stderr


def test_whatever_the_disk_refuses_is_an_output_that_cannot_be_written(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with JsonLinesFile(tmp_path / "feed") as sink:
        feed(state, sink)
    with JsonLinesFile(tmp_path / "feed") as sink:
        monkeypatch.setattr(json_lines, "_lines_backwards", refuse)
        with pytest.raises(CannotWriteError, match="feed: cannot write: Input/output error"):
            sink.rewind(1)
    with pytest.raises(CannotWriteError):
        JsonLinesFile(tmp_path / "feed")
    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(CannotWriteError):
        JsonLinesFile(tmp_path / "feed")
