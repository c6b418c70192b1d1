from __future__ import annotations

import numpy as np
import pytest

from dedup.corpus import TextColumn
from dedup.duplicates.numbers import HEADLINE_SEPARATORS, mentions_of, numbers_of


def numbers(text: str) -> list[int]:
    return numbers_of(TextColumn.from_strings([text]), np.array([0])).values.tolist()


@pytest.mark.parametrize(
    "text",
    ["costs 1.250.000 now", "costs 1,250,000", "costs 1250000.", "1'250'000", "1’250’000", "1٬250٬000"],
)
def test_separators_of_thousands_do_not_change_a_number(text):
    assert numbers(text) == [1_250_000]


def test_zeros_in_front_do_not_count():
    assert numbers("05/09/2019") == numbers("5/9/2019") == [5, 9, 2019]


@pytest.mark.parametrize("text", ["١٢٣", "۱۲۳", "१२३", "๑๒๓", "１２３", "𝟏𝟐𝟑"])
def test_digits_of_every_script_count(text):
    assert numbers(text) == [123]


def test_a_full_stop_after_a_number_ends_it():
    assert numbers("in 2019. 15 people, 30,, 7") == [7, 15, 30, 2019]


def test_a_score_is_one_number_in_a_headline():
    titles = TextColumn.from_strings(["won 0-3", "stands 0–0"])
    found = numbers_of(titles, np.array([0, 1]), HEADLINE_SEPARATORS)
    assert not found.shared(np.array([0]), np.array([1]))[0]


def test_each_number_counts_once():
    assert numbers("7 and 8 and 7") == [7, 8]


def test_text_without_numbers_has_none():
    assert numbers("none at all") == numbers("") == []


def test_each_row_has_its_own_numbers():
    texts = TextColumn.from_strings(["1 2", "", "3 " * 100 + "4"])
    found = numbers_of(texts, np.array([0, 1, 2, 0]))
    assert found.offsets.tolist() == [0, 2, 2, 4, 6]
    assert found.shared(np.array([0, 0]), np.array([3, 2])).tolist() == [2, 0]


def test_a_text_full_of_numbers_fits():
    assert numbers(" ".join(map(str, range(5_000)))) == list(range(5_000))


def replaced(one: str, other: str) -> list[int]:
    """Numbers of each text for which the other has a different one between the same words."""
    texts, rows = TextColumn.from_strings([one, other]), np.array([0, 1])
    return mentions_of(texts, rows).replaced(rows, rows[::-1].copy(), numbers_of(texts, rows)).tolist()


def test_another_number_between_the_same_words_replaces_one():
    assert replaced("Gold costs 410 today, silver 12 now.", "Gold costs 422 today, silver 12 now.") == [1, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("on Monday 10/9/2019.", "on Monday (10/9)."),
        ("Rp 130.000 a piece", "Rp 130 thousand a piece"),
        ("It rained. 15 came late.", "It rained."),
        ("first 3 then 4", "first 4 then 3"),
        ("", "1 2 3"),
    ],
)
def test_numbers_written_otherwise_left_out_or_moved_are_not_replaced(one, other):
    assert 0 in replaced(one, other)


def test_numbers_of_every_script_have_slots():
    assert replaced("قيمة ٤١٠ اليوم", "قيمة ٤٢٢ اليوم") == [1, 1]


def test_a_table_of_numbers_has_slots():
    assert replaced(" ".join(map(str, range(5_000))), "7000") == [5_000, 1]
