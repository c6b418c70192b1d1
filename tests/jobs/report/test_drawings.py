"""Which charts a report gets, and what they say."""

from __future__ import annotations

from msgspec.structs import replace

from jobs.report.drawings import drawings, rule_drawings, strip_drawing
from jobs.report.records import Count, Strip
from tests.jobs.report.invented import invented

REPORT = invented()


def test_every_chart_has_a_name_of_its_own_and_words_for_it() -> None:
    drawn = drawings(REPORT)
    assert set(drawn) >= {"matrix", "delays", "group-sizes", "relations", "story-sizes", "languages", "words"}
    assert set(drawn) >= {
        "days",
        "stories-by-cut",
        "largest-of-stories",
        "events-by-cut",
        "largest-of-events",
    }
    assert all(drawing.name == name and drawing.title and drawing.summary for name, drawing in drawn.items())
    assert all(drawing.table.rows for drawing in drawn.values())


def test_nothing_is_drawn_of_nothing() -> None:
    assert drawings(invented(items=lambda _: 0)).keys() <= {"days", "core-days"}


def test_one_language_is_no_chart() -> None:
    one = replace(REPORT.overview, languages=[Count(name="id", count=3)])
    assert "languages" not in drawings(replace(REPORT, overview=one))


def test_the_histograms_are_marked_where_the_rule_decides() -> None:
    rule = replace(REPORT.duplicates.rules[0], jaccard=0.45, jaccard_with_like_headlines=0.2, containment=0.6)
    jaccard, containment = rule_drawings(rule)

    def values(drawing) -> list[float]:
        return [round((mark.x - drawing.left) / (drawing.right - drawing.left), 2) for mark in drawing.marks]

    assert values(jaccard) == [0.2, 0.45]
    assert values(containment) == [0.6]
    assert len(rule_drawings(replace(rule, jaccard_with_like_headlines=0.45))[0].marks) == 1


def test_the_outlets_that_a_matrix_has_no_room_for_are_not_named_as_the_busiest() -> None:
    flow = REPORT.copying.matrix[0]
    matrix = [
        replace(flow, original="a.example", copy="b.example", copies=2),
        replace(flow, original="others", copy="b.example", copies=90),
    ]
    copying = replace(REPORT.copying, matrix_outlets=["a.example", "b.example", "others"], matrix=matrix)
    assert (
        "from a.example to b.example: 2 copies"
        in drawings(replace(REPORT, copying=copying))["matrix"].summary
    )


def test_steps_of_a_year_are_called_by_their_year() -> None:
    years = Strip(unit="year", starts=["2007-01-01", "2008-01-01"], articles=[1, 9], distinct=[1, 8])
    days = replace(REPORT.days, strip=years)
    drawing = drawings(replace(REPORT, days=days))["days"]
    assert [tick.text for tick in drawing.x_ticks] == ["2007", "2008"]
    assert drawing.summary == "Most came in 2008: 9 articles."


def test_the_days_with_most_articles_are_drawn_apart_where_that_shows_more() -> None:
    years = replace(REPORT.days.strip, unit="year")
    assert "core-days" in drawings(replace(REPORT, days=replace(REPORT.days, strip=years)))
    assert "core-days" not in drawings(REPORT)


def test_a_story_without_dates_has_no_strip() -> None:
    story = REPORT.stories.largest[0]
    assert strip_drawing(replace(story, strip=None), "s") is None
    drawn = strip_drawing(story, "s")
    assert drawn
    assert drawn.summary == "3 days from 1 Jun 2021 to 3 Jun 2021; most on 1 Jun 2021: 5 articles"
