"""Signatures in Redis answer datasketch's own queries, and follow the state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import redis
from datasketch import MinHash

from dedup.corpus import TextColumn
from dedup.duplicates.signatures import sign
from dedup.errors import CannotWriteError, StateLockedError, UsageError
from dedup.settings import DuplicateSettings
from jobs import lsh_export
from jobs.cli import command_line
from jobs.ledger.ledger import Ledger
from jobs.lsh_export import connection_parameters, export_signatures, open_index
from tests.jobs.sinks.histories import HOSTILE, Place, Step, add_generation, make_state, text_of

WORLD = {id_: Place("one") for id_ in [*HOSTILE, "plain"]}
CHANGED = {id_: Place("two", None, 1) for id_ in [*HOSTILE[1:], "new"]}


@pytest.fixture
def url(redis_socket: Path) -> str:
    client = redis.Redis(unix_socket_path=str(redis_socket))
    client.flushall()
    client.close()
    return f"unix://{redis_socket}"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_state(tmp_path_factory.mktemp("state") / "state", [WORLD])


def minhash(text: str) -> MinHash:
    settings = DuplicateSettings()
    values = sign(TextColumn.from_strings([text]), settings).values[0]
    return MinHash(settings.permutations, settings.seed, hashvalues=values, scheme="affine32")


def answers(url: str, text: str) -> set[str]:
    """Ask as somebody would who only knows datasketch."""
    index = open_index(url, "news", 0.5, 128)
    return {key.decode() for key in index.query(minhash(text))}


def keys(url: str) -> set[bytes]:
    return set(open_index(url, "news", 0.5, 128).keys.keys())


@pytest.mark.parametrize("id_", [*HOSTILE, "plain"])
def test_a_query_finds_the_copy(id_: str, url: str, state: Path) -> None:
    assert export_signatures(state, url, basename="news").put == len(WORLD)
    assert id_ in answers(url, text_of(id_, WORLD[id_]))
    assert keys(url) == {id_.encode() for id_ in WORLD}


def test_the_index_follows_the_state(url: str, tmp_path: Path) -> None:
    state = make_state(tmp_path / "state", [WORLD])
    assert export_signatures(state, url, basename="news", threshold=0.9).generation == 1
    again = export_signatures(state, url, basename="news", threshold=0.9)
    assert (again.put, again.removed) == (0, 0)
    with Ledger.open(state, write=True) as ledger:
        add_generation(ledger, Step(WORLD, CHANGED))
    followed = export_signatures(state, url, basename="news", threshold=0.9)
    assert (followed.generation, followed.removed) == (2, len(WORLD.keys() - CHANGED.keys()))
    assert keys(url) == {id_.encode() for id_ in CHANGED}
    assert contents(url) == contents_of_fresh_export(state, url)


def contents(url: str) -> dict[bytes, object]:
    """Give all that Redis holds, sets without their order."""
    client = redis.Redis(**connection_parameters(url))
    read = {b"hash": client.hgetall, b"set": client.smembers, b"string": client.get,
            b"list": lambda key: client.lrange(key, 0, -1)}  # fmt: skip
    return {key: read[client.type(key)](key) for key in client.scan_iter()}


def contents_of_fresh_export(state: Path, url: str) -> dict[bytes, object]:
    export_signatures(state, url, basename="news", threshold=0.9, start_over=True)
    return contents(url)


@pytest.mark.parametrize("table", [0, 1, 2])
def test_an_export_that_breaks_off_is_made_good(
    table: int, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever table was the last one written."""
    state = make_state(tmp_path / "state", [WORLD])
    export_signatures(state, url, basename="news", threshold=0.9)
    with Ledger.open(state, write=True) as ledger:
        add_generation(ledger, Step(WORLD, CHANGED))
    flush = type(open_index(url, "news", 0.9, 128).keys).empty_buffer
    written = []

    def stop(self: object) -> None:
        if len(written) == table:
            raise RuntimeError
        written.append(self)
        flush(self)

    with monkeypatch.context() as patch:
        patch.setattr("datasketch.storage.RedisListStorage.empty_buffer", stop)
        with pytest.raises(RuntimeError):
            export_signatures(state, url, basename="news", threshold=0.9)
    export_signatures(state, url, basename="news", threshold=0.9)
    assert contents(url) == contents_of_fresh_export(state, url)


def test_an_index_of_another_kind_or_state_is_left_alone(url: str, state: Path, tmp_path: Path) -> None:
    export_signatures(state, url, basename="news")
    with pytest.raises(UsageError, match="other bands"):
        export_signatures(state, url, basename="news", threshold=0.9)
    other = make_state(tmp_path / "other", [CHANGED])
    with pytest.raises(UsageError, match="another state"):
        export_signatures(other, url, basename="news")
    export_signatures(other, url, basename="news-2")


def test_starting_over_leaves_the_keys_of_others(url: str, state: Path) -> None:
    client = redis.Redis(**connection_parameters(url))
    export_signatures(state, url, basename="news", threshold=0.9)
    others = {"news_articles": "mine", "news_keys_of_mine": "mine", "news_bucket_list": "mine"}
    client.mset(others)
    export_signatures(state, url, basename="news", threshold=0.5, start_over=True)
    assert {name: client.get(name).decode() for name in others} == others
    client.delete(*others)
    changed = contents(url)
    client.flushall()
    export_signatures(state, url, basename="news", threshold=0.5)
    assert contents(url) == changed


def test_an_index_that_no_export_made_is_left_alone(url: str, state: Path) -> None:
    with open_index(url, "news", 0.5, 128).insertion_session() as session:
        session.insert(b"mine", minhash("The ferry turned back."))
    held = contents(url)
    for start_over in (False, True):
        with pytest.raises(UsageError, match="no export has made"):
            export_signatures(state, url, basename="news", start_over=start_over)
    assert contents(url) == held


@pytest.mark.parametrize("value", [b"mine", b"{}", b"[1]", b"\xff"])
def test_a_value_of_others_under_the_name_of_the_mark_is_said(value: bytes, url: str, state: Path) -> None:
    redis.Redis(**connection_parameters(url)).set("news_export", value)
    for start_over in (False, True):
        with pytest.raises(UsageError, match="news_export in Redis is not what an export leaves"):
            export_signatures(state, url, basename="news", start_over=start_over)


def test_an_option_that_the_client_does_not_know_is_said(state: Path) -> None:
    with pytest.raises(UsageError, match="does not know"):
        export_signatures(state, "redis://localhost/0?bogus=1", basename="news")


def test_two_exports_do_not_write_into_one_index(url: str, state: Path, capfd) -> None:
    lock = redis.Redis(**connection_parameters(url)).lock("news_export_lock", timeout=60)
    arguments = ["lsh-export", "--state", str(state), "--redis", url, "--basename", "news"]
    with lock:
        assert command_line(arguments) == StateLockedError.exit_code
    assert (
        "another export writes into this index, or its holder died; free in 60 s then"
        in capfd.readouterr().err
    )
    assert command_line(arguments) == 0
    assert redis.Redis(**connection_parameters(url)).get("news_export_lock") is None


@pytest.mark.parametrize("taken", ["news_export_lock", "news_export"])
def test_an_export_that_was_taken_for_dead_says_nothing_of_the_index(
    taken: str, url: str, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = redis.Redis(**connection_parameters(url))
    put = lsh_export._Index.put

    def overtaken(self: lsh_export._Index, *arguments: Any, **options: Any) -> int:
        client.set(taken, "of another export")
        return put(self, *arguments, **options)

    monkeypatch.setattr(lsh_export._Index, "put", overtaken)
    with pytest.raises(StateLockedError, match="meanwhile"):
        export_signatures(state, url, basename="news")
    assert client.get(taken) == b"of another export"


def test_a_first_export_that_breaks_off_is_made_good(
    url: str, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(lsh_export._Index, "finish", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            export_signatures(state, url, basename="news")
    assert export_signatures(state, url, basename="news").generation == 1


def test_a_base_name_may_be_the_beginning_of_another(url: str, state: Path) -> None:
    export_signatures(state, url, basename="news")
    held = keys(url)
    export_signatures(state, url, basename="ne")
    export_signatures(state, url, basename="ne", start_over=True)
    assert keys(url) == held


def test_the_command_exports_and_tells_what_it_did(url: str, state: Path, capfd) -> None:
    arguments = ["lsh-export", "--state", str(state), "--redis", url, "--basename", "news"]
    assert command_line(arguments) == 0
    assert capfd.readouterr().err == "7 signatures put in, 0 taken out; Redis holds generation 1.\n"


def test_the_command_can_be_watched(url: str, state: Path, tmp_path: Path, capfd) -> None:
    arguments = ["lsh-export", "--state", str(state), "--redis", url, "--basename", "news", "--json"]
    file = tmp_path / "export.prom"
    assert command_line([*arguments, "--log-format", "json", "--metrics-file", str(file)]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out) == {"exit_code": 0, "generation": 1, "put": 7, "removed": 0}
    assert json.loads(err.splitlines()[-1])["event"] == "lsh_export done"
    assert "newsdedup_lsh_export_signatures_put 7.0\n" in file.read_text()


def test_no_message_shows_the_password(state: Path) -> None:
    with pytest.raises(CannotWriteError) as raised:
        export_signatures(state, "redis://:geheim@127.0.0.1:1/0", basename="news")
    assert "geheim" not in str(raised.value)
    for address in ("redis://:geheim@host:port", "http://:geheim@host", "geheim"):
        with pytest.raises(UsageError) as refused:
            connection_parameters(address)
        assert "geheim" not in str(refused.value)
