"""One real browser for all tests of this folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jobs.report.page import render
from tests.jobs.report.invented import invented

#: What the browser's package is called on Debian, and elsewhere.
NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Visit:
    """An open page and everything that happened since it was opened."""

    page: Any
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium; tests that want it are skipped where none is installed."""
    programme = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not programme:
        pytest.skip("no Chromium is installed (Debian and Ubuntu: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=programme)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def open_page(browser: Any) -> Callable[..., Any]:
    """Open a file from disk in a context of its own: ``with open_page(path, width=360) as visit``."""

    @contextmanager
    def opened(path: Path, *, width: int = 1100, scheme: str = "light") -> Iterator[Visit]:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        visit = Visit(context.new_page())
        visit.page.on("console", lambda message: visit.console.append(message.text))
        visit.page.on("pageerror", lambda error: visit.console.append(str(error)))
        visit.page.on("request", lambda request: visit.requests.append(request.url))
        visit.page.on("dialog", lambda dialog: (visit.dialogs.append(dialog.message), dialog.dismiss()))
        visit.page.goto(path.as_uri())
        yield visit
        context.close()

    return opened


@pytest.fixture(scope="session")
def report_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of an invented report, on disk."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render(invented(items=lambda _: 3)), encoding="utf-8")
    return path
