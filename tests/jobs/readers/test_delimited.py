"""CSV and TSV."""

from __future__ import annotations

import csv
import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.errors import BadDataError
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


def test_a_quote_that_never_ends_is_rejected(read, tmp_path):
    path = tmp_path / "news.csv"
    path.write_text('id,text\na,One.\nb,"Two.\nc,Three.\n')
    result = read(path)
    assert [article.id for article in result.articles] == ["a"]
    assert len(result.reasons) == 1


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
