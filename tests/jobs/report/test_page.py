"""The page as markup, without a browser: what stands on it, and what no text can add to it."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from jobs.report import limits
from jobs.report.page import render
from tests.jobs.report.hostile import PAYLOADS
from tests.jobs.report.invented import invented

SECTIONS = ["overview", "copying", "duplicates", "stories", "contents", "reduction", "provenance"]


class Tree(HTMLParser):
    """Tags with their attributes in the order of the page, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def shape(self) -> list[tuple[str, ...]]:
        """Give tags with the names of their attributes."""
        return [(tag, *attributes) for tag, attributes in self.tags]

    def values(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.tags if name in attributes]


@pytest.fixture(scope="module")
def html() -> str:
    return render(invented())


def test_the_seven_sections_stand_in_order(html: str) -> None:
    found = [attributes["id"] for tag, attributes in Tree(html).tags if tag == "section"]
    assert found == SECTIONS


def test_every_section_has_a_heading_and_a_link_in_the_navigation(html: str) -> None:
    tree = Tree(html)
    assert [tag for tag, _ in tree.tags].count("h2") == len(SECTIONS)
    assert [link for link in tree.values("href") if link.startswith("#")] == [
        "#main",
        *(f"#{name}" for name in SECTIONS),
    ]


def test_every_chart_has_a_text_alternative(html: str) -> None:
    charts = [attributes for tag, attributes in Tree(html).tags if tag == "svg"]
    assert len(charts) > 8
    ids = set(Tree(html).values("id"))
    for chart in charts:
        assert chart["role"] == "img"
        assert chart.get("aria-label") or set((chart["aria-labelledby"] or "").split()) <= ids


def test_ids_are_given_once(html: str) -> None:
    ids = Tree(html).values("id")
    assert sorted(ids) == sorted(set(ids))


def test_the_policy_knows_the_style_sheet_by_its_digest_and_nothing_else(html: str) -> None:
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = next(content for content in Tree(html).values("content") if "default-src" in content)
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:")
    assert not Tree(html).values("style")


def test_equal_reports_give_equal_pages(html: str) -> None:
    assert render(invented()) == html


@pytest.fixture(scope="module")
def harmless() -> Tree:
    return Tree(render(invented(lambda _: "text", times=False)))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_adds_a_tag_an_attribute_or_a_link(payload: str, harmless: Tree) -> None:
    tree = Tree(render(invented(lambda _: payload, times=False)))
    assert tree.shape() == harmless.shape()
    assert not {"script", "iframe", "object", "embed", "img", "form"} & {tag for tag, _ in tree.tags}
    assert [link for link in tree.values("href") if not link.startswith("#")] == ["data:,"]


def test_web_addresses_are_linked_without_telling_where_the_reader_came_from() -> None:
    tree = Tree(render(invented(lambda _: "https://harbour.example/a?b=1&c=<d>", times=False)))
    links = [attributes for tag, attributes in tree.tags if tag == "a" and attributes["href"][:4] == "http"]
    assert links
    for link in links:
        assert link == {"href": "https://harbour.example/a?b=1&c=<d>", "rel": "noopener noreferrer nofollow"}


def test_control_characters_and_marks_of_direction_are_left_out() -> None:
    html = render(invented(lambda _: "left \u202e right \u2066\x00\x1b[31m end", times=False))
    assert "left  right [31m end" in html
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", html)


def test_template_syntax_in_a_text_is_text() -> None:
    assert "{{ 7 * 7 }}" in render(invented(lambda _: "{{ 7 * 7 }}{% raise %}"))


def test_the_largest_page_there_can_be_stays_below_two_megabytes() -> None:
    lists = {
        "matrix_outlets": limits.MATRIX_OUTLETS + 1,
        "matrix": (limits.MATRIX_OUTLETS + 1) ** 2,
        "flows": limits.FLOWS,
        "within": limits.FLOWS,
        "outlets": limits.OUTLETS,
        "weakest_accepted": limits.PAIRS,
        "strongest_refused": limits.PAIRS,
        "passages": limits.PASSAGES,
        "largest_groups": limits.GROUPS,
        "members": limits.MEMBERS,
        "largest": limits.STORIES,
        "least_coherent": limits.LOOSE_STORIES,
        "events": limits.EVENTS,
        "farthest": limits.FARTHEST,
        "top_lines": limits.TOP_LINES,
        "first": limits.REJECTS,
        "skipped_files": limits.FILES,
        "inputs": limits.FILES,
        "settings": 80,
    }
    characters = {
        "a": limits.DIFFERING_CHARACTERS,
        "b": limits.DIFFERING_CHARACTERS,
        "text": limits.LINE_CHARACTERS,
    }
    report = invented(
        lambda name: f"https://a.example/{'x' * 480}" if name == "url" else "漢" * characters.get(name, 200),
        items=lambda name: lists.get(name, 8),
    )
    html = render(report)
    assert 500_000 < len(html.encode()) <= 2_000_000
    assert html.count('class="card pair"') >= limits.PAIRS // 2


def test_a_page_of_an_empty_report_says_so() -> None:
    html = render(invented(items=lambda _: 0))
    assert [attributes["id"] for tag, attributes in Tree(html).tags if tag == "section"] == SECTIONS
