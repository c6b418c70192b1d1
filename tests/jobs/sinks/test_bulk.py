"""Bulk requests are what the client of the cluster would send itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from elastic_transport import NdjsonSerializer
from elasticsearch.helpers import expand_action

from jobs.cli import command_line
from jobs.feed import feed
from jobs.readers.articles import MAX_ID_BYTES
from jobs.sinks import bulk
from jobs.sinks.opening import open_sink
from tests.jobs.sinks import consumers
from tests.jobs.sinks.histories import HOSTILE, Place, export, make_state

FIRST = {id_: Place("one", HOSTILE[0], 1) for id_ in HOSTILE}
SECOND = {id_: Place("two", None, 2) for id_ in HOSTILE[1:]}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_state(tmp_path_factory.mktemp("state") / "state", [FIRST, SECOND])


@pytest.fixture
def folder(state: Path, tmp_path: Path) -> Path:
    with open_sink(f"es-bulk:{tmp_path / 'out'}", with_text=True) as sink:
        feed(state, sink)
    return tmp_path / "out"


def requests(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.ndjson"))


def test_the_client_makes_the_same_actions(folder: Path) -> None:
    """Each action goes through `elasticsearch.helpers` and comes out as it is."""
    serializer = NdjsonSerializer()
    for request in requests(folder):
        lines = iter(serializer.loads(request.read_bytes()))
        for header in lines:
            ((op, meta),) = header.items()
            source = None if op == "delete" else next(lines)
            asked = {"_op_type": op, **meta} | ({"_source": source} if source else {})
            assert expand_action(asked) == (header, source)
            assert meta["version_type"] == "external_gte"
            assert meta["version"] == int(request.name[:8])


def test_every_request_ends_with_a_line_feed_and_every_generation_with_its_commit(folder: Path) -> None:
    for request in requests(folder):
        header, commit, end = request.read_bytes().split(b"\n")[-3:]
        assert end == b""
        assert json.loads(header)["index"]["_index"] == "newsdedup-commits"
        assert json.loads(commit)["generation"] == int(request.name[:8])


def test_loading_twice_changes_nothing(folder: Path, state: Path) -> None:
    exported = consumers.as_columns(export(state))
    assert consumers.in_cluster(folder) == consumers.in_cluster(folder, times=2) == exported


def test_loading_an_older_request_after_a_newer_one_is_harmless(folder: Path, state: Path) -> None:
    last = folder / "99999999-0001.ndjson"
    last.write_bytes(requests(folder)[0].read_bytes())
    assert consumers.in_cluster(folder) == consumers.as_columns(export(state))


def test_large_generations_are_cut_into_requests_between_actions(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PART_BYTES", 3000)
    with open_sink(f"es-bulk:{tmp_path / 'out'}") as sink:
        feed(state, sink)
    assert len(requests(tmp_path / "out")) > 4
    assert consumers.in_cluster(tmp_path / "out") == consumers.as_columns(export(state))


def test_requests_may_be_taken_away_once_they_are_loaded(folder: Path, state: Path) -> None:
    for request in requests(folder):
        request.unlink()
    with open_sink(f"es-bulk:{folder}", with_text=True) as sink:
        assert feed(state, sink).changes == 0
    assert not requests(folder)


def test_parts_of_an_attempt_with_other_texts_do_not_stay(folder: Path, state: Path) -> None:
    (folder / "00000002-0009.ndjson").write_bytes(b"{}\n")
    with open_sink(f"es-bulk:{folder}", with_text=True) as sink:
        feed(state, sink, since=1)
    assert [request.name for request in requests(folder)] == ["00000001-0001.ndjson", "00000002-0001.ndjson"]


def test_ids_are_no_longer_than_a_cluster_allows() -> None:
    assert MAX_ID_BYTES <= 512


def test_names_of_indexes_can_be_chosen(state: Path, capfd) -> None:
    arguments = ["feed", "--state", str(state), "--to", "es-bulk:-", "--name", "kabar", "--since", "0"]
    assert command_line(arguments) == 0
    lines = [json.loads(line) for line in capfd.readouterr().out.split("\n")[:-1]]
    indexes = {line["index"]["_index"] for line in lines if "index" in line}
    assert indexes == {"kabar-articles", "kabar-duplicate-groups", "kabar-stories", "kabar-commits"}
