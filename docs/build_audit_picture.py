"""Draws docs/audit.png: the top of the page that `newsdedup audit` writes about the sample corpus.

Needs Chromium and the test extra.

python docs/build_audit_picture.py
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from jobs.audit import audit

ROOT = Path(__file__).parents[1]
SAMPLE = [ROOT / "data" / "sample" / name for name in ("articles.jsonl", "archive.csv", "folder")]
WIDTH = 1000


def draw(picture: Path) -> None:
    """Audit the sample and photograph its page."""
    with tempfile.TemporaryDirectory() as folder:
        audit(SAMPLE, folder, now=datetime(2021, 8, 1, tzinfo=UTC))
        photograph(Path(folder) / "report.html", picture)


def photograph(page_file: Path, picture: Path) -> None:
    """Show the page from the top down to the matrix of outlets."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        page = browser.new_page(viewport={"width": WIDTH, "height": WIDTH})
        page.goto(page_file.as_uri())
        matrix = page.locator("#matrix svg").bounding_box()
        below = matrix["y"] + matrix["height"] + 6 if matrix else WIDTH
        page.screenshot(path=picture, full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": below})
        browser.close()


if __name__ == "__main__":
    draw(Path(__file__).with_name("audit.png"))
