"""A command as a scheduler sees it: what it writes where, and how it ends."""

from __future__ import annotations

import gzip
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from jobs.cli import command_line
from jobs.sinks.files import locked

MODULE = [sys.executable, "-m", "jobs.cli"]
SECRET = "Nobody but the harbour master knew of the sunken barge"


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl"
    path.write_text(
        json.dumps({"id": "a\u202e\n1", "title": SECRET, "text": f"{SECRET}, it is said."}) + "\n"
    )
    return path


def run(*arguments: object, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MODULE, "run", *map(str, arguments)], capture_output=True, text=True, check=False, env=environment
    )


def figures(file: Path) -> dict[str, float]:
    families = text_string_to_metric_families(file.read_text())
    return {sample.name: sample.value for family in families for sample in family.samples}


def test_the_json_log_is_json_from_start_to_end_and_holds_no_article(news: Path, tmp_path: Path) -> None:
    with news.open("a") as file:
        file.write('{"id": "b", "text": ""}\n')
    done = run(news, "--out", tmp_path / "out", "--log-format", "json", "--max-rejected", 1)
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert [told[0]["event"], told[-1]["event"]] == ["run started", "run done"]
    assert len({event["run_id"] for event in told}) == 1
    assert {"reading", "finding copies", "writing results"} <= {event.get("stage") for event in told}
    assert any(event["event"] == "records rejected" and event["records"] == 1 for event in told)
    assert done.stdout == ""
    assert "harbour" not in done.stderr


def test_an_error_is_an_event_of_the_log(tmp_path: Path) -> None:
    done = run(tmp_path / "none.jsonl", "--out", tmp_path / "out", "--log-format", "json")
    assert done.returncode == 66
    last = json.loads(done.stderr.splitlines()[-1])
    assert (last["level"], last["event"], last["exit_code"]) == ("error", "run failed", 66)
    assert "none.jsonl" in last["error"]


def test_a_bug_is_an_event_that_says_where_it_is(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("jobs.run.run", lambda *_, **__: {}[SECRET])
    assert command_line(["run", str(news), "--out", str(tmp_path), "--log-format", "json"]) == 70
    told = capsys.readouterr().err
    event = json.loads(told.splitlines()[-1])
    assert (event["event"], event["exception"]) == ("run failed", "builtins.KeyError")
    assert "test_operation.py" in event["frames"][-1]
    assert SECRET not in told


@pytest.mark.parametrize("form", [(), ("--quiet",), ("--log-format", "console")])
def test_a_bug_is_told_to_a_person_without_its_message_as_well(
    form: tuple[str, ...],
    news: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("jobs.run.run", lambda *_, **__: {}[SECRET])
    assert command_line(["run", str(news), "--out", str(tmp_path), *form]) == 70
    told = capsys.readouterr().err
    frame, kind, last = told.splitlines()[-3:]
    assert "test_operation.py:" in frame
    assert kind == "builtins.KeyError"
    assert "this is a bug; please report it with the lines above" in last
    assert SECRET not in told


def test_settings_that_are_wrong_are_an_event_as_well(news: Path, tmp_path: Path) -> None:
    done = run(news, "--out", tmp_path / "out", "--log-format", "json", "--set", "stories.event_cut=9")
    assert done.returncode == 78
    assert json.loads(done.stderr)["exit_code"] == 78


def test_a_log_format_that_is_none_names_the_variable_it_came_from(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEWSDEDUP_LOG_FORMAT", "xx")
    assert command_line(["run", str(news), "--out", str(tmp_path / "out")]) == 64
    assert "NEWSDEDUP_LOG_FORMAT" in capsys.readouterr().err


def test_a_quiet_run_with_nothing_but_the_least_environment_says_nothing(news: Path, tmp_path: Path) -> None:
    """As cron starts it: no home, no locale, a short path, another folder, a closed input."""
    least = {"PATH": "/usr/bin:/bin", "LANG": "C", "NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR", "")}
    steps = [
        "import os, sys",
        "sys.path.insert(0, sys.argv.pop(1))",
        "os.umask(0o077)",
        "from jobs.cli import main",
        "main()",
    ]
    command = [sys.executable, "-c", "; ".join(steps), str(Path(__file__).parents[3]), "run", str(news)]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "out"), "--quiet"],
        env={name: value for name, value in least.items() if value},
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0


def test_too_many_rejected_records_are_said_even_by_a_quiet_run(news: Path, tmp_path: Path) -> None:
    with news.open("a") as file:
        file.write('{"id": "b", "text": ""}\n')
    done = run(news, "--out", tmp_path / "out", "--quiet")
    assert done.returncode == 3
    assert done.stderr == "newsdedup: done, but 1 of 2 records rejected, more than run.max_rejected allows\n"


def test_a_file_that_breaks_off_is_named_even_by_a_quiet_run(news: Path, tmp_path: Path) -> None:
    (news.parent / "spool").mkdir()
    broken = news.parent / "spool" / "broken.jsonl.gz"
    broken.write_bytes(gzip.compress(news.read_bytes())[:-9])
    for more in (["--out", tmp_path / "out"], ["--state", tmp_path / "state"]):
        done = run(broken.parent, *more, "--quiet")
        assert done.returncode == 3
        assert done.stderr == f"newsdedup: done, but {broken} could not be read to the end\n"


def test_output_that_is_no_terminal_gets_lines_and_no_bars(news: Path, tmp_path: Path) -> None:
    done = run(news, "--out", tmp_path / "out")
    assert "stage done" in done.stderr
    assert "\x1b" not in done.stderr
    assert "Results are in" in done.stdout


@pytest.mark.parametrize(("no_colour", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_colours_unless_it_wants_none(no_colour: str, coloured: bool, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "NO_COLOR": no_colour}
    command = [*MODULE, "run", str(tmp_path / "none"), "--out", str(tmp_path), "--log-format", "console"]
    done = subprocess.run(command, stderr=theirs, stdout=subprocess.DEVNULL, env=environment, check=False)
    os.close(theirs)
    told = os.read(ours, 100_000)
    os.close(ours)
    assert done.returncode == 66
    assert b"run failed" in told
    assert (b"\x1b[" in told) == coloured


def test_metrics_are_written_however_the_run_ends(news: Path, tmp_path: Path) -> None:
    file = tmp_path / "newsdedup.prom"
    common = ["--out", str(tmp_path / "out"), "--metrics-file", str(file), "--quiet"]
    assert command_line(["run", str(news), *common]) == 0
    good = figures(file)
    assert (good["newsdedup_last_run_success"], good["newsdedup_articles"]) == (1, 1)
    assert command_line(["run", str(tmp_path / "none"), *common]) == 66
    bad = figures(file)
    assert (bad["newsdedup_last_run_success"], bad["newsdedup_last_run_exit_code"]) == (0, 66)
    kept = "newsdedup_last_success_timestamp_seconds"
    assert bad[kept] == good[kept] <= bad["newsdedup_last_run_timestamp_seconds"]
    with locked(tmp_path / "out"):
        assert command_line(["run", str(news), *common, "--lock-timeout", "0.1"]) == 75
    assert figures(file)["newsdedup_last_run_exit_code"] == 75


def test_a_dry_run_leaves_no_file_behind(
    news: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(tmp_path.rglob("*"))
    for place in ("--out", "--state"):
        arguments = ["run", str(news), place, str(tmp_path / "place"), "--dry-run", "--json", "--quiet"]
        assert command_line([*arguments, "--metrics-file", str(tmp_path / "m.prom")]) == 0
        assert json.loads(capsys.readouterr().out)["counts"]["articles"] == 1
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("place", ["--out", "--state"])
def test_nothing_to_do_has_the_exit_code_that_was_asked_for(place: str, tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "a.jsonl").touch()
    arguments = ["run", str(tmp_path / "spool"), place, str(tmp_path / "place"), "--quiet"]
    assert command_line(arguments) == 0
    assert command_line([*arguments, "--exit-code-if-empty", "99"]) == 99


def test_an_empty_spool_is_nothing_to_do(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    assert command_line(["run", str(tmp_path / "spool"), "--state", str(tmp_path / "state"), "--quiet"]) == 0


def test_a_place_for_metrics_that_is_closed_is_told_before_the_work(news: Path, tmp_path: Path) -> None:
    metrics = tmp_path / "none" / "m.prom"
    done = run(news, "--out", tmp_path / "out", "--metrics-file", metrics)
    assert done.returncode == 73
    assert not (tmp_path / "out").exists()


def test_an_exit_code_beyond_what_a_process_can_give_is_refused(news: Path, tmp_path: Path) -> None:
    assert command_line(["run", str(news), "--out", str(tmp_path), "--exit-code-if-empty", "256"]) == 64
    assert command_line(["run", str(news), "--out", str(tmp_path), "--lock-timeout", "-1"]) == 64


def test_streams_that_are_closed_lead_nowhere_and_into_no_file(tmp_path: Path) -> None:
    command = f"{sys.executable} -m jobs.cli run {tmp_path / 'none'} --out {tmp_path / 'out'} <&- >&- 2>&-"
    assert subprocess.run(["bash", "-c", command], check=False).returncode == 66
    shown = f"{sys.executable} -m jobs.cli config show >&-"
    done = subprocess.run(["bash", "-c", shown], stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_disk_that_is_full_is_said_and_leaves_what_was_there(news: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert command_line(["run", str(news), "--out", str(out), "--quiet"]) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    # A limit on the size of files fails each write beyond it, as a full disk does.
    told = "--quiet --set input.language=en"  # to find a language, its model is unpacked into a file
    limited = f"ulimit -f 1; exec {sys.executable} -B -m jobs.cli run {news} --out {out} {told}"
    done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, check=False)
    assert done.returncode == 73, done.stderr
    assert "cannot write" in done.stderr
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
