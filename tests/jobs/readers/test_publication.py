"""Day and month in numbers: the address, then the outlet, then the language decide."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import date

import pytest

from jobs.readers.publication import Habits


def days(read, path, records):
    path.write_text("\n".join(json.dumps({"text": "Body.", **record}) for record in records))
    result = read(path)
    return {
        article.id: article.published_at and article.published_at.date() for article in result.articles
    }, result.log


@pytest.mark.parametrize(
    ("proof", "expected"),
    [
        (["25/12/2020", "26/12/2020", "12/27/2020"], date(2021, 4, 3)),
        (["12/25/2020"], date(2021, 3, 4)),
        ([], date(2021, 3, 4)),
    ],
    ids=["outlet writes day first", "outlet writes month first", "language decides"],
)
def test_unambiguous_dates_of_the_same_outlet_decide_in_any_order_of_the_input(
    read, tmp_path, proof, expected
):
    records = [{"id": "asked", "source": "Gazette", "lang": "en", "date": "03/04/2021"}]
    records += [
        {"id": f"p{n}", "source": "Gazette", "lang": "en", "date": text} for n, text in enumerate(proof)
    ]
    records += [{"id": "other", "source": "Courier", "lang": "en", "date": "25/12/2020"}]
    for seed in range(3):
        random.Random(seed).shuffle(records)
        found, _ = days(read, tmp_path / "a.jsonl", records)
        assert found["asked"] == expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"lang": "id"}, date(2021, 4, 3)),
        ({"lang": "en"}, date(2021, 3, 4)),
        ({"lang": "en-GB"}, date(2021, 4, 3)),
        ({"lang": "en", "url": "https://gazette.co.uk/a"}, date(2021, 4, 3)),
        ({}, date(2021, 4, 3)),
    ],
)
def test_without_proof_the_custom_of_language_and_land_decides(read, tmp_path, record, expected):
    found, log = days(read, tmp_path / "a.jsonl", [{"id": "a", "date": "03/04/2021", **record}])
    assert found["a"] == expected
    assert log.repairs["order of day and month by language"] == 1


def test_dates_of_no_known_outlet_are_read_alike_whatever_file_they_are_in(read, tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "a", "text": "Body.", "date": "03/04/2021"}))
    (tmp_path / "b.jsonl").write_text(json.dumps({"id": "b", "text": "Body.", "date": "12/25/2020"}))
    found = {article.id: article for article in read(tmp_path / "a.jsonl", tmp_path / "b.jsonl").articles}
    assert found["a"].published_at.date() == date(2021, 3, 4)
    assert {article.evidence.origin.outlet for article in found.values()} == {""}


def test_the_day_in_the_address_decides_first(read, tmp_path):
    found, log = days(
        read,
        tmp_path / "a.jsonl",
        [
            {"id": "two readings", "date": "03/04/2021", "lang": "en", "url": "https://e.com/2021/04/03/x"},
            {"id": "exchanged", "date": "2021-12-09 21:48", "url": "https://e.com/2021/09/12/x"},
            {"id": "late evening", "date": "2021-09-12", "url": "https://e.com/2021/09/11/x"},
            {"id": "other day", "date": "2021-09-20", "url": "https://e.com/2021/09/11/x"},
            {"id": "missing", "url": "https://e.com/2021/09/11/x"},
            {"id": "unreadable", "date": "not found", "url": "https://e.com/2021/09/11/x"},
        ],
    )
    assert found == {
        "two readings": date(2021, 4, 3),
        "exchanged": date(2021, 9, 12),
        "late evening": date(2021, 9, 12),
        "other day": date(2021, 9, 20),
        "missing": date(2021, 9, 11),
        "unreadable": date(2021, 9, 11),
    }
    assert log.repairs["day and month exchanged, as the address shows"] == 1
    assert log.repairs["date taken from the address"] == 2


def test_a_reading_in_the_future_is_no_reading(read, tmp_path):
    found, _ = days(
        read, tmp_path / "a.jsonl", [{"id": "a", "date": "02/12/2022"}, {"id": "b", "date": "12/01/2021"}]
    )
    assert found == {"a": None, "b": date(2021, 1, 12)}


def test_each_way_to_have_no_date_is_counted(read, tmp_path):
    found, log = days(
        read,
        tmp_path / "a.jsonl",
        [
            {"id": "a"},
            {"id": "b", "date": "nowhere"},
            {"id": "c", "date": "1812-01-01"},
            {"id": "d", "date": ""},
        ],
    )
    assert set(found.values()) == {None}
    assert log.repairs == {
        "no date: none given": 2,
        "no date: unreadable": 1,
        "no date: before 1970 or in the future": 1,
    }


def test_articles_read_apart_are_dated_beside_each_other_as_if_read_together(read, tmp_path):
    gazette = {"source": "gazette.id", "lang": "id"}
    records = [
        {"id": "a", "date": "03/04/2021 14:00", **gazette},
        {"id": "b", "date": "12/25/2020 10:00 +07:00", **gazette},
        {"id": "c", "date": "2021-05-05 09:00", **gazette},
        {"id": "d", "date": "2021-05-05T09:00:00+07:00", "source": "other.id", "lang": "id"},
        {"id": "e"},
    ]
    records += [{"id": f"f{n}", "date": f"2021-05-0{n} 08:00 WIB", **gazette} for n in range(1, 4)]
    (path := tmp_path / "all.jsonl").write_text(
        "\n".join(json.dumps({"text": "Body.", **r}) for r in records)
    )
    together = {article.id: article.published_at for article in read(path).articles}
    apart = []
    for number, record in enumerate(records):
        (path := tmp_path / f"{number}.jsonl").write_text(json.dumps({"text": "Body.", **record}))
        apart += read(path).articles
    habits, dated = Habits(), [article for article in apart if article.evidence is not None]
    for article in (*dated, *dated[:4]):
        habits.learn(article.evidence.dated, article.evidence.origin)
    for article in dated[:4]:
        habits.learn(article.evidence.dated, article.evidence.origin, -1)
    found = {
        article.id: habits.settle(article.evidence.dated, article.evidence.origin, Counter())
        for article in dated
    }
    assert found | {"e": None} == together
    assert any(article.published_at != together[article.id] for article in apart)
