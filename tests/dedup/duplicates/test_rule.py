from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.duplicates.rule import RELATIONS, Evidence, Reason, decide, is_copy, relations
from dedup.settings import DuplicateSettings

SETTINGS = DuplicateSettings()


def evidence(
    shared,
    sizes=(300, 300),
    *,
    same=0,
    headline=0.2,
    days=0.1,
    numbers=(8, 8, 8),
    replaced=None,
    leads=(1, 1),
    named=False,
):
    both, *each = numbers
    column = [shared, *sizes, same, headline, named, days, *numbers]
    column += [*(replaced or [count - both for count in each]), *leads]
    kinds = [np.int64] * 3 + [np.int8, float, bool, float] + [np.int64] * 5 + [float] * 2
    return Evidence(*(np.array([value], kind) for value, kind in zip(column, kinds, strict=True)))


def reason(shared, sizes=(300, 300), **known):
    return Reason(decide(evidence(shared, sizes, **known), SETTINGS)[0])


def at_jaccard(jaccard, size=300):
    return round(jaccard * 2 * size / (1 + jaccard))


def test_a_lightly_edited_text_in_another_outlet_is_a_copy():
    assert reason(at_jaccard(0.8)) is Reason.ALIKE


def test_a_cut_text_is_a_copy():
    assert reason(115, (120, 400)) is Reason.CONTAINED


def test_a_cut_text_longer_than_its_source_is_a_copy_as_well():
    assert reason(115, (400, 120)) is Reason.CONTAINED


def test_an_old_report_below_a_new_lead_is_no_copy_within_its_outlet():
    assert reason(118, (120, 400), same=1, leads=(1, 0.1)) is Reason.NEW_LEAD
    assert reason(118, (120, 400), same=-1, leads=(1, 0.1)) is Reason.NEW_LEAD
    assert reason(118, (400, 120), same=1, leads=(0.1, 1)) is Reason.NEW_LEAD
    assert reason(118, (120, 400), same=1, leads=(1, 0.9)) is Reason.CONTAINED
    assert reason(118, (120, 400), same=0, leads=(1, 0.1)) is Reason.CONTAINED


def test_two_rewritten_leads_over_one_text_are_no_follow_up():
    assert reason(at_jaccard(0.7), (290, 310), same=1, leads=(0.1, 0.1)) is Reason.ALIKE


def test_a_lead_cut_off_leaves_a_copy():
    assert reason(at_jaccard(0.8), (310, 290), same=1, leads=(0.1, 0.1)) is Reason.ALIKE


def test_a_quoted_paragraph_is_no_copy():
    assert reason(39, (40, 400)) is Reason.TOO_DIFFERENT


def test_two_reports_of_one_event_are_no_copies():
    assert reason(at_jaccard(0.12), headline=0.6) is Reason.TOO_DIFFERENT


def test_like_headlines_make_up_for_rewritten_sentences():
    assert reason(at_jaccard(0.28), headline=0.8) is Reason.ALIKE
    assert reason(at_jaccard(0.28), headline=0.1) is Reason.TOO_DIFFERENT


def test_one_outlet_needs_more_in_common_than_two():
    assert reason(at_jaccard(0.45), same=0) is Reason.ALIKE
    assert reason(at_jaccard(0.45), same=1) is Reason.FOLLOW_UP
    assert reason(at_jaccard(0.7), same=1) is Reason.ALIKE


def test_an_unknown_outlet_stands_between_one_and_two():
    assert [is_copy(np.array(reason(at_jaccard(0.40), same=same))) for same in (0, -1, 1)] == [
        True,
        False,
        False,
    ]
    assert [is_copy(np.array(reason(at_jaccard(0.45), same=same))) for same in (0, -1, 1)] == [
        True,
        True,
        False,
    ]


def test_articles_of_one_outlet_days_apart_are_a_series():
    assert reason(at_jaccard(0.7), same=1, headline=0.9, days=0.5) is Reason.ALIKE
    assert reason(at_jaccard(0.7), same=1, headline=0.9, days=4) is Reason.FOLLOW_UP
    assert reason(at_jaccard(0.7), same=0, headline=0.9, days=4) is Reason.ALIKE


def test_most_of_a_text_days_later_in_one_outlet_is_a_series_as_well():
    assert reason(108, (120, 400), same=1, headline=0.5, days=0.5) is Reason.CONTAINED
    assert reason(108, (120, 400), same=1, headline=0.5, days=4) is Reason.FOLLOW_UP
    assert reason(118, (120, 400), same=1, headline=0.5, days=4) is Reason.CONTAINED


def test_a_template_with_other_numbers_is_no_copy():
    assert reason(at_jaccard(0.9), same=1, headline=1, numbers=(3, 9, 9)) is Reason.NUMBERS_DIFFER
    assert reason(at_jaccard(0.9), same=0, headline=1, numbers=(3, 9, 9)) is Reason.NUMBERS_DIFFER


def test_headlines_of_one_outlet_with_different_numbers_are_a_template_or_an_update():
    assert reason(at_jaccard(0.8), same=1, headline=0.9, named=True) is Reason.HEADLINE_NUMBERS_DIFFER
    assert reason(at_jaccard(0.8), same=0, headline=0.9, named=True) is Reason.ALIKE


def test_numbers_in_the_headlines_do_not_matter_over_the_same_body():
    assert reason(at_jaccard(0.95), same=1, headline=0.3, named=True) is Reason.ALIKE


def test_numbers_that_stand_elsewhere_are_no_template_unless_in_a_series():
    known = {"same": 1, "headline": 1, "numbers": (2, 4, 4), "replaced": (0, 1)}
    assert reason(at_jaccard(0.9), **known) is Reason.ALIKE
    assert reason(at_jaccard(0.9), **known, days=4) is Reason.NUMBERS_DIFFER


def test_numbers_that_only_one_of_the_two_has_do_no_harm():
    assert reason(at_jaccard(0.6), numbers=(4, 4, 15)) is Reason.ALIKE


def test_a_text_with_a_single_number_is_no_template():
    assert reason(at_jaccard(0.8), numbers=(0, 1, 1)) is Reason.ALIKE


def test_a_shared_sentence_is_weak_evidence():
    assert reason(7, (8, 8), headline=1) is Reason.LITTLE_TEXT


def test_short_texts_need_like_headlines():
    assert reason(12, (13, 13), headline=0.7) is Reason.ALIKE
    assert reason(12, (13, 13), headline=0.1) is Reason.LITTLE_TEXT
    assert reason(12, (13, 13), headline=np.nan) is Reason.LITTLE_TEXT


def test_missing_headline_outlet_and_date_still_give_an_answer():
    assert reason(at_jaccard(0.7), same=-1, headline=np.nan, days=np.nan) is Reason.ALIKE
    assert reason(at_jaccard(0.3), same=-1, headline=np.nan, days=np.nan) is Reason.TOO_DIFFERENT


def test_empty_texts_are_no_copies():
    assert not is_copy(decide(evidence(0, (0, 0), numbers=(0, 0, 0)), SETTINGS))[0]


@pytest.mark.parametrize(
    ("shared", "original", "copy", "relation"),
    [
        (290, 300, 310, "reprint"),
        (145, 300, 150, "abridged"),
        (145, 150, 300, "expanded"),
        (100, 300, 150, "reprint"),
        (80, 100, 80, "reprint"),
    ],
)
def test_a_copy_is_abridged_where_it_is_a_part_and_expanded_where_it_has_one(
    shared, original, copy, relation
):
    code = relations(np.array([shared]), np.array([original]), np.array([copy]))[0]
    assert RELATIONS[code] == relation


SHARE = st.floats(0, 1)


@settings(deadline=None)
@given(
    st.integers(0, 300),
    st.integers(0, 300),
    st.integers(-1, 1),
    SHARE,
    SHARE,
    st.floats(0, 9),
    st.integers(0, 9),
)
def test_more_shared_text_never_undoes_a_copy(less, more, same, low, high, days, numbers):
    less, more = sorted((less, more))
    low, high = sorted((low, high))
    known = {"same": same, "days": days, "numbers": (numbers, 9, 9)}
    if is_copy(np.array(reason(less, headline=low, **known))):
        assert is_copy(np.array(reason(more, headline=high, **known)))


@settings(deadline=None)
@given(
    st.integers(1, 300),
    st.integers(300, 900),
    st.integers(300, 900),
    st.integers(-1, 1),
    SHARE,
    st.integers(0, 9),
    st.tuples(SHARE, SHARE),
)
def test_the_answer_does_not_depend_on_which_article_comes_first(
    shared, size_a, size_b, same, headline, numbers, leads
):
    known = {"same": same, "headline": headline}
    there = reason(shared, (size_a, size_b), numbers=(min(numbers, 7), 7, 9), leads=leads, **known)
    back = reason(shared, (size_b, size_a), numbers=(min(numbers, 7), 9, 7), leads=leads[::-1], **known)
    assert there is back
