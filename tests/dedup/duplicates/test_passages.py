from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.duplicates.passages import Passage, passages
from dedup.text.tokens import tokenise


def test_equal_texts_are_one_shared_passage():
    text = "The council met on Monday and voted for the bridge."
    assert passages(text, text) == [Passage(True, text[:-1], text[:-1])]


def test_punctuation_alone_is_no_difference():
    assert passages("one two three - four five six", "one two three, four five six") == [
        Passage(True, "one two three - four five six", "one two three, four five six")
    ]


def test_a_changed_word_stands_between_two_shared_passages():
    a = "On Monday the council of the small town voted for a new bridge over the river"
    b = "On Monday the council of the small city voted for a new bridge over the river"
    assert passages(a, b) == [
        Passage(True, "On Monday the council of the small", "On Monday the council of the small"),
        Passage(False, "town", "city"),
        Passage(True, "voted for a new bridge over the river", "voted for a new bridge over the river"),
    ]


def test_a_moved_paragraph_is_still_shared():
    first = "one two three four five six seven"
    second = "red orange yellow green blue indigo violet"
    found = passages(f"{first}. {second}.", f"{second}. {first}.")
    assert {passage.a for passage in found if passage.shared} == {first, second}


def test_unrelated_texts_share_nothing():
    assert passages("some words that stand here alone", "others who walked over there together") == [
        Passage(False, "some words that stand here alone", "others who walked over there together")
    ]


def test_case_and_punctuation_do_not_hide_a_shared_passage_and_are_shown_as_written():
    (found,) = passages("THE MAYOR, said: no new taxes", "The mayor said no new taxes")
    assert found == Passage(True, "THE MAYOR, said: no new taxes", "The mayor said no new taxes")


def test_chinese_is_aligned_character_by_character():
    found = passages("市议会周一投票通过新桥计划", "市议会周二投票通过新桥计划", words=3)
    assert [passage.a for passage in found if passage.shared] == ["市议会周", "投票通过新桥计划"]


def test_an_empty_text_differs_as_a_whole():
    assert passages("", "something is here") == [Passage(False, "", "something is here")]
    assert passages("", "") == []


def test_a_text_that_repeats_one_word_is_quick():
    (found,) = passages("spam " * 20_000, "spam " * 20_000)
    assert found.shared


WORDS = st.lists(st.sampled_from(["ab", "bc", "cd", "de", "ef", "fg"]), max_size=40).map(" ".join)


@settings(deadline=None)
@given(WORDS, WORDS)
def test_every_word_of_both_texts_appears_once(a: str, b: str):
    found = passages(a, b, words=3)
    assert tokenise(" ".join(passage.a for passage in found)) == tokenise(a)
    words_b = [word for passage in found for word in tokenise(passage.b)]
    assert sorted(words_b) == sorted(tokenise(b))


@settings(deadline=None)
@given(WORDS, WORDS)
def test_shared_passages_read_alike(a: str, b: str):
    for passage in passages(a, b, words=3):
        if passage.shared:
            assert tokenise(passage.a) == tokenise(passage.b)
