"""The files for operators are tried with the programs that will read them."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from jobs.cli import app
from jobs.endings import Published
from jobs.metrics import COUNTED, PREFIXES, RunFigures, write_metrics
from jobs.stages import StageCost
from tests.commands import options_of

DEPLOY = files("jobs.deploy")
SERVICES = ("newsdedup.service", "newsdedup-feed.service")
PROGRAM = "/opt/newsdedup/bin/newsdedup"


def content(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def crontab_line() -> str:
    return re.search(r"^17 \* \* \* \* (.*)", content("newsdedup.crontab"), re.MULTILINE)[1]


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is absent")


def test_every_command_takes_the_options_it_is_given() -> None:
    started = [
        *(
            re.search(r"ExecStart=(.*?)\n\n", content(unit), re.DOTALL)[1].replace("\\\n", " ")
            for unit in SERVICES
        ),
        crontab_line(),
    ]
    for line in started:
        words = shlex.split(line)
        (command,) = {"run", "feed"} & set(words)
        assert {word for word in words if word.startswith("--")} <= options_of(app, [command])


@needs("systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    units = [tmp_path / name for name in (*SERVICES, "newsdedup.timer")]
    for unit in units:
        unit.write_text(content(unit.name).replace(PROGRAM, sys.executable))
    (tmp_path / "newsdedup.service.d").mkdir()
    (tmp_path / "newsdedup.service.d" / "feed.conf").write_text(content("newsdedup-feed.conf"))
    command = ["systemd-analyze", "verify", *map(str, units)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "newsdedup" in line]
    assert ours == []


@needs("systemd-analyze")
def test_the_timer_starts_hourly() -> None:
    (calendar,) = re.findall(r"OnCalendar=(.*)", content("newsdedup.timer"))
    done = subprocess.run(
        ["systemd-analyze", "calendar", calendar], capture_output=True, text=True, check=False
    )
    assert "*-*-* *:00:00" in done.stdout


def test_the_unit_has_the_manners_that_the_run_relies_on() -> None:
    unit = content("newsdedup.service").splitlines()
    assert {"SuccessExitStatus=3 75 143", "OOMPolicy=continue", "KillMode=mixed", "Type=oneshot"} <= set(unit)
    timer = content("newsdedup.timer")
    assert "Persistent=yes" in timer
    assert "RandomizedDelaySec=" in timer


def test_a_run_that_ends_well_starts_the_feed_which_reaches_a_server() -> None:
    assert "OnSuccess=newsdedup-feed.service" in content("newsdedup-feed.conf").splitlines()
    unit = content("newsdedup-feed.service").splitlines()
    assert "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6" in unit
    assert not any(line.startswith("PrivateNetwork") for line in unit)
    assert {"Type=oneshot", "SuccessExitStatus=75 143", "NoNewPrivileges=yes"} <= set(unit)
    (to,) = (
        line.partition("FEED_TO=")[2] for line in unit if line.startswith("Environment=NEWSDEDUP_FEED_TO")
    )
    assert to.startswith("sqlite:%S/newsdedup/")


@needs("crontab")
def test_cron_takes_the_crontab() -> None:
    done = subprocess.run(
        ["crontab", "-n", "-"],
        input=content("newsdedup.crontab"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_crontab_line_ends_as_the_run_does(tmp_path: Path) -> None:
    program = tmp_path / "newsdedup"
    program.write_text('#!/bin/sh\necho "$@"\nexit 74\n')
    program.chmod(0o755)
    line = crontab_line()
    assert "%" not in line, "cron would read it as a new line"
    environment = {"NEWSDEDUP": str(program), "STATE": "s", "METRICS": "m", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        ["/bin/sh", "-c", line], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 74
    assert done.stdout.startswith("run /var/spool/newsdedup --state s --metrics-file m ")


@needs("logrotate")
def test_logrotate_takes_its_rules(tmp_path: Path) -> None:
    rules = tmp_path / "newsdedup"
    rules.write_text(content("newsdedup.logrotate").replace("newsdedup adm", "root root"))
    rules.chmod(0o644)
    done = subprocess.run(
        ["logrotate", "--debug", "--state", str(tmp_path / "s"), str(rules)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr


@pytest.mark.parametrize(
    ("code", "pings"),
    [(0, ["/start", "/0"]), (3, ["/start", "/0"]), (74, ["/start", "/74"]), (75, ["/start"])],
)
def test_the_watcher_is_told_and_the_exit_code_passes_through(
    code: int, pings: list[str], tmp_path: Path
) -> None:
    curl = tmp_path / "curl"
    curl.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/shown\ncat >>{tmp_path}/pinged\nexit 7\n')
    curl.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "PING_URL": "https://example.org/secret"}
    command = ["/bin/sh", str(DEPLOY / "pinged.sh"), "/bin/sh", "-c", f"exit {code}"]
    assert subprocess.run(command, env=environment, check=False).returncode == code
    told = (tmp_path / "pinged").read_text().splitlines()
    assert told == [f'url = "https://example.org/secret{ping}"' for ping in pings]
    assert "secret" not in (tmp_path / "shown").read_text(), "ps would show it"


def test_the_watcher_needs_an_address() -> None:
    command = ["/bin/sh", str(DEPLOY / "pinged.sh"), "true"]
    done = subprocess.run(command, env={"PATH": os.defpath}, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "PING_URL" in done.stderr


def test_alerts_watch_figures_that_exist(tmp_path: Path) -> None:
    published = Published(0, dict.fromkeys(COUNTED, 1), [StageCost("reading", 1, 1)], 0.1, 1)
    families = []
    for task in PREFIXES:
        write_metrics(tmp_path / "m.prom", RunFigures(0, 1.0, 1.0, 1.0, published, task))
        families += text_string_to_metric_families((tmp_path / "m.prom").read_text())
    watched = set(re.findall(r"newsdedup_\w+", " ".join(re.findall(r"expr: (.*)", content("alerts.yml")))))
    assert watched
    assert watched <= {family.name for family in families}


@needs("promtool")
def test_prometheus_takes_the_rules_and_raises_them_when_due(tmp_path: Path) -> None:
    (tmp_path / "alerts.yml").write_text(content("alerts.yml"))
    (tmp_path / "test.yml").write_text(content_of_cases())
    for command in (["check", "rules", "alerts.yml"], ["test", "rules", "test.yml"]):
        done = subprocess.run(
            ["promtool", *command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def content_of_cases() -> str:
    return Path(__file__).with_name("alert_cases.yml").read_text(encoding="utf-8")
