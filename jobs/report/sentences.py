"""The numbers at the top of the page as an editor would say them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.readers.rejections import SAME_ID
from jobs.report.wording import language, period, share
from jobs.summary import GIANT_ARTICLES, GIANT_SHARE, counted

if TYPE_CHECKING:
    from jobs.report.records import Count, Overview, RejectFigures, StoryFigures

LANGUAGES_NAMED, REASONS_NAMED, STORIES_NAMED = 3, 3, 3


def sentences(overview: Overview, stories: StoryFigures, rejects: RejectFigures) -> list[str]:
    """Say what the corpus is, how much is copied, what it is about, and what was left out."""
    said = [
        _corpus(overview),
        _copies(overview),
        _directions(overview),
        _stories(overview, stories),
        _rejects(rejects),
    ]
    return [sentence for sentence in said if sentence]


def _corpus(overview: Overview) -> str:
    outlets = f" from {counted(overview.outlets, 'outlet')}" if overview.outlets else ""
    told = [f"{counted(overview.articles, 'article')}{outlets}"]
    if overview.first_published:
        core = f", nine in ten of them {period(overview.core_first, overview.core_last)}"
        told.append(
            f"published {period(overview.first_published, overview.last_published)}"
            f"{core if overview.core_first else ''}"
        )
    if overview.languages and overview.articles:
        told.append(f"in {_languages(overview.languages, overview.articles)}")
    lacks = [
        f"{number:,} without {what}"
        for number, what in ((overview.undated, "a date"), (overview.without_outlet, "an outlet"))
        if number
    ]
    return f"{', '.join(told)}{f' ({_listed(lacks)})' if lacks else ''}."


def _languages(languages: list[Count], articles: int) -> str:
    if len(languages) == 1:
        return language(languages[0].name)
    named = [f"{language(one.name)} ({share(one.count / articles)})" for one in languages[:LANGUAGES_NAMED]]
    others = len(languages) - LANGUAGES_NAMED
    return _listed([*named, *([f"{counted(others, 'other language')}"] if others > 0 else [])])


def _copies(overview: Overview) -> str:
    if not overview.copies:
        return "No article is a copy of another."
    return (
        f"{counted(overview.distinct_texts, 'distinct text')}: {counted(overview.copies, 'article')} "
        f"({share(overview.copied_share)}) {_are(overview.copies, 'is a copy', 'are copies')} of "
        f"{counted(overview.duplicate_groups, 'other')}."
    )


def _directions(overview: Overview) -> str:
    kinds = [
        (overview.copies_across, "at another outlet than the original"),
        (overview.copies_within, "at the same outlet"),
        (overview.copies_unknown, "where an outlet is not known"),
    ]
    if overview.copies and overview.copies in {number for number, _ in kinds}:
        (where,) = (where for number, where in kinds if number)
        return f"{_are(overview.copies, 'It stands', 'All copies stand')} {where}."
    told = [f"{number:,} {_are(number, 'stands', 'stand')} {where}" for number, where in kinds if number]
    return f"Of the copies, {_listed(told)}." if told else ""


def _stories(overview: Overview, stories: StoryFigures) -> str:
    if not overview.stories_of_several:
        return f"No two articles share a story: {counted(overview.stories, 'story', 'stories')}."
    share_held = overview.largest_story / overview.articles
    giant = overview.largest_story >= GIANT_ARTICLES and share_held > GIANT_SHARE
    warning = f" – {share(share_held)} of the corpus, which is too much for one story" if giant else ""
    return (
        f"They tell {counted(overview.events, 'event')} in {counted(overview.stories, 'story', 'stories')}; "
        f"{overview.stories_of_several:,} of these have more than one article, and the largest has "
        f"{overview.largest_story:,}{warning}.{_largest(stories)}"
    )


def _largest(stories: StoryFigures) -> str:
    named = [f"“{story.label}” ({story.articles:,})" for story in stories.largest[:STORIES_NAMED]]
    return f" The largest by distinct texts: {_listed(named)}." if named else ""


def _rejects(rejects: RejectFigures) -> str:
    lost = rejects.rejected - rejects.repeated
    parts = []
    if rejects.repeated:
        share_id = _are(rejects.repeated, "shares its id", "share their id")
        parts.append(f"{counted(rejects.repeated, 'record')} {share_id} with one that counts instead")
    if rejects.withdrawn:
        were = _are(rejects.withdrawn, "was", "were")
        parts.append(f"{counted(rejects.withdrawn, 'article')} {were} left out because withdrawn")
    if lost:
        parts.append(
            f"{lost:,} of {counted(rejects.records, 'record')} could not be used ({_reasons(rejects)})"
        )
    if not parts:
        return f"All {rejects.records:,} records became articles."
    text = _listed(parts)
    return f"{text[0].upper()}{text[1:]}."


def _reasons(rejects: RejectFigures) -> str:
    """Count the lost records by reason, most first; what shares an id is told elsewhere."""
    reasons = [one for one in rejects.reasons if one.name != SAME_ID]
    named = [f"{one.count:,} × {one.name}" for one in reasons[:REASONS_NAMED]]
    others = sum(one.count for one in reasons[REASONS_NAMED:])
    return f"{', '.join(named)} and {counted(others, 'other')}" if others else ", ".join(named)


def _are(number: int, one: str, several: str) -> str:
    return one if number == 1 else several


def _listed(parts: list[str]) -> str:
    """Join with commas, and an "and" before the last."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
