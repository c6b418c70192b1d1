"""The metrics file: read by Prometheus' own parser, replaced whole, and keeping the last success."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dedup.errors import CannotWriteError
from jobs.endings import Published
from jobs.metrics import PREFIXES, RunFigures, check_place, write_metrics
from jobs.stages import StageCost

PUBLISHED = Published(
    exit_code=0,
    counts={"records": 12, "rejected": 1, "articles": 11, "copies": 3, "stories": 5, "unwatched": 7},
    stages=[StageCost("reading", 0.25, 100.0), StageCost("finding copies", 2.0, 200.0)],
    churn=0.125,
    generation=4,
)


def figures(published: Published | None = PUBLISHED, *, exit_code: int = 0, at: float = 1000.0) -> RunFigures:
    return RunFigures(exit_code, at, 2.5, 200.0, published)


def read(file: Path) -> dict[str, float]:
    """Give every sample by name and label."""
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(file.read_text())
        for sample in family.samples
    }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "newsdedup.prom"


def test_a_run_is_told_in_base_units(file: Path) -> None:
    write_metrics(file, figures())
    told = read(file)
    assert told["newsdedup_last_success_timestamp_seconds"] == 1000
    assert told["newsdedup_last_run_success"] == 1
    assert told["newsdedup_last_run_peak_memory_bytes"] == 200 * 1024**2
    assert told["newsdedup_stage_duration_seconds finding copies"] == 2
    assert told["newsdedup_records_read"] == 12
    assert told["newsdedup_copies"] == 3
    assert told["newsdedup_story_churn_ratio"] == 0.125
    assert told["newsdedup_generation"] == 4
    assert not any("unwatched" in name for name in told)


def test_tasks_do_not_share_names(file: Path) -> None:
    """Node exporter reads the files of all of them, and refuses a name that comes twice."""
    names = []
    for task in PREFIXES:
        for published in (PUBLISHED, None):
            write_metrics(file, dataclasses.replace(figures(published), task=task))
        names += [line.split()[2] for line in file.read_text().splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names))
    assert {"newsdedup_generation", "newsdedup_feed_generation", "newsdedup_lsh_export_generation"} <= set(
        names
    )


def test_a_failure_keeps_what_the_last_success_told(file: Path) -> None:
    write_metrics(file, figures())
    before = read(file)
    write_metrics(file, figures(None, exit_code=74, at=2000.0))
    told = read(file)
    assert told["newsdedup_last_run_success"] == 0
    assert told["newsdedup_last_run_exit_code"] == 74
    assert told["newsdedup_last_run_timestamp_seconds"] == 2000
    of_success = {name for name in before if "last_run" not in name}
    assert {name: told[name] for name in of_success} == {name: before[name] for name in of_success}


def test_a_second_failure_and_a_success_after_it_tell_nothing_twice(file: Path) -> None:
    for run in (figures(), figures(None, exit_code=74), figures(None, exit_code=75), figures(at=3000.0)):
        write_metrics(file, run)
    names = [line.split()[2] for line in file.read_text().splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names))
    assert read(file)["newsdedup_last_success_timestamp_seconds"] == 3000


def test_results_that_lose_records_are_a_success_with_their_code(file: Path) -> None:
    write_metrics(file, figures(exit_code=3))
    assert read(file)["newsdedup_last_run_success"] == 1
    assert read(file)["newsdedup_last_run_exit_code"] == 3


def test_without_a_success_there_is_no_time_of_one(file: Path) -> None:
    write_metrics(file, figures(None, exit_code=66))
    assert "newsdedup_last_success_timestamp_seconds" not in read(file)


@pytest.mark.parametrize("content", [b"no metrics at all {", b"\xff\xfe", b"other_metric 1\n"])
def test_what_is_no_metrics_file_is_replaced(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    write_metrics(file, figures(None, exit_code=66))
    assert all(name.startswith("newsdedup_last_run") for name in read(file))


def test_node_exporter_may_read_it_whatever_the_umask_and_nothing_else_is_left(file: Path) -> None:
    before = os.umask(0o077)
    try:
        write_metrics(file, figures())
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o644
    assert os.listdir(file.parent) == [file.name]


def test_a_file_that_cannot_be_replaced_stays_whole(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_metrics(file, figures())
    before = file.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWriteError, match="No space left"):
        write_metrics(file, figures(at=2000.0))
    assert file.read_bytes() == before
    assert os.listdir(file.parent) == [file.name]


def test_a_place_that_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    check_place(tmp_path / "new.prom")
    with pytest.raises(CannotWriteError, match="missing or not writable"):
        check_place(tmp_path / "none" / "new.prom")
    with pytest.raises(CannotWriteError, match="is a folder"):
        check_place(tmp_path)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian package prometheus) is absent")
def test_promtool_finds_nothing_to_say(file: Path) -> None:
    write_metrics(file, figures())
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=file.read_bytes(), capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
