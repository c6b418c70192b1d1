"""Whole runs whose workers are killed, and that are stopped at any moment."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from jobs.cli import command_line
from tests.crowding import crowding

pytestmark = pytest.mark.slow

SYLLABLES = ["ka", "lo", "mi", "ne", "ru", "sa", "to", "vi", "pe", "du", "ga", "zo", "fi", "ha"]

#: Enough stories that naming them is shared out to processes.
ARTICLES = 4500
STOPS = 8


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Many articles that have nothing to do with each other."""
    chance = random.Random(7)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(60_000)]
    path = tmp_path_factory.mktemp("news") / "news.jsonl"
    with path.open("w") as file:
        for number in range(ARTICLES):
            name, *rest = " ".join(chance.choices(words, k=3)).title(), *chance.choices(words, k=40)
            article = {"id": f"n{number}", "title": name, "text": f"{name} {' '.join(rest)}."}
            file.write(json.dumps(article) + "\n")
    return path


def start(news: Path, place: Path, kind: str = "--out") -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "jobs.cli", "run", str(news), kind, str(place), "--jobs", "2"]
    return subprocess.Popen(
        ["env", "--default-signal", *command, "--log-format", "json"], stderr=subprocess.PIPE, text=True
    )


def workers_of(run: subprocess.Popen[str]) -> list[psutil.Process]:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and run.poll() is None:
        children = psutil.Process(run.pid).children()
        workers = [child for child in children if "popen_loky" in " ".join(child.cmdline())]
        if len(workers) == 2:
            return workers
        time.sleep(0.05)
    raise AssertionError("the run shared nothing out")


def stopped(run: subprocess.Popen[str]) -> str:
    """Stop the run, see that it ends in time, and give what it told."""
    begun = time.monotonic()
    run.send_signal(signal.SIGTERM)
    run.wait()
    assert time.monotonic() - begun < 5 * crowding()
    return run.communicate()[1]


def nothing_is_left_of(run: subprocess.Popen[str], workers: list[psutil.Process], out: Path) -> bool:
    psutil.wait_procs(workers, timeout=5)
    deadline = time.monotonic() + 5
    while (
        shared := [
            name for name in os.listdir("/dev/shm") if f"_{run.pid}_" in name or f"-{run.pid}-" in name
        ]
    ) and (time.monotonic() < deadline):
        time.sleep(0.1)
    alive = [each for each in workers if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
    temporary = [path.name for path in out.rglob("*.tmp")]
    assert (alive, shared, temporary) == ([], [], [])
    return True


def results(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "run.json"}


@pytest.fixture(scope="module")
def undisturbed(news: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed")
    run = start(news, out)
    assert run.communicate()[1]
    assert run.returncode == 0
    return out


def test_a_worker_killed_for_memory_changes_nothing_in_the_result(
    news: Path, undisturbed: Path, tmp_path: Path
) -> None:
    run = start(news, tmp_path)
    workers = workers_of(run)
    workers[0].kill()
    _, told = run.communicate()
    assert run.returncode == 0, told
    events = [json.loads(line) for line in told.splitlines()]
    assert any("a worker was lost" in event["event"] for event in events)
    assert results(tmp_path) == results(undisturbed)
    assert nothing_is_left_of(run, workers, tmp_path)


def test_a_run_stopped_among_its_workers_ends_within_five_seconds(news: Path, tmp_path: Path) -> None:
    run = start(news, tmp_path)
    workers = workers_of(run)
    told = stopped(run)
    assert run.returncode == 143, told
    assert os.listdir(tmp_path) == []
    assert nothing_is_left_of(run, workers, tmp_path)


def test_a_run_stopped_at_any_moment_leaves_the_results_before_it(
    news: Path, undisturbed: Path, tmp_path: Path
) -> None:
    before = results(undisturbed)
    chance = random.Random(int(os.environ.get("NEWSDEDUP_CHANCE", "1")))
    for _ in range(STOPS):
        run = start(news, undisturbed)
        time.sleep(chance.uniform(0.5, 12))
        told = stopped(run)
        assert run.returncode in {143, -15, 0}, told
        assert results(undisturbed) == before
        assert nothing_is_left_of(run, [], undisturbed)


def test_a_scheduled_run_stopped_at_any_moment_leaves_a_state_to_go_on_from(
    news: Path, tmp_path: Path
) -> None:
    chance = random.Random(int(os.environ.get("NEWSDEDUP_CHANCE", "2")))
    for number in range(STOPS // 2):
        state = tmp_path / f"state-{number}"
        run = start(news, state, "--state")
        time.sleep(chance.uniform(1, 20))
        told = stopped(run)
        assert run.returncode in {143, -15, 0}, told
        assert nothing_is_left_of(run, [], state)
    again = start(news, state, "--state")
    assert again.communicate()[1]
    assert again.returncode == 0
    assert command_line(["check", "--state", str(state)]) == 0
