"""What was removed."""

from __future__ import annotations

from dedup.settings import BoilerplateSettings
from dedup.text.boilerplate import remove_boilerplate
from jobs.report.figures.boilerplate import boilerplate_figures
from jobs.report.figures.notes import Outlets
from tests.jobs.report.figures.corpora import OTHER, TEXT, article, corpus


def test_spellings_of_a_line_are_counted_together() -> None:
    lines = ("ADVERTISEMENT", "Advertisement", "Advertisement")
    whole = corpus(
        *(
            article(f"{number}", outlet="north.example", text=f"{text[:150]}\n{line}\n{text[150:]}")
            for number, (line, text) in enumerate(zip(lines, (TEXT, OTHER, TEXT + OTHER), strict=True))
        )
    )
    figures = boilerplate_figures(remove_boilerplate(whole, BoilerplateSettings()), Outlets(whole))
    (outlet,) = figures.outlets
    (line,) = outlet.top_lines
    assert (line.text, line.count, outlet.pieces, outlet.articles_changed) == ("Advertisement", 3, 3, 3)
    assert figures.bytes_removed == outlet.bytes_removed == 3 * len("Advertisement")
    assert figures.share == round(figures.bytes_removed / figures.bytes, 6)
