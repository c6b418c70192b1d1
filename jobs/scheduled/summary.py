"""What a person reads at the end of a scheduled run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from jobs.scheduled.report import SETTINGS_WAITING
from jobs.summary import INDENT, STORIES_SHOWN, counted, dates, print_rejected, safe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from jobs.records import Story
    from jobs.scheduled.report import ScheduledResult


def print_scheduled(result: ScheduledResult, console: Console) -> None:
    """Say what came, what the state holds now, and which stories the run's articles are in."""
    console.print(Text(arrival(result.counts), style="bold"))
    console.print(Text(standing(result)))
    if result.settings_waiting:
        console.print(
            Text(_first_upper(f"{SETTINGS_WAITING} ({', '.join(result.settings_waiting)})."), style="yellow")
        )
    _print_stories(result, console)
    print_rejected(result, console)
    if result.dry_run:
        console.print(Text("Nothing was written: this was a dry run."))
    elif result.out is not None:
        console.print(Text(f"Results of the whole state are in {result.out}."))


def arrival(counts: Mapping[str, int]) -> str:
    """Say in one sentence what a run read: 120 new articles, 3 updated, 15 known already."""
    parts = [counted(counts["new"], "new article")]
    for name, words in (
        ("updated", "updated"),
        ("returned", "live again"),
        ("withdrawn", "withdrawn"),
        ("known", "known already"),
        ("superseded", "older than what is known"),
    ):
        if counts[name]:
            parts.append(f"{counts[name]:,} {words}")
    return ", ".join(parts) + "."


def standing(result: ScheduledResult) -> str:
    """Say which generation is in force and what it holds."""
    counts = result.counts
    if result.decision is None:
        return f"Nothing is new; generation {result.generation} stays in force."
    made = "would be" if result.dry_run else "is"
    generation = result.generation + result.dry_run
    moved = f"; {result.churn:.2%} of the articles changed their story" if result.churn else ""
    return (
        f"Generation {generation} {made} made: {counted(counts['articles'], 'article')}. "
        f"{counted(counts['open_articles'], 'article')} near the new ones were looked at again: "
        f"{counted(counts['open_copies'], 'copy', 'copies')}, {counted(counts['open_events'], 'event')} "
        f"in {counted(counts['open_stories'], 'story', 'stories')}{moved}."
    )


def _first_upper(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _print_stories(result: ScheduledResult, console: Console) -> None:
    """Show the largest stories that articles of this run belong to."""
    stories = touched_stories(result)
    if not stories:
        return
    console.print(Text("\nStories of this run", style="bold"))
    for story, arrived in stories[:STORIES_SHOWN]:
        console.print(safe(f"  {story.label}"), style="cyan")
        console.print(Padding(safe(f"{_size(story, arrived)}; {dates(story)}"), INDENT))
    if len(stories) > STORIES_SHOWN:
        console.print(Text(f"  … and {len(stories) - STORIES_SHOWN:,} more"))


def _size(story: Story, arrived: int) -> str:
    if arrived == story.article_count:
        return f"new, {counted(arrived, 'article')}"
    return f"{counted(arrived, 'article')} of this run, {story.article_count:,} in all"


def touched_stories(result: ScheduledResult) -> list[tuple[Story, int]]:
    """Give the stories of several articles that articles of this run are in, with their number; most first."""
    if result.decision is None:
        return []
    arrived = {article.id for article in result.intake.live}
    found = [
        (story, sum(id_ in arrived for event in story.events for id_ in event.article_ids))
        for story in result.decision.continued.stories
        if story.article_count > 1
    ]
    return sorted(
        ((story, number) for story, number in found if number),
        key=lambda pair: (-pair[1], -pair[0].article_count),
    )
