from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.normalise import MAX_MARKS, cap_marks, fold, normalise


@given(st.text())
def test_composed_and_decomposed_text_fold_alike(text):
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(st.text(st.characters(categories=("L", "N", "P", "Z"))))
def test_case_does_not_matter(text):
    assert fold(text.lower()) == fold(text.lower().upper().lower())


@given(st.text())
def test_normalising_twice_changes_nothing_more(text):
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize("marks", ["\u0301\u0323", "\u0301", "\u0338\u0301\u05b0", "\u093c\u094d"])
def test_a_megabyte_of_marks_is_normalised_in_no_time(marks):
    text = "e" + marks * ((1 << 20) // len(marks.encode()))
    seconds = []
    for _ in range(3):
        started = time.process_time()
        normalise(text)
        seconds.append(time.process_time() - started)
    assert min(seconds) < 0.05


def test_runs_of_marks_are_cut_and_other_text_is_not():
    assert cap_marks("e" + "\u0301" * 40 + "f\u0301") == "e" + "\u0301" * MAX_MARKS + "f\u0301"


def test_reading_form_keeps_case_and_accents():
    assert normalise("Ｃafé\u200b №\u00ad7") == "Café No7"
