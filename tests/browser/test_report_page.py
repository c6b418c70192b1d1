"""The audit page in a real browser, opened from disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.report.page import render
from tests.jobs.report.hostile import PAYLOADS
from tests.jobs.report.invented import invented

#: Elements and attributes that run or fetch something.
TELLS = """() => [...document.querySelectorAll('*')].flatMap(element => [
    ...(/^(script|iframe|object|embed|form|base|img)$/.test(element.localName) ? [element.localName] : []),
    ...[...element.attributes].filter(one => /^(on.*|style|srcset)$/.test(one.name)).map(one => one.name),
    ...[...element.attributes].filter(one => /^(href|src|action|data)$/.test(one.name)
        && !one.value.startsWith('#') && one.value !== 'data:,').map(one => one.value),
])"""


def test_every_section_is_visible(open_page, report_page) -> None:
    with open_page(report_page) as visit:
        for name in ("overview", "copying", "duplicates", "stories", "contents", "reduction", "provenance"):
            box = visit.page.locator(f"#{name}").bounding_box()
            assert visit.page.locator(f"#{name} h2").is_visible()
            assert box["height"] > 100
            assert box["width"] > 500


def test_the_console_stays_silent_and_nothing_is_requested(open_page, report_page) -> None:
    with open_page(report_page) as visit:
        assert visit.console == []
        assert [url for url in visit.requests if not url.startswith("data:,")] == [report_page.as_uri()]


@pytest.mark.parametrize("width", [320, 360, 768])
def test_nothing_is_wider_than_the_screen(width: int, open_page, report_page) -> None:
    with open_page(report_page, width=width) as visit:
        assert visit.page.evaluate("document.documentElement.scrollWidth") == width


def test_letters_of_charts_stay_readable_on_a_phone(open_page, report_page) -> None:
    with open_page(report_page, width=360) as visit:
        sizes = visit.page.evaluate(
            """[...document.querySelectorAll('svg text')].map(text => text.getScreenCTM())
            .map(places => 11 * Math.hypot(places.a, places.b))"""
        )
    assert len(sizes) > 50
    assert min(sizes) > 9


def test_the_page_is_dark_where_the_reader_wants_it_dark(open_page, report_page) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        with open_page(report_page, scheme=scheme) as visit:
            grounds.append(visit.page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(255, 255, 255)", "rgb(21, 24, 28)"]


def test_it_prints_with_everything_unfolded(open_page, report_page) -> None:
    with open_page(report_page) as visit:
        visit.page.emulate_media(media="print")
        folded = visit.page.locator("#provenance details:not([open]) td").first
        assert folded.bounding_box()["height"] > 5
        assert visit.page.locator("nav").is_hidden()
        assert visit.page.pdf(format="A4").startswith(b"%PDF-")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_accessibility_check_finds_nothing(scheme: str, open_page, report_page) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with open_page(report_page, scheme=scheme) as visit:
        visit.page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        found = axe.run(visit.page).response["violations"]
    assert [(one["id"], one["impact"], one["nodes"][0]["html"]) for one in found] == []


def test_hostile_texts_run_nothing_and_ask_for_nothing(open_page, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    with open_page(_write(path, "text")) as visit:
        for payload in PAYLOADS:
            visit.requests.clear()
            visit.page.goto(_write(path, payload).as_uri())
            assert visit.page.title() == "Audit of 3 articles – newsdedup"
            assert visit.page.evaluate(TELLS) == []
            assert visit.page.locator("h2").count() == 7
            assert [url for url in visit.requests if not url.startswith("data:,")] == [path.as_uri()]
        assert visit.console == []
        assert visit.dialogs == []


def _write(path: Path, text: str) -> Path:
    path.write_text(render(invented(lambda _: text, times=False, items=lambda _: 1)), encoding="utf-8")
    return path
