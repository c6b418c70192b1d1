"""The feed says everything once, in order, and refuses what would leave a gap."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from dedup.errors import NoInputError, UsageError
from jobs.cli import command_line
from jobs.feed import commits_of, feed
from jobs.ledger.ledger import Ledger
from jobs.records import FEED_LINES, json_schema
from jobs.sinks.json_lines import JsonLinesStream
from jobs.sinks.opening import open_sink
from tests.conftest import REPOSITORY
from tests.jobs.sinks import consumers
from tests.jobs.sinks.histories import HOSTILE, Place, Step, add_generation, export, make_state, text_of

SCHEMA = Path(__file__).parents[2] / "jobs" / "schemas" / "feed.json"

FIRST = {"a": Place("one", "a"), "b": Place("one", "a"), "c": Place("two"), "d": Place("two")}
SECOND = {"a": Place("one"), "c": Place("one", None, 1), "e": Place("three")}
HARM = {id_: Place("one", HOSTILE[0]) for id_ in HOSTILE}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two generations, and a third in which nothing happens."""
    return make_state(tmp_path_factory.mktemp("state") / "state", [FIRST, SECOND, SECOND])


def lines_of(state: Path, since: int = 0, *, with_text: bool = False) -> list[dict]:
    out = io.BytesIO()
    feed(state, JsonLinesStream(out, with_text=with_text), since=since)
    return [json.loads(line) for line in out.getvalue().decode().split("\n")[:-1]]


@pytest.mark.parametrize("with_text", [False, True])
def test_every_line_follows_the_schema(state: Path, with_text: bool) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    for line in lines_of(state, with_text=with_text):
        validator.validate(line)
        assert list(line)[:2] == ["schema_version", "kind" if line["kind"] == "commit" else "generation"]


def test_the_schema_is_that_of_the_records() -> None:
    assert json.loads(SCHEMA.read_text()) == json_schema(*FEED_LINES)


def test_a_generation_tells_deletes_then_upserts_and_ends_with_its_counts(state: Path) -> None:
    lines = lines_of(state, since=1)
    told = [(line["kind"], line.get("op"), line.get(f"{line['kind']}_id")) for line in lines]
    group = next(line for line in lines_of(state) if line["kind"] == "duplicate_group")["duplicate_group_id"]
    assert told == [
        ("story", "delete", "story-two"),
        ("duplicate_group", "delete", group),
        ("article", "delete", "b"),
        ("article", "delete", "d"),
        ("story", "upsert", "story-one"),
        ("story", "upsert", "story-three"),
        ("article", "upsert", "a"),
        ("article", "upsert", "c"),
        ("article", "upsert", "e"),
        ("commit", None, None),
        ("commit", None, None),
    ]
    assert lines[9]["counts"] == {
        "story": {"upsert": 2, "delete": 1},
        "duplicate_group": {"upsert": 0, "delete": 1},
        "article": {"upsert": 3, "delete": 2},
    }
    assert [line["generation"] for line in lines[9:]] == [2, 3]
    assert sum(sum(ops.values()) for ops in lines[10]["counts"].values()) == 0


def test_an_article_says_where_it_belongs_and_what_it_is(state: Path) -> None:
    row = next(line["row"] for line in lines_of(state, since=1) if line.get("article_id") == "c")
    assert row == {
        "schema_version": "1.0",
        "article_id": "c",
        "duplicate_group": None,
        "relation": None,
        "original_id": None,
        "similarity": None,
        "event_id": "event-one",
        "story_id": "story-one",
        "title": "Title 1 of c",
        "url": "https://news.example/1",
        "source": "news.example",
        "published_at": "2020-09-13T12:26:41Z",
        "language": "en",
    }


def test_texts_come_where_they_are_asked_for(state: Path) -> None:
    texts = {line["article_id"]: line["row"].get("text") for line in lines_of(state, with_text=True)
             if line["kind"] == "article" and line["op"] == "upsert"}  # fmt: skip
    assert texts["c"] == text_of("c", SECOND["c"])
    assert texts["b"] is None, "withdrawn later: its text is gone, and its delete follows"
    assert not any("text" in (line.get("row") or {}) for line in lines_of(state))


@pytest.mark.parametrize("suffix", [0, 1, 2, 3])
def test_any_suffix_twice_changes_nothing(state: Path, suffix: int) -> None:
    everything = lines_of(state)
    once = consumers.apply(consumers.nothing(), everything)
    again = consumers.apply(
        consumers.apply(consumers.nothing(), everything), lines_of(state, since=suffix) * 2
    )
    assert consumers.as_columns(again) == consumers.as_columns(once) == consumers.as_columns(export(state))


def test_the_sink_says_where_to_go_on(state: Path, tmp_path: Path) -> None:
    place = f"jsonl:{tmp_path / 'feed.jsonl'}"
    with open_sink(place) as sink:
        assert feed(state, sink).since == 0
    with open_sink(place) as sink:
        result = feed(state, sink)
    assert (result.since, result.generation, result.changes) == (3, 3, 0)


def test_a_gap_is_refused(state: Path, tmp_path: Path) -> None:
    for kind in ("sqlite", "jsonl", "parquet", "es-bulk"):
        with open_sink(f"{kind}:{tmp_path / kind}") as sink, pytest.raises(UsageError, match="leave a gap"):
            feed(state, sink, since=1)
    with pytest.raises(UsageError, match="last generation of the state is 3"):
        lines_of(state, since=4)


def test_another_state_is_not_mixed_in(state: Path, tmp_path: Path) -> None:
    other = make_state(tmp_path / "other", [FIRST, SECOND, FIRST, SECOND])
    place = f"sqlite:{tmp_path / 'index'}"
    with open_sink(place) as sink:
        feed(other, sink)
    with open_sink(place) as sink, pytest.raises(UsageError, match="generation 4 of another state"):
        feed(state, sink)
    with open_sink(place) as sink:
        feed(state, sink, since=0)
    assert consumers.in_sqlite(tmp_path / "index") == consumers.as_columns(export(state))


def test_a_state_put_back_from_a_backup_is_noticed(tmp_path: Path) -> None:
    place = f"jsonl:{tmp_path / 'feed'}"
    backup = make_state(tmp_path / "backup", [FIRST])
    for name, world in (("now", SECOND), ("then", {"z": Place("four")})):
        state = Path(shutil.copytree(backup, tmp_path / name))
        with Ledger.open(state, write=True) as ledger:
            add_generation(ledger, Step(FIRST, world))
        with open_sink(place) as sink:
            if name == "now":
                feed(state, sink)
            else:
                with pytest.raises(UsageError, match="put back from a backup"):
                    feed(state, sink)


def test_a_cluster_has_to_be_emptied_by_hand_which_is_said(state: Path, tmp_path: Path, capfd) -> None:
    other = make_state(tmp_path / "other", [FIRST, SECOND, FIRST, SECOND])
    to = ["--to", f"es-bulk:{tmp_path / 'out'}", "--name", "kabar"]
    indexes = "indexes kabar-articles, kabar-duplicate-groups, kabar-stories and kabar-commits"
    assert command_line(["feed", "--state", str(other), *to]) == 0
    assert "delete" not in capfd.readouterr().err
    assert command_line(["feed", "--state", str(state), *to]) == 64
    assert f"delete the {indexes} from the cluster, then start over" in capfd.readouterr().err
    for quiet in ([], ["--log-format", "json"], ["--quiet"]):
        assert command_line(["feed", "--state", str(state), *to, "--since", "0", *quiet]) == 0
        told = capfd.readouterr().err
        assert (f"delete the {indexes} before" in told) == ("--quiet" not in quiet)


def test_two_states_are_told_apart_even_where_their_runs_look_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same second, the same numbers of changes, other articles."""
    monkeypatch.setattr("jobs.ledger.commit.instant", lambda _: "2026-03-01T12:00:00Z")
    ours, theirs = (make_state(tmp_path / id_, [{id_: Place("one")}]) for id_ in "ab")
    place = f"sqlite:{tmp_path / 'index'}"
    with open_sink(place) as sink:
        feed(ours, sink)
    with open_sink(place) as sink, pytest.raises(UsageError, match="another state"):
        feed(theirs, sink)


def test_histories_are_found_without_reading_what_runs_told(state: Path) -> None:
    with Ledger.open(state) as ledger:
        said: list[str] = []
        ledger.connection.set_trace_callback(said.append)
        assert [commit.generation for commit in commits_of(ledger)] == [0, 1, 2, 3]
    assert not any("report" in line or "*" in line for line in said)


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "es-bulk"])
def test_texts_are_in_all_rows_or_in_none(kind: str, state: Path, tmp_path: Path) -> None:
    place = f"{kind}:{tmp_path / 'sink'}"
    with open_sink(place, with_text=True) as sink:
        feed(state, sink)
    with open_sink(place) as sink, pytest.raises(UsageError, match=r"fed with .*--with-text so far"):
        feed(state, sink)
    with open_sink(place) as sink:
        feed(state, sink, since=0)
    with open_sink(place) as sink:
        assert feed(state, sink).since == 3


def test_indexes_keep_their_names(state: Path, tmp_path: Path) -> None:
    with open_sink(f"es-bulk:{tmp_path / 'out'}", name="kabar") as sink:
        feed(state, sink)
    with (
        open_sink(f"es-bulk:{tmp_path / 'out'}") as sink,
        pytest.raises(UsageError, match="with --name kabar so far, and now with --name newsdedup"),
    ):
        feed(state, sink)


def test_a_state_that_is_not_there_leaves_no_sink_behind(tmp_path: Path, capfd) -> None:
    for kind in ("jsonl", "parquet", "es-bulk", "sqlite"):
        arguments = ["feed", "--state", str(tmp_path / "typo"), "--to", f"{kind}:{tmp_path / kind}"]
        assert command_line(arguments) == 66
    assert list(tmp_path.iterdir()) == []


def test_the_command_feeds_and_tells_what_it_did(state: Path, tmp_path: Path, capfd) -> None:
    assert command_line(["feed", "--state", str(state), "--to", "-", "--since", "2"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["generation"] == 3
    assert err == "0 changes in 1 generation; the sink holds generation 3.\n"
    place = tmp_path / "sink"
    place.write_text(f"jsonl:{tmp_path / 'feed.jsonl'}\n")
    for said in ("16 changes in 3 generations", "Nothing new"):
        assert command_line(["feed", "--state", str(state), "--to", f"@{place}"]) == 0
        assert capfd.readouterr().err.startswith(said)
    assert consumers.in_json_lines(tmp_path / "feed.jsonl") == consumers.as_columns(export(state))


def test_the_command_can_be_watched(state: Path, tmp_path: Path, capfd) -> None:
    file = tmp_path / "feed.prom"
    common = ["feed", "--state", str(state), "--metrics-file", str(file), "--log-format", "json"]
    assert command_line([*common, "--to", f"sqlite:{tmp_path / 'index'}", "--json"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out) == {"exit_code": 0, "since": 0, "generation": 3, "changes": 16}
    events = [json.loads(line) for line in err.splitlines()]
    assert [event["event"] for event in events] == ["feed started", "feed done"]
    assert (events[1]["generation"], events[1]["changes"]) == (3, 16)
    assert "newsdedup_feed_generation 3.0\n" in file.read_text()
    assert command_line([*common, "--to", f"sqlite:{tmp_path / 'none' / 'index'}"]) == 73
    (_, failed) = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert (failed["event"], failed["exit_code"]) == ("feed failed", 73)
    assert "newsdedup_feed_last_run_exit_code 73.0\n" in file.read_text()
    assert "newsdedup_feed_generation 3.0\n" in file.read_text()


@pytest.mark.parametrize("to", ["-", "es-bulk:-"])
def test_a_line_for_a_program_does_not_go_among_those_of_the_feed(to: str, state: Path, capfd) -> None:
    assert command_line(["feed", "--state", str(state), "--to", to, "--json"]) == 64
    assert capfd.readouterr().out == ""


def test_a_full_disk_behind_standard_output_is_said(state: Path) -> None:
    command = [sys.executable, "-m", "jobs.cli", "feed", "--state", str(state), "--to", "-"]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(command, check=False, cwd=REPOSITORY, stdout=full, stderr=subprocess.PIPE)
    assert ended.returncode == 73
    assert b"No space left" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--to", "ftp:x"], 64, "--to wants one of"),
        (["--to", "jsonl:"], 64, "--to wants one of"),
        (["--to", "@nowhere"], 66, "nowhere: cannot read"),
        (["--to", "-", "--since", "-1"], 64, "--since wants"),
        (["--to", "-", "--since", "first"], 64, "--since wants"),
        (["--to", "-", "--name", "A b"], 64, "--name wants"),
        (["--to", "-", "--name", "kabar"], 64, "--name applies to PostgreSQL and es-bulk only"),
        (["--to", "sqlite:x", "--name", "newsdedup"], 64, "--name applies to PostgreSQL and es-bulk only"),
        (["--to", "jsonl:x", "--name", "kabar"], 64, "--name applies to PostgreSQL and es-bulk only"),
        (["--to", "parquet:x", "--name", "kabar"], 64, "--name applies to PostgreSQL and es-bulk only"),
        (["--to", "jsonl:/nowhere/x"], 73, "/nowhere/x: cannot write"),
        (["--to", "parquet:/proc/x"], 73, "cannot create the folder"),
    ],
)
def test_what_has_no_meaning_is_refused(
    state: Path, arguments: list[str], code: int, says: str, capfd
) -> None:
    assert command_line(["feed", "--state", str(state), *arguments]) == code
    assert says in capfd.readouterr().err


def test_no_state_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoInputError, match="no state here"):
        lines_of(tmp_path)


def test_hostile_ids_go_through_whole(tmp_path: Path) -> None:
    state = make_state(tmp_path / "state", [HARM])
    assert {line["article_id"] for line in lines_of(state) if line["kind"] == "article"} == set(HOSTILE)
