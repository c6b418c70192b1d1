"""Parquet."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dedup.errors import BadDataError
from jobs.settings import InputSettings


def write(path, columns, **options):
    pq.write_table(pa.table(columns), path, **options)
    return path


def test_rows_become_articles_over_all_row_groups(read, tmp_path):
    path = write(
        tmp_path / "news.parquet",
        {
            "id": list(range(5)),
            "title": ["A", None, "C", "D", ""],
            "text": ["One.", "Two.", None, "Four.", ""],
            "date": [datetime(2021, 8, 16, hour, tzinfo=UTC) for hour in range(5)],
            "score": [0.5, float("nan"), 1, 2, 3],
            "tags": [["x"], [], None, ["y", "z"], None],
        },
        row_group_size=2,
    )
    result = read(path)
    assert [(article.id, article.title, article.text) for article in result.articles] == [
        ("0", "A", "One."), ("1", "", "Two."), ("2", "C", ""), ("3", "D", "Four."),
    ]  # fmt: skip
    assert result.articles[3].published_at == datetime(2021, 8, 16, 3, tzinfo=UTC)
    assert result.articles[3].metadata == {"score": 2.0, "tags": ["y", "z"]}
    assert [line for line, _ in result.reasons] == [5]
    assert all(msgspec.json.encode(article) for article in result.articles)


def test_a_column_of_days_has_the_precision_of_days(read, tmp_path):
    path = write(tmp_path / "news.parquet", {"text": ["One."], "date": [date(2021, 8, 16)]})
    (article,) = read(path).articles
    assert (article.published_at, article.published_precision) == (datetime(2021, 8, 16, tzinfo=UTC), "day")


def test_a_row_that_is_not_utf_8_is_rejected_alone(read, tmp_path):
    texts = pa.StringArray.from_buffers(
        3, pa.py_buffer(b"\0\0\0\0\3\0\0\0\6\0\0\0\7\0\0\0"), pa.py_buffer(b"oneb\xffdc")
    )
    result = read(write(tmp_path / "news.parquet", {"text": texts}))
    assert [article.text for article in result.articles] == ["one", "c"]
    assert result.reasons == [(2, "invalid UTF-8")]


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"PAR1" + b"x" * 100 + b"PAR1", b"{}\n"])
def test_what_is_no_parquet_file_is_refused_by_name(read, tmp_path, damage):
    path = tmp_path / "news.parquet"
    path.write_bytes(damage)
    with pytest.raises(BadDataError, match=r"news\.parquet.*Parquet"):
        read(path)


def test_every_truncation_is_refused_or_read_whole(read, tmp_path):
    path = write(tmp_path / "news.parquet", {"text": ["One.", "Two."] * 50})
    whole = path.read_bytes()
    for end in range(0, len(whole), 97):
        path.write_bytes(whole[:end])
        with pytest.raises(BadDataError):
            read(path)


def test_a_table_that_unpacks_without_end_is_refused(read, tmp_path):
    path = write(
        tmp_path / "bomb.parquet", {"text": ["x" * 100_000] * 40}, use_dictionary=False, compression="zstd"
    )
    with pytest.raises(BadDataError, match="unpacks"):
        read(path, settings=InputSettings(expansion_free_bytes=1 << 20))


def test_a_table_without_text_or_title_is_refused_with_what_to_do(read, tmp_path):
    with pytest.raises(BadDataError, match=r"colour.*--field text="):
        read(write(tmp_path / "news.parquet", {"colour": ["red"]}))


def test_parquet_on_standard_input_is_refused_with_what_to_do(read, tmp_path):
    data = write(tmp_path / "news.parquet", {"text": ["One."]}).read_bytes()
    with pytest.raises(BadDataError, match="give its path"):
        read("-", stdin=io.BytesIO(data))
