"""The command line from outside: output, errors, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from jobs.cli import command_line
from jobs.sinks.files import locked
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
        (["run", "x.jsonl"], 64, "Missing option '--out'"),
        (["run", "x.jsonl", "--out", "o", "--jobs", "two"], 64, "--jobs"),
        (["run", "NEWS", "--out", "OUT", "--format", "xml"], 64, "--format"),
        (["run", "NEWS", "--out", "OUT", "--jobs", "-1"], 64, "--jobs"),
        (["run", "NEWS", "--out", "OUT", "--max-rejected", "2"], 64, "--max-rejected"),
        (["run", "NEWS", "--out", "OUT", "--lock-timeout", "-1"], 64, "--lock-timeout"),
        (["run", "NEWS", "--out", "OUT", "--set", "input.format=xml"], 78, "input.format = 'xml'"),
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


def test_what_is_not_there_leaves_no_folder_behind(tmp_path: Path) -> None:
    assert command_line(["run", str(tmp_path / "none.jsonl"), "--out", str(tmp_path / "out")]) == 66
    assert not (tmp_path / "out").exists()


def test_without_a_command_help_is_shown_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line([]) == 64
    shown = capsys.readouterr()
    assert "Usage" in shown.out
    assert shown.err == ""


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["--version"]) == 0
    assert capsys.readouterr().out == f"newsdedup {version('newsdedup')}\n"


def test_a_reader_that_goes_away_ends_the_command_as_the_shell_expects() -> None:
    line = f"{sys.executable} -m jobs.cli config show | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", f"sleep 0.1; {line}"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in {"141", "0"}  # 0 where it was quicker than the reader's end
    assert done.stderr == ""


def test_a_full_disk_behind_standard_output_is_said() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [*MODULE, "config", "show"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 73
    assert done.stderr == "newsdedup: [Errno 28] No space left on device\n"


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_the_run_and_leaves_nothing_half_written(
    number: int, code: int, tmp_path: Path
) -> None:
    feed, out = tmp_path / "feed.jsonl", tmp_path / "out"
    os.mkfifo(feed)
    # Under nohup or in the background of a script these signals would be ignored from the start.
    command = ["env", "--default-signal", *MODULE, "run", str(feed), "--out", str(out)]
    run = subprocess.Popen(command, stderr=subprocess.PIPE)
    with feed.open("w") as open_feed:  # waits until the run reads, which then waits for more
        open_feed.write('{"id": "a", "text": "The harbour is closed."}\n')
        open_feed.flush()
        run.send_signal(number)
        _, told = run.communicate(timeout=60)
    assert run.returncode == code, told
    assert os.listdir(out) == []
    assert b"Traceback" not in told


def test_a_terminal_of_another_encoding_is_no_error(news: Path) -> None:
    news.write_text('{"id": "мост", "text": "Мост открыт.\\nREKLAMA\\nADVERTISEMENT"}\n', encoding="utf-8")
    plain = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [*MODULE, "clean", str(news)], capture_output=True, text=True, env=plain, check=False
    )
    assert done.returncode == 0, done.stderr
    assert r"\u043c\u043e\u0441\u0442" in done.stdout


def test_two_runs_do_not_share_a_folder(
    news: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with locked(tmp_path):
        assert command_line(["run", str(news), "--out", str(tmp_path)]) == 75
    assert "another run writes here" in capsys.readouterr().err


def test_records_that_a_look_passes_over_are_counted(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with news.open("a") as file:
        file.write("{broken\n")
    assert command_line(["clean", str(news)]) == 0
    shown = capsys.readouterr()
    assert "of 3 articles" in shown.out
    assert "1 record left out" in shown.err


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
