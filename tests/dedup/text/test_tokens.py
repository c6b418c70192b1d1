from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.corpus import TextColumn
from dedup.text.alphabet import (
    EXTEND,
    GAP,
    SINGLE,
    alphabet,
    fold_character,
)
from dedup.text.folding import build, folded_form, kind_of
from dedup.text.normalise import fold, normalise
from dedup.text.tokens import find_tokens, tokenise

#: Words, gaps and trouble in many scripts, so that random texts reach every branch.
PIECES = [
    "news",
    "News",
    "don’t",
    "naïve",
    "nai\u0308ve",
    "pro\u00adfit",
    "zero\u200bwidth",
    "Москва",
    "ёлка",
]
PIECES += [
    "한국",
    "東京都",
    "カタカナ",
    "ｶﾞ",
    "ภาษาไทย",
    "กำ",
    "नमस्ते",
    "ﬁne",
    "½",
    "№",
    "ﷺ",
    "１２",
    "العَرَبِيَّة",
]
PIECES += ["𝐀𝐁", "\u0301", "\u3099", "İ", "ß", " ", "\n", ".", "_", "—", "😀", "\U000e0041"]
PIECES += ["x" * 40, "a" * 17, "b" * 16, "c" * 8]
texts = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))


def tokens_by_definition(text: str) -> list[tuple[str, int, int, bool]]:
    """Folded form, first character, end and aloneness of each token, one character at a time."""
    found: list[tuple[str, int, int, bool]] = []
    current, start, alone = "", 0, False
    place_of_last = 0

    def close(stop: int) -> None:
        nonlocal current
        if current:
            found.append((current, start, max(stop, place_of_last + 1), alone))
        current = ""

    for place, character in enumerate(text):
        for part in fold_character(character):
            kind = kind_of(part)
            if kind == GAP:
                close(place)
                continue
            if kind == SINGLE or (alone and current and kind != EXTEND):
                close(place)
            if not current:
                start, alone = place, kind == SINGLE
            current += part
            place_of_last = place
    close(len(text))
    return found


@settings(deadline=None)  # the first example loads the kernels
@given(texts)
def test_tokens_are_those_of_the_definition(text):
    tokens = find_tokens(TextColumn.from_strings([text]))
    wanted = tokens_by_definition(text)
    spans = [(len(text[:start].encode()), len(text[:stop].encode())) for _, start, stop, _ in wanted]
    assert list(zip(tokens.starts.tolist(), tokens.stops.tolist(), strict=True)) == spans
    assert tokens.alone.tolist() == [alone for *_, alone in wanted]
    assert tokenise(text) == [normalise(text[start:stop]).lower() for _, start, stop, _ in wanted]


@settings(deadline=None)  # the first example loads the kernels
@given(texts)
def test_a_hash_says_what_the_folded_form_is(text):
    folded = [token for token, *_ in tokens_by_definition(text)]
    alone = find_tokens(TextColumn.from_strings(folded))
    hashes = find_tokens(TextColumn.from_strings([text])).hashes.tolist()
    if np.all(np.diff(alone.offsets) == 1):  # a form like "ss" + mark folds to itself
        assert hashes == alone.hashes.tolist()
    by_form: dict[str, int] = {}
    for token, value in zip(folded, hashes, strict=True):
        assert by_form.setdefault(token, value) == value
    assert len(set(by_form.values())) == len(by_form)


@settings(deadline=None)  # the first example loads the kernels
@given(st.lists(texts, max_size=8))
def test_neighbours_do_not_touch_each_other(column):
    together = find_tokens(TextColumn.from_strings(column))
    for row, text in enumerate(column):
        alone = find_tokens(TextColumn.from_strings([text]))
        span = slice(together.offsets[row], together.offsets[row + 1])
        assert together.hashes[span].tolist() == alone.hashes.tolist()
        assert together.starts[span].tolist() == alone.starts.tolist()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a clean sentence", "a cl\u200bean sen\u00adtence"),
        ("copy of a report", "сору оf а rероrt"),
        ("Nairobi", "Ｎａｉｒｏｂｉ"),
        ("“It’s over,” he said", '"It\'s over," he said'),
        ("O’zbekiston", "O\u02bbzbekiston"),
        ("crème brûlée", "cre\u0300me bru\u0302le\u0301e"),
        ("ГАЗЕТА всё", "газета все"),
        ("ΝΕΑ ΕΠΟΧΗ", "νέα εποχή"),
        ("İstanbul ISPARTA", "istanbul isparta"),
        ("Brașov", "Braşov"),
        ("في ٢٠٢٥ كِتَاب", "في 2025 كتاب"),
        ("한국어", "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165"),
        ("ガス", "ｶﾞｽ"),
        ("straße", "STRASSE"),
    ],
)
def test_disguises_do_not_change_a_token(one, other):
    hashes = [find_tokens(TextColumn.from_strings([text])).hashes.tolist() for text in (one, other)]
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        (" .,;", []),
        ("東京は晴れ", ["東", "京", "は", "晴", "れ"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("สวัสดีAsia2025", ["ส", "วั", "ส", "ดี", "asia2025"]),
        ("snake_case 3,5", ["snake", "case", "3", "5"]),
    ],
)
def test_words_of_many_scripts(text, tokens):
    assert tokenise(text) == tokens


def test_the_number_of_threads_changes_nothing():
    column = TextColumn.from_strings(f"{PIECES[i % len(PIECES)]} word{i}" for i in range(5000))
    one, two = (find_tokens(column, n_jobs=jobs) for jobs in (1, 2))
    assert all(
        np.array_equal(getattr(one, name), getattr(two, name))
        for name in ("offsets", "hashes", "starts", "alone")
    )


def test_a_long_text_is_cut_between_characters():
    tokens = find_tokens(TextColumn.from_strings(["é" * 10]), max_text_bytes=7)
    assert tokens.stops.tolist() == [6]


def test_of_a_long_token_its_first_characters_count():
    long = "é" * 255 + "x"
    hashes = find_tokens(
        TextColumn.from_strings([long, long + "y", long + "z" * 900, "é" * 255 + "yy"])
    ).hashes
    assert hashes[0] == hashes[1] == hashes[2] != hashes[3]


def test_every_ascii_character_is_what_the_tables_say():
    for code in range(128):
        character = chr(code)
        is_word = find_tokens(TextColumn.from_strings([character])).offsets[-1] == 1
        assert is_word == (kind_of(character) != GAP)
        assert fold(character) == (character.lower() if is_word else " ")


@pytest.mark.skipif(
    unicodedata.unidata_version != "14.0.0", reason="another Unicode than the tables are made from"
)
def test_the_tables_are_what_the_unicode_database_says():
    kept, built = alphabet(), build()
    assert np.array_equal(kept.codes, built.codes)
    assert np.array_equal(kept.pool, built.pool)


def test_the_tables_say_what_folding_character_by_character_says():
    for character in "aZ9é٣½ﬁ№ßİкЁ한東ｶ™ ~_\u00ad\u200b\u0301\u0e33\U0001d400\U0001f600\U000e0041":
        assert fold_character(character) == folded_form(character)
