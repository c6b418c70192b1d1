"""CSV and TSV."""

from __future__ import annotations

import csv
import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.errors import BadDataError
from jobs.readers.delimited import MAX_ROW_LINES
from jobs.settings import InputSettings


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_table_gives_one_article_a_row(read, tmp_path, delimiter, pack):
    rows = [
        ["id", "title", "text", "note"],
        ["a", "Ferry", 'The "ferry",\nit sails; and\t| sails.', ""],
        ["b", "", "Two.", "x"],
    ]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    path = tmp_path / "news.csv"
    path.write_bytes(pack(b"\xef\xbb\xbf" + buffer.getvalue().encode()))
    first, second = read(path).articles
    assert (first.id, first.title, first.text, first.metadata) == ("a", "Ferry", rows[1][2], {"note": ""})
    assert (second.id, second.title, second.metadata, second.line) == ("b", "", {"title": "", "note": "x"}, 4)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"x,caf\xff", "invalid UTF-8"),
        (b"x", "broken row: 1 cells under 2 columns"),
        (b"x,y,z", "broken row: 3 cells under 2 columns"),
        (b'x,"y"z', "broken row"),
        (b"x," + b"y" * 3000, "line too long"),
        (b'x,"two\n' + b"y" * 3000 + b'\nthree"', "line too long"),
        (b"x,", "no text"),
    ],
)
def test_a_bad_row_is_rejected_and_its_neighbours_are_read(read, tmp_path, row, reason):
    path = tmp_path / "news.csv"
    path.write_bytes(b"id,text\na,One.\n" + row + b"\n\nb,Two.\n")
    result = read(path, settings=InputSettings(max_line_bytes=2048))
    assert [article.id for article in result.articles] == ["a", "b"]
    assert result.reasons[0][1].startswith(reason)
    assert "".join(article.text for article in result.articles) == "One.Two."


def test_a_quote_that_never_ends_costs_its_own_row_only(read, tmp_path):
    path = tmp_path / "news.csv"
    path.write_text('id,text\na,One.\nb,"Two.\nc,Three.\nd,Four.\n')
    result = read(path)
    assert [(article.id, article.text, article.line) for article in result.articles] == [
        ("a", "One.", 2),
        ("c", "Three.", 4),
        ("d", "Four.", 5),
    ]
    assert result.reasons == [(3, "broken row: unexpected end of data")]


def test_a_quote_that_ends_in_a_later_row_takes_none_with_it(read, tmp_path):
    path = tmp_path / "news.csv"
    path.write_text('id,text\na,One.\nb,"Two.\nc,Three.\nd,"Four,\nand more."\ne,Five.\n')
    result = read(path)
    assert [(article.id, article.text) for article in result.articles] == [
        ("a", "One."),
        ("c", "Three."),
        ("d", "Four,\nand more."),
        ("e", "Five."),
    ]
    assert len(result.reasons) == 1


def test_lines_of_a_broken_article_are_not_taken_for_rows(read, tmp_path):
    path = tmp_path / "news.csv"
    broken = 'b,"Two "quoted words" here.\nShe said, it would rain.\nNobody, it seems, knew."\n'
    path.write_text(f'id,text\na,One.\n{broken}c,"Three,\nin two lines."\n')
    result = read(path)
    assert [article.id for article in result.articles] == ["a", "c"]
    (rejected,) = result.reasons
    assert rejected[0] == 3
    assert rejected[1].endswith("; 2 lines after it left out")


def test_a_quote_left_open_in_a_long_table_is_given_up_in_time(read, tmp_path):
    path = tmp_path / "news.csv"
    rows = "".join(f"r{number},Text of {number}.\n" for number in range(3 * MAX_ROW_LINES))
    path.write_text(f'id,text\na,"One.\n{rows}')
    result = read(path)
    assert len(result.articles) == 3 * MAX_ROW_LINES
    assert result.reasons[0][1].startswith("broken row: a quote is opened")


def test_a_table_without_text_or_title_is_refused_with_what_to_do(read, tmp_path):
    path = tmp_path / "news.tsv"
    path.write_text("colour\tshape\nred\tround\n")
    with pytest.raises(BadDataError, match=r"colour, shape.*--field text="):
        read(path)
    (article,) = read(path, settings=InputSettings(fields={"text": "shape"})).articles
    assert article.text == "round"


def test_in_a_folder_a_table_without_articles_is_one_rejection(read, tmp_path):
    (tmp_path / "pairs.tsv").write_text("a\tb\n1\t2\n")
    (tmp_path / "news.csv").write_text("id,text\na,One.\n")
    result = read(tmp_path)
    assert [article.id for article in result.articles] == ["a"]
    assert "not read: no column" in result.reasons[0][1]


def test_utf_16_is_refused_with_what_to_do(read, tmp_path):
    path = tmp_path / "news.csv"
    path.write_bytes("id,text\na,One.\n".encode("utf-16"))
    with pytest.raises(BadDataError, match="iconv"):
        read(path)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([b",", b'"', b"\n", b"\r", b"\0", b"a", b"\xff", b"\xc3\xa4"]), max_size=40).map(
        b"".join
    )
)
def test_any_bytes_become_articles_or_rejections(read, data):
    result = read("-", stdin=io.BytesIO(b"id,text\n" + data), settings=InputSettings(format="csv"))
    assert result.log.records == len(result.articles) + len(result.log.rejected)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), min_size=1), min_size=1
    )
)
def test_what_the_csv_module_writes_is_read_back(read, texts):
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(["id", "text"])
    writer.writerows([str(number), text] for number, text in enumerate(texts))
    result = read("-", stdin=io.BytesIO(buffer.getvalue().encode()), settings=InputSettings(format="csv"))
    assert [article.text for article in result.articles] == [text for text in texts if text.strip()]
