"""JSON Lines: each line stands or falls alone."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tracemalloc

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.settings import InputSettings

GOOD = b'{"id": "a", "text": "The ferry sails again.", "title": "Ferry"}'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "caf\xff"}', "invalid UTF-8"),
        (b'{"text": "\xed\xa0\x80"}', "invalid UTF-8"),
        (rb'{"text": "\ud800"}', "broken JSON"),
        (b'{"text": "x", "score": NaN}', "broken JSON"),
        (b'{"text": "x", "score": 1e999}', "broken JSON"),
        (b'{"text": "x"', "broken JSON"),
        (b'["text"]', "not an object"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"text": " ", "title": ""}', "no text"),
        (b'{"text": null}', "no text"),
        (b'{"colour": "red"}', "no text"),
        (b'{"text": "' + b"x" * 3000 + b'"}', "line too long"),
    ],
)
def test_a_bad_line_is_rejected_and_its_neighbours_are_read(read, tmp_path, line, reason):
    path = tmp_path / "news.jsonl"
    path.write_bytes(GOOD + b"\n" + line + b"\n\n" + GOOD.replace(b'"a"', b'"b"'))
    limits = InputSettings(max_line_bytes=2048) if reason == "line too long" else InputSettings()
    result = read(path, settings=limits)
    assert [article.id for article in result.articles] == ["a", "b"]
    assert [(line, why.partition(":")[0]) for line, why in result.reasons] == [(2, reason)]
    assert result.log.rejected[0].file == str(path)
    assert result.log.records == 3


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.dictionaries(
                st.sampled_from(["id", "text", "title", "date", "url", "source", "version", "lang", "x"]),
                st.one_of(
                    st.text(max_size=12), st.integers(), st.none(), st.floats(allow_nan=False), st.just([1])
                ),
                max_size=6,
            ).map(lambda record: json.dumps(record).encode()),
        ),
        max_size=8,
    ).map(b"\n".join)
)
def test_any_bytes_become_articles_or_rejections_and_the_counts_add_up(read, data):
    result = read("-", stdin=io.BytesIO(GOOD + b"\n" + data), settings=InputSettings(format="jsonl"))
    assert result.log.records == len(result.articles) + len(result.log.rejected)
    for article in result.articles:
        assert len(article.id.encode()) <= 512
        assert "\0" not in article.text + article.title + article.id
        assert msgspec.json.decode(msgspec.json.encode(article))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress], ids=["plain", "gzip", "zstd"])
def test_packed_files_read_like_plain_ones_whatever_their_name(read, tmp_path, pack):
    path = tmp_path / "news.jsonl"
    path.write_bytes(pack(GOOD + b"\n") + pack(GOOD.replace(b'"a"', b'"b"') + b"\n"))
    assert [article.id for article in read(path).articles] == ["a", "b"]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_a_packed_file_that_breaks_off_gives_its_readable_lines_and_one_rejection(read, tmp_path, pack):
    path = tmp_path / "news.jsonl.packed"
    lines = [
        json.dumps(
            {"id": str(n), "text": f"Report {hashlib.md5(str(n).encode()).hexdigest()} of the day"}
        ).encode()
        for n in range(20_000)
    ]
    path.write_bytes(pack(b"\n".join(lines))[:-2000])
    result = read(path, settings=InputSettings(format="jsonl"))
    assert 1000 < len(result.articles) < 20_000
    (rejection,) = result.log.rejected
    assert "breaks off" in rejection.reason
    assert rejection.line == len(result.articles) + 1


def test_a_huge_line_is_passed_over_in_bounded_memory(read):
    class Endless(io.RawIOBase):
        left = 200

        def readable(self):
            return True

        def readinto(self, buffer):
            self.left -= 1
            data = (
                b"x" * min(len(buffer), 1 << 20) if self.left > 0 else b"\n" + GOOD if self.left == 0 else b""
            )
            buffer[: len(data)] = data
            return len(data)

    tracemalloc.start()
    result = read("-", stdin=Endless(), settings=InputSettings(format="jsonl", max_line_bytes=1 << 20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [article.id for article in result.articles] == ["a"]
    assert result.reasons[0][0] == 1
    assert peak < 8 << 20
