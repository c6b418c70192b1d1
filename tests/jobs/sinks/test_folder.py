"""A folder of generations holds nothing but them, and what is not a feed's stays whatever it is called."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dedup.errors import CannotWriteError
from jobs.feed import feed
from jobs.sinks.opening import open_sink
from tests.jobs.sinks.histories import Place, make_state

KINDS = ("parquet", "es-bulk")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_state(tmp_path_factory.mktemp("state") / "state", [{"a": Place("one")}, {"b": Place("one")}])


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"mine")


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_with_other_things_is_refused_and_left_as_it_is(
    kind: str, state: Path, tmp_path: Path
) -> None:
    put(
        tmp_path, "20210506.parquet", "archive/20210506.parquet", "archive/.draft.tmp", "20210506-0001.ndjson"
    )
    before = files_in(tmp_path)
    with pytest.raises(CannotWriteError, match="holds other things than a feed"):
        open_sink(f"{kind}:{tmp_path}")
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_whose_mark_is_gone_is_named_as_such_and_left_as_it_is(
    kind: str, state: Path, tmp_path: Path
) -> None:
    with open_sink(f"{kind}:{tmp_path}") as sink:
        feed(state, sink)
    (tmp_path / "commit.json").unlink()
    put(tmp_path, {"parquet": "articles/.00000009.parquet.tmp", "es-bulk": ".00000009-0001.ndjson.tmp"}[kind])
    before = files_in(tmp_path)
    with pytest.raises(CannotWriteError, match=r"commit\.json is missing, which says whose files these are"):
        open_sink(f"{kind}:{tmp_path}")
    put(tmp_path, "articles/mine.txt")
    with pytest.raises(CannotWriteError, match="holds other things than a feed"):
        open_sink(f"{kind}:{tmp_path}")
    assert before.items() <= files_in(tmp_path).items()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("since", [None, 0])
def test_what_others_put_beside_the_files_of_a_feed_stays(
    kind: str, since: int | None, state: Path, tmp_path: Path
) -> None:
    with open_sink(f"{kind}:{tmp_path / 'out'}") as sink:
        feed(state, sink)
    names = ("archive/20210506.parquet", "archive/.note.tmp", ".note.tmp", "archive/20210506-0001.ndjson")
    put(tmp_path / "out", *names)
    with open_sink(f"{kind}:{tmp_path / 'out'}") as sink:
        feed(state, sink, since=since)
    assert set(names) <= files_in(tmp_path / "out").keys()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("complete", [True, False])
def test_a_feed_of_another_form_is_refused_and_left_as_it_is(
    kind: str, complete: bool, state: Path, tmp_path: Path
) -> None:
    (other,) = set(KINDS) - {kind}
    with open_sink(f"{kind}:{tmp_path}") as sink:
        if complete:
            feed(state, sink)
    put(tmp_path, "articles/.00000009.parquet.tmp", ".00000009-0001.ndjson.tmp")
    before = files_in(tmp_path)
    with pytest.raises(CannotWriteError, match=f"holds a feed of the form {kind}, not {other}"):
        open_sink(f"{other}:{tmp_path}")
    assert files_in(tmp_path) == before
    with open_sink(f"{kind}:{tmp_path}") as sink:
        assert feed(state, sink, since=0).generation == 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_mark_that_tells_no_form_is_refused(kind: str, tmp_path: Path) -> None:
    (tmp_path / "commit.json").write_text('{"kind": "commit", "generation": 3, "counts": {}, "history": "h"}')
    with pytest.raises(CannotWriteError, match="the form unknown"):
        open_sink(f"{kind}:{tmp_path}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_first_feed_that_broke_off_is_known_again(kind: str, state: Path, tmp_path: Path) -> None:
    with open_sink(f"{kind}:{tmp_path}"):
        assert json.loads((tmp_path / "commit.json").read_text())["generation"] == 0
    left = {"parquet": "articles/00000001.parquet", "es-bulk": "00000001-0009.ndjson"}[kind]
    put(tmp_path, left)
    with open_sink(f"{kind}:{tmp_path}") as sink:
        assert feed(state, sink).since == 0
    assert files_in(tmp_path).get(left) != b"mine"


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_the_disk_refuses_is_an_output_that_cannot_be_written(
    kind: str, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    with open_sink(f"{kind}:{tmp_path}") as sink:
        feed(state, sink)
        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", refuse)
            with pytest.raises(CannotWriteError, match="Read-only"):
                sink.rewind(0)
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(CannotWriteError, match="Read-only"):
        open_sink(f"{kind}:{tmp_path}")
