"""PostgreSQL holds the rows of the feed, moved in one transaction a generation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from dedup.errors import CannotWriteError, StateLockedError, UsageError
from jobs.cli import command_line
from jobs.feed import feed
from jobs.ledger.rows import Change
from jobs.records import Commit
from jobs.sinks.opening import open_sink
from jobs.sinks.postgres import PostgresTables
from jobs.sinks.sink import Generation
from tests.jobs.sinks import consumers
from tests.jobs.sinks.histories import HOSTILE, Place, export, make_state, text_of

FIRST = {id_: Place("one", HOSTILE[0], 1) for id_ in HOSTILE}
SECOND = {id_: Place("two", None, 2) for id_ in HOSTILE[1:]}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_state(tmp_path_factory.mktemp("state") / "state", [FIRST, SECOND])


@pytest.fixture
def schema(request: pytest.FixtureRequest, postgres: str) -> Iterator[str]:
    name = f"t{abs(hash(request.node.name)) % 10**9}"
    yield name
    with psycopg.connect(postgres, options="-c client_min_messages=error") as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")


def test_hostile_ids_and_texts_go_through_whole(postgres: str, schema: str, state: Path) -> None:
    with open_sink(postgres, name=schema, with_text=True) as sink:
        feed(state, sink)
    assert consumers.in_postgres(postgres, schema) == consumers.as_columns(export(state))
    with psycopg.connect(postgres) as connection:
        texts = dict(connection.execute(f"SELECT article_id, text FROM {schema}.articles"))
        (kinds,) = connection.execute(
            f"SELECT pg_typeof(keywords)::text, pg_typeof(events)::text, pg_typeof(last_published)::text "
            f"FROM {schema}.stories"
        )
    assert texts == {id_: text_of(id_, place) for id_, place in SECOND.items()}
    assert kinds == ("text[]", "jsonb", "timestamp with time zone")


def test_a_schema_in_the_path_is_left_alone(postgres: str, schema: str, state: Path) -> None:
    """Tables of others may be called as ours are for the moment of a transaction."""
    with psycopg.connect(postgres) as connection:
        connection.execute(f"CREATE SCHEMA {schema}_other")
        for name in ("new", "gone"):
            connection.execute(f"CREATE TABLE {schema}_other.{name}(mine text)")
    path = f"-csearch_path%3D{schema}_other,pg_temp"
    with open_sink(f"{postgres}&options={path}", name=schema) as sink:
        feed(state, sink)
    assert consumers.in_postgres(postgres, schema) == consumers.as_columns(export(state))
    with psycopg.connect(postgres, options="-c client_min_messages=error") as connection:
        connection.execute(f"DROP TABLE {schema}_other.new, {schema}_other.gone")
        connection.execute(f"DROP SCHEMA {schema}_other")


def test_what_nobody_can_store_is_replaced(postgres: str, schema: str) -> None:
    row = (
        b'{"story_id":"s","label":"a\\u0000b","keywords":["\\u0000"],"events":[{"label":"\\u0000\\\\u0000"}]}'
    )
    change = Change(generation=1, sequence=1, kind="story", op="upsert", id="s", encoded=row)
    with PostgresTables(postgres, schema=schema) as sink:
        sink.write(Generation(Commit(generation=1, counts={}, history=""), iter([change])))
    (story,) = consumers.in_postgres(postgres, schema)["story"].values()
    assert story["label"] == "a\ufffdb"
    assert story["keywords"] == ["\ufffd"]
    assert story["events"] == [{"label": "\ufffd\\u0000"}]


def test_newer_rows_win_over_older_generations(postgres: str, schema: str, state: Path) -> None:
    with open_sink(postgres, name=schema) as sink:
        feed(state, sink)
    with psycopg.connect(postgres) as connection:
        connection.execute(f"UPDATE {schema}.articles SET generation = 9, title = 'newer'")
        connection.commit()
        with open_sink(postgres, name=schema) as sink:
            feed(state, sink, since=1)
        assert set(connection.execute(f"SELECT DISTINCT title FROM {schema}.articles")) == {("newer",)}


def test_a_second_feed_notices_the_first(postgres: str, schema: str, state: Path) -> None:
    with open_sink(postgres, name=schema) as late:
        with open_sink(postgres, name=schema) as sink:
            feed(state, sink)
        with pytest.raises(StateLockedError, match="another feed"):
            feed(state, late)


def test_texts_are_in_all_rows_or_in_none(postgres: str, schema: str, state: Path) -> None:
    with open_sink(postgres, name=schema, with_text=True) as sink:
        feed(state, sink)
    with open_sink(postgres, name=schema) as sink, pytest.raises(UsageError, match="--with-text so far"):
        feed(state, sink)
    with open_sink(postgres, name=schema) as sink:
        feed(state, sink, since=0)
    with psycopg.connect(postgres) as connection:
        assert connection.execute(f"SELECT count(text) FROM {schema}.articles").fetchone() == (0,)


def test_starting_over_empties_the_tables_first(
    postgres: str, schema: str, state: Path, tmp_path: Path
) -> None:
    other = make_state(tmp_path / "other", [FIRST, SECOND, {"z": Place("one")}])
    with open_sink(postgres, name=schema) as sink:
        feed(other, sink)
    with open_sink(postgres, name=schema) as sink, pytest.raises(UsageError, match="another state"):
        feed(state, sink)
    with open_sink(postgres, name=schema) as sink:
        feed(state, sink, since=0)
    assert consumers.in_postgres(postgres, schema) == consumers.as_columns(export(state))


def test_where_to_put_a_password_is_said(
    postgres: str, state: Path, tmp_path: Path, monkeypatch, capfd
) -> None:
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    url = postgres.replace(f":{urlsplit(postgres).password}", "")
    assert command_line(["feed", "--state", str(state), "--to", url]) == 73
    assert (
        "; put it into ~/.pgpass, or the address into a file that --to @FILE names" in capfd.readouterr().err
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.replace("postgres?", "nowhere?"),
        lambda url: url.replace("feeder:", "nobody:"),
        lambda url: url.replace("@/", "@127.0.0.1:1/").partition("?")[0],
        lambda url: url.replace("@/", "@host:port/"),
        lambda url: url.replace(":p'w", ":%zz"),
        lambda url: url.replace("@/", "@[/"),
        lambda url: url.replace("feeder:", "").replace("@/", "/"),
        lambda url: f"{url}&password={urlsplit(url).password}&wrong=1",
        lambda url: f"{url}&connect_timeout={urlsplit(url).password}",
    ],
)
def test_no_message_shows_the_password(change, postgres: str, state: Path, capfd) -> None:
    url = change(postgres)
    assert command_line(["feed", "--state", str(state), "--to", url]) == CannotWriteError.exit_code
    message = capfd.readouterr().err
    assert message.startswith("newsdedup: PostgreSQL: ")
    assert urlsplit(postgres).password[3:] not in message


def test_the_address_can_stay_out_of_the_list_of_processes(
    postgres: str, schema: str, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", urlsplit(postgres).password)
    monkeypatch.setenv("NEWSDEDUP_FEED_TO", postgres.replace(f":{urlsplit(postgres).password}", ""))
    assert command_line(["feed", "--state", str(state), "--name", schema]) == 0
    assert consumers.in_postgres(postgres, schema) == consumers.as_columns(export(state))
