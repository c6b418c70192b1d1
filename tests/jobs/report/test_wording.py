"""How numbers, times, names and links are written."""

from __future__ import annotations

import pytest

from jobs.report import wording


def test_shares_that_are_not_nothing_are_not_written_as_nothing() -> None:
    assert [wording.share(value) for value in (0, 1e-9, 0.0005, 1)] == [
        "0%",
        "under 0.1%",
        "0.1%",
        "100%",
    ]


def test_a_part_of_nothing_is_nothing() -> None:
    assert wording.of_whole(0, 0) == "0%"


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        ("2021-08-16T01:00:00Z", "2021-08-16T23:00:00Z", "16 August 2021"),
        ("2021-08-16", "2021-08-18", "16 – 18 August 2021"),
        ("2021-08-16", "2021-09-16", "16 August – 16 September 2021"),
        ("2020-12-31", "2021-01-01", "31 December 2020 – 1 January 2021"),
        (None, None, "no date"),
    ],
)
def test_a_period_names_month_and_year_once(first: str | None, last: str | None, written: str) -> None:
    assert wording.period(first, last) == written


def test_midnight_is_a_day_without_a_time() -> None:
    assert wording.moment("2021-08-16T00:00:00Z") == "16 August 2021"
    assert wording.moment("2021-08-16T14:05:00Z") == "16 August 2021, 14:05 UTC"
    assert wording.moment("soon") == wording.day("soon") == "soon"


def test_bytes_are_written_in_the_unit_that_fits() -> None:
    assert [wording.amount(number) for number in (0, 1023, 1 << 20, 3 << 30)] == [
        "0 B",
        "1,023 B",
        "1.0 MiB",
        "3.0 GiB",
    ]


def test_languages_are_named_in_english_and_unknown_codes_kept() -> None:
    assert [wording.language(code) for code in ("id", "zh-Hant", "xx-nonsense!", "")] == [
        "Indonesian",
        "Chinese (Traditional)",
        "xx-nonsense!",
        "no text to tell from",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (". The tide turned.", "The tide turned."),
        (', said the master. "', "said the master."),
        (".266.", ".266."),
        (". ", ""),
        (".,The tide", "The tide"),
        (", 3 June", "3 June"),
        ('"We turned back', '"We turned back'),
        ("– The tide", "The tide"),
        ("", ""),
        ("(sic) and so on", "(sic) and so on"),
    ],
)
def test_a_passage_leaves_the_punctuation_of_its_neighbours_out(text: str, shown: str) -> None:
    assert wording.passage(text) == shown


@pytest.mark.parametrize("url", ["https://a.example/b?c=d#e", "http://a.example:8080", "HTTPS://A.example"])
def test_web_addresses_are_linked(url: str) -> None:
    assert wording.linked(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//a.example",
        "/a",
        "https:",
        "http://[::1",
        "https://user@a.example",
        "https://a.example\\@b.example",
        "https://a.example/a b",
        "https://a.example/\n",
        f"https://a.example/{'a' * 3000}",
    ],
)
def test_whatever_else_is_in_an_address_is_not_linked(url: str) -> None:
    assert wording.linked(url) == ""


def test_marks_of_direction_and_control_characters_are_not_shown() -> None:
    assert wording.shown("a\u202eb\x00c\ud800d\u2029e\n\tf\ufffd") == "abcd e\n\tf\ufffd"
    assert wording.shown(None) == ""
    assert wording.shown(3) == 3
