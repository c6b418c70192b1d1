"""The charts of the page: which definition shows which numbers of a report, and what is seen on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.report.charts import Bars, Columns, Drawing, Histogram, Line, Matrix, RuleMark, Strip
from jobs.report.records.basic import OTHERS
from jobs.report.wording import count, language, of_whole, outlet, share, short_day, span
from jobs.summary import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobs.report.records import (
        Bin,
        Copying,
        Count,
        CutFigures,
        DayFigures,
        DuplicateFigures,
        Reduction,
        Report,
        RuleFigures,
        SizeClass,
        StoryFigures,
        StoryNote,
    )
    from jobs.report.records import Strip as StripFigures

MATRIX = Matrix("matrix", "Copies from outlet to outlet", "original at", "copy at")
DELAYS = Bars("delays", "How long after the original the copy came", "delay", "copies")
GROUP_SIZES = Bars("group-sizes", "Groups of copies by their number of articles", "articles", "groups")
RELATIONS = Bars("relations", "What the copies are to their originals", "relation", "copies")
STORY_SIZES = Bars("story-sizes", "Stories by their number of articles", "articles", "stories")
LANGUAGES = Bars("languages", "Articles by language", "language", "articles")
WORDS = Bars("words", "Words of the corpus", "corpus", "words")

#: Words for the kinds of pairs that the rule tells apart.
PAIR_KINDS = {
    "two outlets": "Two outlets",
    "one outlet": "One outlet, a day or so apart",
    "one outlet, days apart": "One outlet, days apart",
    "unknown": "An outlet is unknown",
}

#: What a copy is to its original, for people.
RELATION_WORDS = {
    "original": "original",
    "exact": "the same text",
    "reprint": "edited",
    "abridged": "a part of the original",
    "expanded": "the original and more",
}

LANGUAGES_SHOWN = 12


def drawings(report: Report) -> dict[str, Drawing]:
    """Draw every chart that stands once on the page, by name; those without numbers are left out."""
    drawn: list[Drawing | None] = [
        _matrix(report.copying),
        _delays(report.copying),
        _group_sizes(report.duplicates),
        _relations(report.duplicates),
        _story_sizes(report.stories),
        *_cuts("events", report.stories.event_cuts),
        *_cuts("stories", report.stories.story_cuts),
        _languages(report.overview.languages, report.overview.articles),
        _days("days", report.days.strip),
        _core_days(report.days),
        _words(report.reduction),
    ]
    return {drawing.name: drawing for drawing in drawn if drawing}


def rule_drawings(figures: RuleFigures) -> list[Drawing]:
    """Draw both histograms of one kind of pairs, with the marks of the rule."""
    name = figures.outlets.replace(",", "").replace(" ", "-")
    jaccard_marks = [
        RuleMark(figures.jaccard_with_like_headlines, "where headlines agree"),
        RuleMark(figures.jaccard, "a copy from here"),
    ]
    if figures.jaccard_with_like_headlines == figures.jaccard:
        del jaccard_marks[0]
    return [
        _histogram(f"jaccard-{name}", "Text in common", "Jaccard", figures.jaccard_bins, jaccard_marks),
        _histogram(
            f"containment-{name}",
            "Part of one in the other",
            "containment",
            figures.containment_bins,
            [RuleMark(figures.containment, "a copy from here")],
        ),
    ]


def strip_drawing(story: StoryNote, name: str) -> Drawing | None:
    """Draw the strip of one story that took longer than one step."""
    strip = story.strip
    if strip is None or len(strip.starts) < 2:
        return None
    steps = _steps(strip)
    busiest = max(steps, key=lambda step: step[1])
    summary = (
        f"{counted(len(steps), strip.unit)} from {steps[0][0]} to {steps[-1][0]}; "
        f"most on {busiest[0]}: {counted(busiest[1], 'article')}"
    )
    return Strip(name, "Articles over time", strip.unit).draw(steps, summary)


def _bars(definition: Bars, values: Sequence[tuple[str, float, str]], summary: str) -> Drawing | None:
    return definition.draw(values, summary) if values else None


def _matrix(copying: Copying) -> Drawing | None:
    if not copying.matrix:
        return None
    names = [outlet(name) for name in copying.matrix_outlets]
    cells = {(outlet(flow.original), outlet(flow.copy)): flow.copies for flow in copying.matrix}
    most = max(
        (flow for flow in copying.matrix if OTHERS not in {flow.original, flow.copy}),
        key=lambda flow: flow.copies,
        default=None,
    )
    summary = "A row is the outlet that had the text first, a column the outlet that had it later."
    if most:
        summary += (
            f" Most go from {outlet(most.original)} to {outlet(most.copy)}: "
            f"{counted(most.copies, 'copy', 'copies')}."
        )
    return MATRIX.draw(names, cells, summary)


def _delays(copying: Copying) -> Drawing | None:
    known = sum(each.copies for each in copying.delays)
    if not known:
        return None
    summary = (
        f"{counted(known, 'copy', 'copies')} with known times; median delay {span(copying.median_delay)}."
    )
    return _bars(DELAYS, [(each.name, each.copies, count(each.copies)) for each in copying.delays], summary)


def _sizes(definition: Bars, sizes: Sequence[SizeClass], noun: str, plural: str) -> Drawing | None:
    if not sizes:
        return None
    values = [
        (
            f"{each.least:,}" if each.least == each.most else f"{each.least:,} – {each.most:,}",
            each.number,
            count(each.number),
        )
        for each in sizes
    ]
    top = max(sizes, key=lambda each: each.number)
    size = f"{top.least:,}" if top.least == top.most else f"{top.least:,} to {top.most:,}"
    articles = "article" if top.most == 1 else "articles"
    return _bars(
        definition,
        values,
        f"{counted(sum(each.number for each in sizes), noun, plural)}; most have {size} {articles}.",
    )


def _group_sizes(duplicates: DuplicateFigures) -> Drawing | None:
    return _sizes(GROUP_SIZES, duplicates.sizes, "group", "groups")


def _story_sizes(stories: StoryFigures) -> Drawing | None:
    return _sizes(STORY_SIZES, stories.sizes, "story", "stories")


def _relations(duplicates: DuplicateFigures) -> Drawing | None:
    total = sum(each.count for each in duplicates.relations)
    values = [
        (RELATION_WORDS.get(each.name, each.name), each.count, count(each.count))
        for each in duplicates.relations
    ]
    if not values:
        return None
    name, most, _ = max(values, key=lambda value: value[1])
    return _bars(RELATIONS, values, f"{of_whole(most, total)} of the copies: {name}.")


def _histogram(
    name: str, title: str, measured: str, bins: Sequence[Bin], marks: Sequence[RuleMark]
) -> Drawing:
    definition = Histogram(name, title, f"{measured}, 0 to 1", ("copies", "not copies"))
    edges = [*(each.low for each in bins), bins[-1].high]
    accepted, refused = [each.accepted for each in bins], [each.refused for each in bins]
    return definition.draw(
        edges,
        (accepted, refused),
        marks,
        f"{counted(sum(accepted), 'pair was a copy', 'pairs were copies')}, {count(sum(refused))} were not. "
        "Each line up is ten times as many pairs.",
    )


def _cuts(what: str, cuts: Sequence[CutFigures]) -> list[Drawing | None]:
    """Draw the number of groups and the size of the largest at each cut."""
    chosen = next((each for each in cuts if each.chosen), None)
    if not chosen or len(cuts) < 2:
        return []
    groups = Line(f"{what}-by-cut", f"Number of {what}", "cut: further right is looser", what)
    largest = Line(f"largest-of-{what}", f"Articles in the largest of the {what}", groups.x_label, "articles")
    by_cut = [(each.cut, each.groups) for each in cuts]
    sizes = [(each.cut, each.largest) for each in cuts]
    return [
        groups.draw(by_cut, chosen.cut, _by_cut(by_cut, chosen.cut, chosen.groups)),
        largest.draw(sizes, chosen.cut, _by_cut(sizes, chosen.cut, chosen.largest)),
    ]


def _by_cut(values: Sequence[tuple[float, int]], cut: float, number: int) -> str:
    """Say how many there are at the cut that was used and at the ends of the line."""
    ends = [f"{count(there)} at {end:g}" for end, there in (values[0], values[-1]) if end != cut]
    return f"{count(number)} at the cut that was used, {cut:g}; {' and '.join(ends)}."


def _languages(languages: Sequence[Count], articles: int) -> Drawing | None:
    if len(languages) < 2:
        return None
    values = [
        (language(each.name), each.count, f"{count(each.count)} ({of_whole(each.count, articles)})")
        for each in languages[:LANGUAGES_SHOWN]
    ]
    others = len(languages) - LANGUAGES_SHOWN
    rest = f" {counted(others, 'language')} more with fewer articles." if others > 0 else ""
    return _bars(
        LANGUAGES, values, f"{share(languages[0].count / max(1, articles))} are {values[0][0]}.{rest}"
    )


def _days(name: str, strip: StripFigures | None) -> Drawing | None:
    if strip is None or not strip.starts:
        return None
    steps = _steps(strip)
    title = f"Articles a {strip.unit}, {steps[0][0]} – {steps[-1][0]}"
    definition = Columns(name, title, strip.unit, ("articles", "new texts"), ("new texts", "copies"))
    most = max(steps, key=lambda step: step[1])
    when = {"day": "on", "week": "in the week from"}.get(strip.unit, "in")
    return definition.draw(steps, f"Most came {when} {most[0]}: {counted(most[1], 'article')}.")


def _steps(strip: StripFigures) -> list[tuple[str, int, int]]:
    starts = [short_day(start, strip.unit) for start in strip.starts]
    return list(zip(starts, strip.articles, strip.distinct, strict=True))


def _core_days(days: DayFigures) -> Drawing | None:
    """Draw the days with most articles apart where they are seen in finer steps."""
    finer = days.core and days.strip and days.core.unit != days.strip.unit
    return _days("core-days", days.core) if finer else None


def _words(reduction: Reduction) -> Drawing | None:
    if not reduction.steps or not reduction.steps[0].words:
        return None
    all_words = reduction.steps[0].words
    values = [
        (step.name, step.words, f"{count(step.words)} ({of_whole(step.words, all_words)})")
        for step in reduction.steps
    ]
    last = reduction.steps[-1]
    return _bars(WORDS, values, f"{of_whole(last.words, all_words)} of the words are left in the end.")
