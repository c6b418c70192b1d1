"""Shows a report as one page of HTML that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from jobs.report.drawings import PAIR_KINDS, RELATION_WORDS, drawings, rule_drawings, strip_drawing
from jobs.report.samples import halved
from jobs.report.wording import FILTERS, shown

if TYPE_CHECKING:
    from jobs.report.records import Report

#: Size of a page; beyond it, samples are halved as often as it takes, which long texts in long alphabets may.
MOST_BYTES = 2_000_000
_MOST_HALVINGS = 6


def render(report: Report) -> str:
    """Write the page of a report.

    Whatever comes from articles is escaped, loses its control characters and the marks that turn the direction
    of text, and is linked only where it is a web address; a policy in the page forbids scripts and requests.

    Parameters
    ----------
    report : Report
        Its texts are as in the articles.

    Returns
    -------
    str
        HTML, `MOST_BYTES` at most.
    """
    page = _filled(report)
    for _ in range(_MOST_HALVINGS):
        if len(page.encode()) <= MOST_BYTES:
            break
        report = halved(report)
        page = _filled(report)
    return page


def _filled(report: Report) -> str:
    return (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            charts=drawings(report),
            style=_style(),
            style_digest=_digest(_style()),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("jobs.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    environment.globals.update(
        rule_drawings=rule_drawings,
        strip_drawing=strip_drawing,
        relation_words=RELATION_WORDS,
        pair_kinds=PAIR_KINDS,
    )
    return environment


@cache
def _style() -> str:
    """Read the style sheet as it stands in the page."""
    return files("jobs.report").joinpath("templates", "page.css").read_text(encoding="utf-8")


def _digest(style: str) -> str:
    """Give the digest by which the page's policy knows its own style sheet, and no other."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
