"""The corpus with one text per group, in the formats it came in."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from dedup.errors import CannotWriteError, UsageError
from jobs.audit import Audit, audit
from jobs.config import load_settings
from jobs.readers.inputs import find_inputs
from jobs.report.deduplicated import DROPPED, FOLDER
from jobs.report.deduplicated.formats import copy_kept
from tests.sample import SAMPLE, lines

SETTINGS = load_settings().input


def kept_of(path: Path, target: Path, keep: Callable[[int | None], bool]) -> bytes:
    (file,) = find_inputs([path])
    copy_kept(file, target, keep, SETTINGS)
    return target.read_bytes() if target.exists() else b""


def odd(number: int | None) -> bool:
    return number is None or number % 2 == 1


JSON_LINES = (
    b'{"id": "a",  "text": "x", "more": [1, 2.50]}\r\n{"text":"y"}\n\n{"text" : "z"}\n{"text":"last"}'
)


def test_json_lines_stay_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(JSON_LINES)
    kept = kept_of(tmp_path / "in.jsonl", tmp_path / "out", odd)
    assert kept == b'{"id": "a",  "text": "x", "more": [1, 2.50]}\r\n{"text":"last"}\n'


@pytest.mark.parametrize(
    ("name", "pack", "unpack"),
    [
        ("in.jsonl.gz", gzip.compress, gzip.decompress),
        (
            "in.jsonl.zst",
            zstandard.compress,
            lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
        ),
    ],
)
def test_compressed_files_stay_compressed(name: str, pack, unpack, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(pack(JSON_LINES))
    kept = kept_of(tmp_path / name, tmp_path / "out", lambda _: True)
    assert unpack(kept) == JSON_LINES.replace(b"\n\n", b"\n") + b"\n"
    assert kept_of(tmp_path / name, tmp_path / "again", lambda _: True) == kept


def test_rows_keep_their_quotes_and_line_breaks(tmp_path: Path) -> None:
    rows = [
        b"id;text\r\n",
        b'a;"one\r\n\r\ntwo"\r\n',
        b";\r\n",
        b'b;"say ""x"""\r\n',
        b"c;three;four\r\n",
        b"d;five",
    ]
    (tmp_path / "in.csv").write_bytes(b"\xef\xbb\xbf" + b"".join(rows))
    kept = kept_of(tmp_path / "in.csv", tmp_path / "out", lambda number: number in {4, 6, 8})
    assert kept == b"\xef\xbb\xbf" + rows[0] + rows[1] + rows[3] + rows[5] + b"\n"


@pytest.mark.parametrize("wrapper", ["", "articles"])
def test_items_of_a_document_keep_their_form(wrapper: str, tmp_path: Path) -> None:
    array = b'[{"id":"a","text":"x","n":1.0},\n {"id": "b", "text":"y"}, {"id":"c","text":"z"}]'
    document = b'{"total": 3, "articles": ' + array + b', "next": null}' if wrapper else array
    (tmp_path / "in.json").write_bytes(document)
    kept = kept_of(tmp_path / "in.json", tmp_path / "out", odd)
    assert b'{"id":"a","text":"x","n":1.0}' in kept
    read = json.loads(kept)
    articles = read["articles"] if wrapper else read
    assert [article["id"] for article in articles] == ["a", "c"]
    assert not wrapper or (read["total"], read["next"]) == (3, None)


def test_parquet_keeps_its_schema(tmp_path: Path) -> None:
    schema = pa.schema(
        [("id", pa.string()), ("text", pa.large_string()), ("extra", pa.list_(pa.int8()))],
        {"made": "by hand"},
    )
    table = pa.table({"id": [*"abcde"], "text": [*"vwxyz"], "extra": [[1], [], None, [2, 3], [4]]}, schema)
    pq.write_table(table, tmp_path / "in.parquet", compression="gzip", row_group_size=2)
    kept_of(tmp_path / "in.parquet", tmp_path / "out.parquet", odd)
    written = pq.ParquetFile(tmp_path / "out.parquet")
    assert written.read().equals(table.take([0, 2, 4]))
    assert written.schema_arrow.metadata[b"made"] == b"by hand"
    assert written.metadata.row_group(0).column(0).compression == "GZIP"


def test_a_text_is_copied_or_not(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_bytes(b"Title\r\n\r\nBody of the text")
    assert kept_of(tmp_path / "in.txt", tmp_path / "out", lambda _: True) == b"Title\r\n\r\nBody of the text"
    assert kept_of(tmp_path / "in.txt", tmp_path / "none", lambda _: False) == b""


def test_every_record_is_kept_or_told_of(sample_audit: Audit) -> None:
    report, folder = sample_audit.report, sample_audit.folder
    again = audit(folder / FOLDER, now=datetime(2026, 11, 1, tzinfo=UTC))
    assert (
        again.report.overview.articles == report.overview.distinct_texts == report.reduction.steps[1].articles
    )
    assert again.report.reduction.steps[0].bytes == report.reduction.steps[1].bytes
    dropped = lines(folder / DROPPED)
    assert len(dropped) == report.overview.copies
    named = [line["article_id"] for line in dropped] + [line.article_id for line in again.found.assignments]
    every = [line.article_id for line in sample_audit.found.assignments]
    # The id of a text is its path within the folder that was given.
    assert sorted(Path(name).name for name in named) == sorted(Path(name).name for name in every)
    assert sum(file.kept for file in report.reduction.written) == report.overview.distinct_texts
    assert sum(file.dropped for file in report.reduction.written) == len(dropped)


def test_kept_records_are_those_of_the_input(sample_audit: Audit) -> None:
    given = SAMPLE[0].read_bytes().splitlines()
    written = (sample_audit.folder / FOLDER / SAMPLE[0].name).read_bytes().splitlines()
    assert [line for line in given if line in set(written)] == written
    with (sample_audit.folder / FOLDER / SAMPLE[1].name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len({len(row) for row in rows}) == 1


def test_what_could_not_be_used_is_told_of(tmp_path: Path) -> None:
    news = tmp_path / "news.jsonl"
    news.write_text(
        '{"uri": "a", "headline": "Closed", "body_text": "The harbour is closed.", "pubstatus": "usable"}\n'
        '{"uri": "b", "headline": "Burnt", "body_text": "The harbour burnt.", "pubstatus": "canceled"}\n'
        '{"uri": "a", "headline": "Closed", "body_text": "The harbour is closed.", "pubstatus": "usable"}\n'
        "broken\n"
    )
    found = audit(news, tmp_path / "out", write_deduplicated=True)
    assert (tmp_path / "out" / FOLDER / "news.jsonl").read_text().count("\n") == 1
    reasons = {line["line"]: line["reason"] for line in lines(tmp_path / "out" / DROPPED)}
    assert len(reasons) == 3
    assert "withdrawn by its publisher" in reasons.values()
    assert found.report.reduction.written[0].dropped == 3


def test_a_folder_that_no_audit_wrote_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "news.jsonl").write_text('{"text": "The harbour is closed."}\n')
    (tmp_path / "out" / FOLDER).mkdir(parents=True)
    (tmp_path / "out" / FOLDER / "mine.txt").write_text("precious")
    with pytest.raises(CannotWriteError, match="move it away"):
        audit(tmp_path / "news.jsonl", tmp_path / "out", write_deduplicated=True)
    assert (tmp_path / "out" / FOLDER / "mine.txt").read_text() == "precious"


def test_standard_input_cannot_be_written_again(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="standard input"):
        audit("-", tmp_path / "out", write_deduplicated=True)
    with pytest.raises(UsageError, match="out"):
        audit(SAMPLE[0], write_deduplicated=True)
