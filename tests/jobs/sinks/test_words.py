"""Words of the full-text index, in any script."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sinks.sqlite_index import TOKENIZER
from jobs.sinks.words import BREAK, broken, unbroken, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rusia–Taliban, 3,5 juta", ["Rusia", "Taliban", "3", "5", "juta"]),
        ("塔利班抵莫斯科 today", [*"塔利班抵莫斯科", "today"]),
        ("中国GDP增长5%", [*"中国", "GDP", *"增长", "5"]),
        ("ตาลีบันเยือน", ["ต", "า", "ลี", "บั", "น", "เ", "ยื", "อ", "น"]),
        ("ラーメン・タリバン", [*"ラーメンタリバン"]),
        ("नई दिल्ली", ["नई", "दिल्ली"]),
        ("Русско-талибские", ["Русско", "талибские"]),
        ("서울에서 회담", ["서울에서", "회담"]),
        ('"*^:(){}-', []),
    ],
)
def test_words_are_those_of_the_script(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text())
def test_breaks_come_out_again(text: str) -> None:
    assert unbroken(broken(text)) == text.replace(BREAK, "")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_the_index_cuts_where_words_end(text: str) -> None:
    """Every word asked for in quotes finds the text it is from."""
    connection = sqlite3.connect(":memory:")
    connection.execute(f'CREATE VIRTUAL TABLE t USING fts5(text, tokenize="{TOKENIZER}")')
    connection.execute("INSERT INTO t VALUES(?)", (broken(text),))
    connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, row)")
    known = connection.execute("SELECT count(*) FROM v").fetchone()[0]
    for word in words(text)[:20]:
        found = connection.execute("SELECT count(*) FROM t WHERE t MATCH ?", (f'"{word}"',)).fetchone()[0]
        assert (
            found
            or not known
            or not connection.execute("SELECT count(*) FROM v WHERE term = ?", (word.lower(),)).fetchone()[0]
        )
    connection.close()
