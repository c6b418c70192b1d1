"""Every command of docs/feed.md does what the page says."""

from __future__ import annotations

import http.server
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

import psycopg
import pytest

from jobs.records import Commit
from jobs.sinks.tables import TABLES
from tests.conftest import REPOSITORY
from tests.jobs.sinks import consumers
from tests.jobs.sinks.histories import HOSTILE, Place, export, make_state

pytestmark = pytest.mark.slow

PAGE = (REPOSITORY / "docs" / "feed.md").read_text(encoding="utf-8")
WORLDS = [
    {id_: Place("one", HOSTILE[0]) for id_ in HOSTILE},
    *({id_: Place("one", None, n)} for n, id_ in enumerate("abc")),
]


def blocks(language: str, *holding: str) -> list[str]:
    """Give the examples in a language that hold certain words, without what installs or runs other things."""
    found = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    chosen = [block for block in found if all(word in block for word in holding)]
    assert chosen, f"no example with {holding}"
    return [
        re.sub(r"^(pip install.*|newsdedup run [^;]*;)", "", block, flags=re.MULTILINE) for block in chosen
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a state, and `newsdedup` on the path of whatever is run there."""
    make_state(tmp_path / "state", WORLDS)
    shim = tmp_path / "bin" / "newsdedup"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nPYTHONPATH={REPOSITORY} exec {sys.executable} -m jobs.cli "$@"\n')
    shim.chmod(0o755)
    return tmp_path


def run(block: str, folder: Path) -> str:
    """Run an example as the plainest shell would that stops at the first failure."""
    environment = os.environ | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "LANG": "C.UTF-8"}
    done = subprocess.run(
        ["sh", "-euc", block], check=False, cwd=folder, env=environment,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode in {0, 141}, done.stderr  # `| head` may close the pipe
    return done.stdout


def test_the_sqlite_examples_run(folder: Path) -> None:
    for block in blocks("sh", "newsdedup", "news.db"):
        run(block, folder)
    assert consumers.in_sqlite(folder / "news.db") == consumers.as_columns(export(folder / "state"))
    for block in blocks("sh", "sqlite3 news.db"):
        (query,) = re.findall(r'"(.+)"', block)
        with sqlite3.connect(folder / "news.db") as connection:
            connection.execute(query).fetchall()
        connection.close()
        if shutil.which("sqlite3"):
            run(block, folder)


def test_the_file_examples_run(folder: Path) -> None:
    exported = consumers.as_columns(export(folder / "state"))
    for block in (*blocks("sh", "parquet:"), *blocks("sh", "jsonl:"), *blocks("sh", "es-bulk:")):
        run(block, folder)
    assert consumers.in_parquet(folder / "changes") == exported
    assert consumers.in_json_lines(folder / "changes.jsonl") == exported
    assert consumers.in_cluster(folder / "requests") == exported


def test_the_postgres_examples_run(folder: Path, postgres: str) -> None:
    for block in (*blocks("sh", "--to postgresql:"), *blocks("sh", "feed-to")):
        run(re.sub(r"postgresql://\S+?/news", f'"{postgres}"', block.replace("'", "")), folder)
    (statements,) = blocks("sql", "tsvector")
    with psycopg.connect(postgres) as connection:
        connection.execute(statements)
        found = connection.execute(
            "SELECT count(*) FROM newsdedup.articles WHERE words @@ 'title'"
        ).fetchone()
        assert found == (1,)
        long = " ".join(f"w{number:x}" for number in range(400_000))
        connection.execute("UPDATE newsdedup.articles SET text = %s", (long,))
        connection.execute("DROP SCHEMA newsdedup CASCADE")


class Cluster(http.server.BaseHTTPRequestHandler):
    """Answers bulk requests: all taken, or the first one refused."""

    refused: ClassVar[dict] = {}
    received: ClassVar[list[bytes]] = []

    def do_PUT(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append(body)
        items = [
            {"index": {"status": 201}},
            {"index": {"status": 409, "error": {"type": "version_conflict"}}},
        ]
        answer = json.dumps(
            {"errors": True, "items": [*items, *([self.refused] if self.refused else [])]}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def cluster() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cluster)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="no curl or jq is installed")
def test_the_loader_keeps_what_a_cluster_refuses(folder: Path) -> None:
    run(blocks("sh", "es-bulk:")[0], folder)
    requests = {file.name: file.read_bytes() for file in sorted((folder / "requests").glob("*.ndjson"))}
    assert len(requests) == len(WORLDS)
    (loader,) = blocks("sh", "_bulk")
    with cluster() as port:
        loader = loader.replace("localhost:9200", f"127.0.0.1:{port}")
        Cluster.refused = {"index": {"status": 400, "error": {"type": "mapper_parsing_exception"}}}
        run(loader, folder)
        assert {file.name for file in (folder / "requests").glob("*.ndjson")} == set(requests)
        Cluster.refused = {}
        Cluster.received.clear()
        run(loader, folder)
    assert Cluster.received == list(requests.values())
    assert not list((folder / "requests").glob("*.ndjson"))


def test_the_types_of_the_template_are_those_of_the_rows() -> None:
    template = json.loads((files("jobs.deploy") / "elasticsearch-template.json").read_text(encoding="utf-8"))
    mappings = template["template"]["mappings"]
    assert mappings["date_detection"] is False
    held = {column.name: column.form for table in TABLES.values() for column in table.columns}
    told = {name: kind["type"] for name, kind in mappings["properties"].items()}
    assert set(held) | set(Commit.__struct_fields__) == set(told)
    types = {
        "integer": "long",
        "number": "float",
        "instant": "date",
        "structures": "object",
        "texts": "keyword",
    }
    for name, form in held.items():
        assert told[name] in ({"text", "keyword"} if form == "text" else {types[form]})
    indexes = {f"newsdedup-{table.name.replace('_', '-')}" for table in TABLES.values()}
    assert set(template["index_patterns"]) == indexes | {"newsdedup-commits"}


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl is installed")
def test_the_template_is_put_where_a_cluster_takes_it(folder: Path) -> None:
    (command,) = blocks("sh", "_index_template")
    with cluster() as port:
        Cluster.received.clear()
        shim = f"PATH={Path(sys.executable).parent}:$PATH PYTHONPATH={REPOSITORY}; export PATH PYTHONPATH\n"
        run(shim + command.replace("localhost:9200", f"127.0.0.1:{port}"), folder)
    (template,) = Cluster.received
    assert "index_patterns" in json.loads(template)


def test_the_redis_examples_run(folder: Path, redis_socket: Path) -> None:
    (export_,) = blocks("sh", "lsh-export")
    run(export_.replace("redis://localhost:6379/0", f"unix://{redis_socket}"), folder)
    (code,) = blocks("python", "MinHashLSH")
    code = code.replace('{"host": "localhost", "port": 6379}', repr({"unix_socket_path": str(redis_socket)}))
    names: dict = {}
    exec(compile(code, "docs/feed.md", "exec"), names)
    assert isinstance(names["found"], list)


def test_the_lines_shown_are_lines_of_the_feed() -> None:
    (shown,) = blocks("json", "commit")
    kinds = [json.loads(line)["kind"] for line in shown.splitlines()]
    assert kinds == ["article", "story", "commit"]
