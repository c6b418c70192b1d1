"""Events of a run: one a line, whatever they hold."""

from __future__ import annotations

import io
import json
import logging
import re
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.logs import (
    LONGEST_VALUE,
    MOST_FRAMES,
    NoEvents,
    event_log,
    new_run_id,
    others_heard,
    tell_reading,
    whereabouts,
)
from jobs.readers import Rejections
from jobs.readers.rejections import OTHER_TEXT, SAME_ARTICLE

#: A new line, colours, a bell, the other direction, a line of Unicode, half a character.
HOSTILE = ["a\nb", "\x1b[31mred", "\x07", "\u202egnp.exe", "a\u2028b", "\ud800", "a\r", "\x00"]


def lines(form: str, **values: object) -> list[str]:
    stream = io.StringIO()
    event_log(form, stream, run_id="r1").info("stage done", **values)
    return stream.getvalue().splitlines()


def test_json_lines_can_be_read_back() -> None:
    (line,) = lines("json", stage="reading", seconds=1.5, file="бег\n")
    event = json.loads(line)
    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "level": "info",
        "event": "stage done",
        "run_id": "r1",
        "stage": "reading",
        "seconds": 1.5,
        "file": "бег\n",
    }


def test_console_lines_name_event_and_values() -> None:
    (line,) = lines("console", stage="reading", file="Straße")
    assert all(part in line for part in ("stage done", "run_id=r1", "stage=reading", "file=Straße"))
    assert "\x1b" not in line


@pytest.mark.parametrize("form", ["json", "console"])
@given(value=st.one_of(st.sampled_from(HOSTILE), st.text(), st.lists(st.sampled_from(HOSTILE))))
def test_one_event_is_one_line_that_commands_no_terminal(form: str, value: object) -> None:
    (line,) = lines(form, file=value)
    assert line.isprintable()
    line.encode()


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_value_as_long_as_an_article_is_cut(form: str) -> None:
    (line,) = lines(form, error="x" * 100_000)
    assert len(line) < LONGEST_VALUE + 200


def test_a_quiet_log_holds_errors_only() -> None:
    stream = io.StringIO()
    log = event_log("console", stream, run_id="r1", errors_only=True)
    log.info("started")
    log.warning("worker lost")
    assert stream.getvalue() == ""
    log.error("disk full")
    assert "disk full" in stream.getvalue()


def test_rejections_are_told_by_class_without_their_details() -> None:
    rejections = Rejections()
    for secret in ("one secret text", "another secret text"):
        rejections.reject("news.csv", 1, f"broken row: {secret}")
    rejections.reject("news.csv", 3, "invalid UTF-8")
    rejections.withdrawn = 2
    stream = io.StringIO()
    tell_reading(event_log("json", stream, run_id="r1"), rejections)
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(event["event"], event.get("reason"), event.get("records")) for event in told] == [
        ("records rejected", "broken row", 2),
        ("records rejected", "invalid UTF-8", 1),
        ("articles withdrawn", None, None),
    ]
    assert "secret" not in stream.getvalue()


def test_records_that_lose_nothing_are_no_warning() -> None:
    stream, rejections = io.StringIO(), Rejections()
    rejections.reject("a.jsonl", 1, SAME_ARTICLE)
    rejections.reject("a.jsonl", 2, OTHER_TEXT)
    tell_reading(event_log("json", stream, run_id="r1"), rejections)
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(event["level"], event["event"], event["reason"], event["records"]) for event in told] == [
        ("info", "records left out", "duplicate id", 1),
        ("warning", "records rejected", OTHER_TEXT, 1),
    ]


def test_what_others_warn_of_is_in_the_log_while_it_is_heard() -> None:
    stream = io.StringIO()
    with others_heard(event_log("json", stream, run_id="r1")), warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.getLogger("dedup.processes").warning("a worker was lost")
        warnings.warn("old\nname", stacklevel=1)
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert told[0]["event"] == "a worker was lost"
    assert "old\nname" in told[1]["event"]
    assert logging.getLogger("dedup").handlers == []


def test_what_a_database_driver_warns_of_is_kept_to_oneself_where_only_errors_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stream = io.StringIO()
    with others_heard(event_log("console", stream, run_id="r1", errors_only=True)):
        logging.getLogger("psycopg").warning("error ignored in rollback of a connection")
    assert (stream.getvalue(), capsys.readouterr().err) == ("", "")


def test_runs_have_names_of_their_own() -> None:
    assert len({new_run_id() for _ in range(100)}) == 100


def test_nobody_needs_to_listen() -> None:
    for tell in (NoEvents().info, NoEvents().warning, NoEvents().error):
        tell("stage done", stage="reading")


def test_an_error_is_known_by_its_kind_and_place_not_by_its_message() -> None:
    def deep(level: int) -> None:
        if level:
            deep(level - 1)
        raise ValueError("text of an article " * 200)

    with pytest.raises(ValueError, match="text of an article") as raised:
        deep(100)
    (line,) = lines("json", **whereabouts(raised.value))
    event = json.loads(line)
    assert event["exception"] == "builtins.ValueError"
    assert len(event["frames"]) == MOST_FRAMES
    assert re.fullmatch(r".*test_logs\.py:\d+ deep", event["frames"][-1])
    assert "article" not in line
