"""Letters against their grounds, those of charts too, which browsers' accessibility checks leave out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import jobs.report

CSS = (Path(jobs.report.__file__).parent / "templates" / "page.css").read_text(encoding="utf-8")

#: Letters and the grounds they stand on.
PAIRS = [
    *(("letters", ground) for ground in ("ground", "panel")),
    *(("quiet", ground) for ground in ("ground", "panel")),
    ("link", "ground"),
    ("add", "add-ground"),
    ("cut", "cut-ground"),
    ("warn", "warn-ground"),
    *(("on-light", f"s{shade}") for shade in (1, 2, 3)),
    *(("on-dark", f"s{shade}") for shade in (4, 5)),
]


def colours(scheme: str) -> dict[str, str]:
    """Read the named colours of a scheme."""
    light, dark = CSS.split("prefers-color-scheme: dark")[:2]
    block = light if scheme == "light" else dark.split("}")[0]
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", block))


def luminance(colour: str) -> float:
    """Give the relative luminance of WCAG 2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("letters", "ground"), PAIRS)
def test_letters_reach_the_contrast_that_is_asked_of_text(scheme: str, letters: str, ground: str) -> None:
    named = colours(scheme)
    assert contrast(named[letters], named[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("series", ["a", "b"])
def test_bars_reach_the_contrast_that_is_asked_of_charts(scheme: str, series: str) -> None:
    named = colours(scheme)
    assert contrast(named[series], named["ground"]) >= 3


def test_both_schemes_name_the_same_colours() -> None:
    assert colours("light").keys() == colours("dark").keys()
