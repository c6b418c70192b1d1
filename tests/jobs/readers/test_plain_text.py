"""Folders of text files."""

from __future__ import annotations

import os

import pytest

from jobs.settings import InputSettings

BODY = "The ferry between the two islands sails again.\nIt had been in the dock since March."


@pytest.mark.parametrize(
    ("first", "is_title"),
    [
        ("Ferry sails again", True),
        ("Minister: ferry sails again", True),
        ("Will the ferry sail?\n", True),
        ("Ferry sails, says mayor\n\n", True),
        ("Will the ferry sail?", False),
        ("The ferry sails again.", False),
        ("“The ferry sails,” says the mayor.", False),
        ("渡轮复航。", False),
        ("The ferry " + "sails and " * 30, False),
    ],
)
def test_the_first_line_is_the_title_where_it_is_built_like_one(read, tmp_path, first, is_title):
    (tmp_path / "a.txt").write_text(f"{first}\n{BODY}\n", encoding="utf-8")
    (article,) = read(tmp_path).articles
    assert article.title == (first.strip() if is_title else "")
    assert article.text == (BODY if is_title else f"{first}\n{BODY}")


def test_the_path_within_the_folder_is_the_id(read, tmp_path):
    (tmp_path / "sea").mkdir()
    (tmp_path / "sea" / "a.txt").write_text(BODY)
    (tmp_path / "b.txt").write_text(BODY)
    assert [article.id for article in read(tmp_path).articles] == ["b.txt", "sea/a.txt"]


def test_files_of_one_name_in_two_folders_keep_both_articles(read, tmp_path):
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(BODY)
    assert len({article.id for article in read(tmp_path / "x", tmp_path / "y").articles}) == 2


@pytest.mark.parametrize(
    ("data", "reason"), [(b"caf\xff", "invalid UTF-8"), (b"", "no text"), (b" \n", "no text")]
)
def test_a_file_that_is_no_text_is_rejected_by_name(read, tmp_path, data, reason):
    (tmp_path / "a.txt").write_bytes(data)
    (tmp_path / "b.txt").write_text(BODY)
    result = read(tmp_path)
    assert [article.id for article in result.articles] == ["b.txt"]
    assert result.log.rejected[0].file.endswith("a.txt")
    assert result.reasons[0][1].startswith(reason)


def test_a_huge_file_is_cut_between_characters(read, tmp_path):
    (tmp_path / "a.txt").write_text("ä" * 5000)
    (article,) = read(tmp_path, settings=InputSettings(max_line_bytes=2049, max_text_bytes=1025)).articles
    assert article.text == "ä" * 512


def test_a_file_name_that_is_no_text_is_made_printable(read, tmp_path):
    name = os.fsencode(tmp_path) + b"/caf\xff.txt"
    with open(name, "w") as file:  # noqa: PTH123  pathlib takes no bytes
        file.write(BODY)
    (article,) = read(tmp_path).articles
    assert article.id == "caf\N{REPLACEMENT CHARACTER}.txt"
