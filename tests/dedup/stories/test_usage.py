from __future__ import annotations

import numpy as np
import pytest

from dedup.corpus import TextColumn
from dedup.stories.terms import count_terms
from dedup.stories.usage import UNLISTED, usage


def share(language: str, term: str, *, pairs: bool = False) -> float:
    counts = count_terms(
        TextColumn.from_strings([""]),
        TextColumn.from_strings([term]),
        title_weight=1,
        stem_characters=6,
        in_pairs=np.array([pairs]),
    )
    found = usage(language, 6)
    assert found is not None
    return float(found.of(counts.hashes)[0])


@pytest.mark.parametrize(
    ("language", "common", "rare"),
    [("en", "the", "lighthouse"), ("id", "yang", "mercusuar"), ("ru", "не", "маяк"), ("zh", "我们", "灯塔")],
)
def test_function_words_are_told_from_others(language, common, rare):
    assert share(language, common) > 100 * share(language, rare)


def test_a_word_that_no_list_has_gets_the_least_share():
    assert share("en", "zqxjkvb") == UNLISTED


def test_forms_of_a_word_add_up():
    assert share("en", "presidential") >= share("en", "president") > UNLISTED


def test_syllables_of_vietnamese_are_paired():
    assert share("vi", "không có", pairs=True) > UNLISTED


def test_common_characters_of_neighbouring_words_are_paired():
    assert share("zh", "的我") > UNLISTED


def test_a_language_without_a_list_has_no_usage():
    assert usage("zz", 6) is None
    assert usage("", 6) is None
