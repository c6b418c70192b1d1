"""Packed input: bombs and damage."""

from __future__ import annotations

import gzip
import hashlib
import io
import time
import tracemalloc
import zlib

import pytest
import zstandard

from dedup.errors import BadDataError
from jobs.settings import InputSettings


@pytest.mark.parametrize(
    ("pack", "unit"),
    [
        (gzip.compress, b" " * (1 << 20)),
        (zstandard.compress, b" " * (1 << 20)),
        (zstandard.compress, b"{}\n" * (1 << 18)),
    ],
    ids=["gzip", "zstd", "zstd of lines"],
)
def test_a_decompression_bomb_is_refused_soon_and_in_bounded_memory(read, tmp_path, pack, unit):
    path = tmp_path / "bomb.jsonl"
    path.write_bytes(pack(unit * 80))
    started = time.process_time()
    tracemalloc.start()
    with pytest.raises(BadDataError, match=r"bomb\.jsonl") as caught:
        read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.exit_code == 65
    assert peak < 150 << 20
    assert time.process_time() - started < 5


def test_a_zstd_stream_that_asks_for_much_memory_is_refused(read, tmp_path):
    parameters = zstandard.ZstdCompressionParameters(window_log=24, enable_ldm=False)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(packer.compress(b'{"text": "x"}\n' * 10) + packer.flush())
    assert len(read(path).articles) == 10
    result = read(path, settings=InputSettings(max_window_bytes=1 << 20))
    assert result.articles == []
    assert "zstd stream is damaged" in result.reasons[0][1]


def test_damage_within_a_gzip_stream_is_one_rejection(read, tmp_path):
    data = bytearray(gzip.compress(b'{"text": "x"}\n' * 5))
    data[-6] ^= 1
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(data)
    result = read(path)
    assert len(result.articles) == 5
    assert ["damaged" in reason for _, reason in result.reasons] == [True]


def test_zeros_after_a_gzip_member_are_padding(read, tmp_path):
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text": "x"}\n') + bytes(512))
    result = read(path)
    assert (len(result.articles), result.reasons) == (1, [])


@pytest.mark.parametrize("cut", range(0, 50, 3))
@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_every_break_off_is_noticed(read, tmp_path, pack, cut):
    whole = pack(b'{"id": "a", "text": "The ferry sails again."}\n')
    path = tmp_path / "a.jsonl"
    path.write_bytes(whole[: len(whole) - 1 - cut])
    result = read(path)
    assert len(result.log.rejected) == (1 if cut < len(whole) - 1 else 0)


def test_the_digest_is_of_the_bytes_on_disk_and_progress_counts_them(read, tmp_path):
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text": "x"}\n' * 1000))
    told = []
    (entry,) = read(path, progress=told.append).log.inputs
    assert entry.blake2b == hashlib.blake2b(path.read_bytes(), digest_size=32).hexdigest()
    assert told[-1] == entry.bytes == path.stat().st_size
    assert told == sorted(told)


def test_packed_standard_input_is_read(read):
    data = zlib.compressobj(wbits=31)
    stream = io.BytesIO(data.compress(b'{"text": "x"}\n') + data.flush())
    (article,) = read("-", stdin=stream).articles
    assert (article.file, article.line, len(article.id)) == ("-", 1, 32)
