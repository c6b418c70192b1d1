"""The command line from outside: output, errors, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.cli import command_line
from tests.sample import BAD, SAMPLE

MODULE = [sys.executable, "-m", "jobs.cli"]


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl"
    path.write_text(
        "".join(
            json.dumps({"id": f"a{i}", "text": f"Story number {i} has its own words."}) + "\n"
            for i in range(3)
        )
    )
    return path


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in ("run", "clean", "explain", "tune", "evaluate", "config"))


@pytest.mark.parametrize(
    "command", [["run"], ["clean"], ["explain"], ["tune"], ["evaluate"], ["config", "show"]]
)
def test_each_help_has_an_example(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line([*command, "--help"]) == 0
    assert "Example: newsdedup" in " ".join(capsys.readouterr().out.split())


def test_help_loads_no_engine() -> None:
    code = "import sys, jobs.cli as c; c.command_line(['--help']); print({'numba', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("set()")


def test_a_run_ends_with_one_machine_readable_line(news: Path, tmp_path: Path) -> None:
    command = [*MODULE, "run", str(news), "--out", str(tmp_path / "out"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["counts"]["articles"] == 3
    assert "3 articles" in done.stderr


def test_standard_input_is_read(news: Path, tmp_path: Path) -> None:
    command = [*MODULE, "run", "-", "--out", str(tmp_path / "out"), "--quiet"]
    done = subprocess.run(command, input=news.read_bytes(), capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert len((tmp_path / "out" / "assignments.jsonl").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["run", "x.jsonl"], 64, "--out"),
        (["run", "x.jsonl", "--out", "o", "--nonsense"], 64, "--nonsense"),
        (["run", "no-such-file.jsonl", "--out", "OUT"], 66, "no-such-file.jsonl"),
        (["run", "NEWS", "--out", "OUT", "--set", "stories.event_cut=2"], 78, "stories.event_cut"),
        (["run", "NEWS", "--out", "OUT", "--config", "none.toml"], 78, "none.toml"),
        (["run", "NEWS", "--out", "NEWS"], 73, "cannot create the folder"),
        (["run", "NEWS", "--out", "OUT", "--field", "text"], 64, "FIELD=NAME"),
    ],
)
def test_a_mistake_ends_with_its_code_and_a_sentence(
    arguments: list[str],
    code: int,
    message: str,
    news: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    places = {"NEWS": str(news), "OUT": str(tmp_path / "out")}
    assert command_line([places.get(argument, argument) for argument in arguments]) == code
    shown = capsys.readouterr()
    assert message in " ".join((shown.out + shown.err).split())
    assert "Traceback" not in shown.err


def test_too_many_rejected_records_end_with_3(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert command_line(["run", str(BAD), "--out", str(out), "--quiet"]) == 3
    rejected = [json.loads(line) for line in (out / "rejected.jsonl").read_text().splitlines()]
    assert rejected
    assert all(record["file"] == str(BAD) and record["reason"] for record in rejected)
    assert command_line(["run", str(BAD), "--out", str(out), "--quiet", "--max-rejected", "1"]) == 0


def test_settings_are_shown_with_their_digest(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["config", "show", "--set", "stories.event_cut=0.61"]) == 0
    shown = capsys.readouterr().out
    assert "event_cut = 0.61" in shown
    assert shown.startswith("# digest ")


def test_the_sample_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["run", *map(str, SAMPLE), "--out", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "Largest stories" in shown
    assert "Rusia" in shown
    assert "Taliban" in shown
    assert "Copies" in shown
    assert "stories.jsonl" in shown
