"""Dates as sites write them."""

from __future__ import annotations

import json
import time
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jobs.readers.dates import DateReader
from jobs.settings import InputSettings

CASES = {
    f"{group}: {name}": case
    for group, cases in tomllib.loads(Path(__file__).with_name("dates.toml").read_text("utf-8")).items()
    for name, case in cases.items()
}
NOW = datetime(2022, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_date_says(read, tmp_path, case):
    language, written, instant, *precision = case
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "a", "text": "Body.", "date": written, "lang": language}))
    (article,) = read(path).articles
    assert article.published_at == (datetime.fromisoformat(instant) if instant else None)
    if instant:
        assert article.published_at.tzinfo is UTC
        assert article.published_precision == (precision or ["second"])[0]


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.datetimes(), st.dates(), st.none()))
@example("0001-01-01T00:00:00+14:00")
@example("9999-12-31T23:59:59-14:00")
@example(float("nan"))
@example(float("inf"))
@example(-(10**400))
@example("12:00 3 Jan 2021 +99:99")
@example("٣١/١٢/٢٠٢٠")
def test_nothing_that_a_date_field_may_hold_breaks_the_reader(value):
    reader = DateReader("Asia/Jakarta", NOW)
    reading = reader.read(value, "en")
    assert reading == reader.read(value, "en")
    if reading.at is not None and reader.allows(reading.at):
        assert 1970 <= reading.at.year <= 2022
        reading.at.astimezone(UTC)


def test_a_date_without_a_zone_is_in_the_zone_of_the_settings(read, tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "Body.", "date": "2021-05-07 06:00:00"}')
    (article,) = read(path, settings=InputSettings(timezone="Asia/Jakarta")).articles
    assert article.published_at == datetime(2021, 5, 6, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("https://example.com/read/2021/08/16/ships", date(2021, 8, 16)),
        ("https://example.com/2021/aug/16/ships", date(2021, 8, 16)),
        ("https://example.com/news/2021-08-16/ships", date(2021, 8, 16)),
        ("https://example.com/news/2021/13/16/", None),
        ("https://example.com/news/2021/02/31/", None),
        ("https://example.com/2023/01/01/", None),
        ("https://example.com/read/20210816", None),
        ("", None),
    ],
)
def test_an_address_may_name_a_day(address, day):
    assert DateReader("UTC", NOW).url_day(address) == day


@pytest.mark.parametrize(
    "attack", ["1 " * 100, "1/" * 100, "a" * 200, "1." * 100, "12:" * 66, "1 a" * 66, "+1" * 100]
)
def test_hostile_dates_take_no_time(attack):
    reader = DateReader("UTC", NOW)
    reader.read("warm 1 foo 2021", "en")
    started = time.process_time()
    for number in range(20):
        reader.read(f"{attack[:190]}{number}", "en")
    assert time.process_time() - started < 0.5
