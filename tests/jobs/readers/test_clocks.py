"""Dates without a zone: other dates of the run tell it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.readers import Rejections
from jobs.readers.articles import ArticleBuilder
from jobs.readers.identity import resolve_ids
from jobs.settings import InputSettings

NOW = datetime(2022, 1, 1, tzinfo=UTC)
NOON = "2021-08-16 12:00"


def dated(records, zone="auto"):
    """Give instant by id, and the repairs."""
    log = Rejections()
    builder = ArticleBuilder(InputSettings(timezone=zone), NOW, log)
    articles = [
        builder.build({"id": str(n), "text": "Body.", **record}, file="a.jsonl", line=n, path_id="")
        for n, record in enumerate(records)
    ]
    articles = [article for article in articles if article is not None] + list(builder.settled())
    return {article.id: article.published_at for article in articles}, dict(log.repairs)


def hour(records, zone="auto"):
    """Give the hour in UTC of the first record."""
    return dated(records, zone)[0]["0"].hour


def named(outlet, zone, count, lang="id"):
    return [{"source": outlet, "lang": lang, "date": f"{NOON} {zone}"}] * count


ASKED = {"source": "Kabar", "lang": "id", "date": NOON}


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([], 12),
        (named("Kabar", "WIB", 1), 5),
        (named("Kabar", "WITA", 3) + named("Kabar", "WIB", 2), 4),
        (named("Kabar", "WITA", 2) + named("Warta", "WIB", 50), 4),
        (named("Warta", "WIB", 3), 5),
        (named("Warta", "WIB", 2), 12),
        (named("Warta", "WIB", 8) + named("Pos", "UTC", 2), 5),
        (named("Warta", "WIB", 7) + named("Pos", "UTC", 3), 12),
        (named("Gazette", "EST", 50, lang="en"), 12),
        (named("Warta", "+07:00", 3), 5),
        (named("Warta", "+23:00", 9), 12),
        (named("Warta", "+07:03", 9), 12),
    ],
    ids=[
        "nobody tells",
        "the outlet itself, once",
        "the outlet, most often",
        "the outlet before others",
        "others in the language",
        "too few others",
        "four in five others",
        "others do not agree",
        "another language does not tell",
        "an offset is a zone",
        "no clock is so far ahead",
        "no clock goes by odd minutes",
    ],
)
def test_a_date_without_a_zone_takes_the_zone_that_other_dates_name(others, expected):
    assert hour([ASKED, *others]) == expected


def test_outlets_of_one_land_go_before_those_of_another_in_the_same_language():
    british = named("courier.co.uk", "+01:00", 90, lang="en")
    australian = named("herald.com.au", "AEST", 3, lang="en")
    asked = {"source": "times.com.au", "lang": "en", "date": NOON}
    assert hour([asked, *british, *australian]) == 2


def test_outlets_of_one_land_tell_where_the_language_is_not_known():
    asked = {"source": "kabar.co.id", "date": NOON}
    assert hour([asked, *named("warta.co.id", "WIB", 3)]) == 5
    assert hour([asked, *named("warta.com", "WIB", 3)]) == 12


def test_two_zones_of_summer_and_winter_are_one_clock():
    winter, summer = named("Gazette", "EST", 6, lang="en"), named("Gazette", "EDT", 5, lang="en")
    assert hour([{"source": "Courier", "lang": "en", "date": NOON}, *winter, *summer]) == 17


def test_a_day_is_the_first_second_of_the_day_there():
    records = [
        {"source": "Kabar", "lang": "id", "date": "16 Agustus 2021"},
        {"source": "Kabar", "lang": "id", "url": "https://arsip.example/2021/08/16/kapal"},
        {"source": "Kabar", "lang": "id", "date": "03/04/2021"},
        *named("Kabar", "WIB", 1),
    ]
    found, _ = dated(records)
    assert found["0"] == found["1"] == datetime(2021, 8, 15, 17, tzinfo=UTC)
    assert found["2"] == datetime(2021, 4, 2, 17, tzinfo=UTC)


def test_seconds_since_1970_have_no_zone_to_find_and_tell_none():
    epoch = {"source": "Kabar", "lang": "id", "date": 1629115200}
    found, repairs = dated([ASKED, epoch, epoch, epoch, *named("Warta", "WIB", 3)])
    assert found["1"] == datetime(2021, 8, 16, 12, tzinfo=UTC)
    assert found["0"].hour == 5
    assert repairs == {"zone taken from other dates: +07:00": 1}


def test_a_zone_of_the_settings_is_taken_as_told():
    assert hour([ASKED, *named("Kabar", "WIB", 9)], zone="UTC") == 12
    found, repairs = dated([ASKED, *named("Kabar", "WIB", 9)], zone="Asia/Tokyo")
    assert found["0"].hour == 3
    assert repairs == {}


def test_what_became_of_dates_without_a_zone_is_counted():
    newfoundland = named("Gazette", "-03:30", 1, lang="en")
    gazette, courier = ({"source": name, "lang": "en", "date": NOON} for name in ("Gazette", "Courier"))
    assert dated([gazette, gazette, courier, *newfoundland])[1] == {
        "zone taken from other dates: -03:30": 2,
        "date without a zone, read as UTC": 1,
    }


def test_a_reprint_no_longer_comes_hours_after_its_original(read, tmp_path):
    original = {"id": "original", **named("Warta", "WIB", 1)[0]}
    reprint = {"id": "reprint", "source": "Kabar", "lang": "id", "date": "2021-08-16 12:40"}
    more = [{"id": f"more {n}", **record} for n, record in enumerate(named("Warta", "WIB", 2))]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps({"text": "Body.", **each}) for each in (reprint, original, *more)))
    instants = {
        article.id: article.published_at for article in resolve_ids(read(path).articles, Rejections())
    }
    assert (instants["reprint"] - instants["original"]).total_seconds() == 40 * 60


records = st.builds(
    lambda outlet, lang, date, zone: {"source": outlet, "lang": lang, "date": f"{date} {zone}".strip()},
    st.sampled_from(["Kabar", "warta.co.id", "pos.co.id", "Gazette", "courier.co.uk"]),
    st.sampled_from(["id", "en", ""]),
    st.sampled_from([NOON, "2021-08-16", "03/04/2021 12:00", "25/12/2020 12:00"]),
    st.sampled_from(["", "", "WIB", "WITA", "EST", "EDT", "UTC"]),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(records, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_change_a_date(given_records, random):
    given_records = [{"id": f"r{n}", **record} for n, record in enumerate(given_records)]
    before = dated(given_records)
    random.shuffle(given_records)
    assert dated(given_records) == before
