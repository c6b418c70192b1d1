"""What a person reads at the end of a run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

    from jobs.records import Story
    from jobs.run import RunResult

STORIES_SHOWN = 12
COPIES_SHOWN = 12


def print_summary(result: RunResult, console: Console) -> None:
    """Say how much was found, the largest stories, who copied whom, and where the files are."""
    console.print()
    console.print(Text(result.sentence(), style="bold"))
    _print_stories(result, console)
    _print_copies(result, console)
    _print_rejected(result, console)
    console.print(Text(f"Results are in {result.folder}:"))
    for name, meaning in result.files.items():
        console.print(Text(f"  {name:<20} {meaning}"))


def safe(text: str) -> Text:
    """Show text of an article: control and direction characters would command the terminal."""
    return Text("".join(char if char.isprintable() else " " for char in text))


def _print_stories(result: RunResult, console: Console) -> None:
    stories = [story for story in result.largest_stories(STORIES_SHOWN) if story.article_count > 1]
    if not stories:
        return
    table = Table(
        title="Largest stories", title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0)
    )
    table.add_column("label", ratio=3)
    table.add_column("articles", justify="right")
    table.add_column("events", justify="right")
    table.add_column("outlets", ratio=3)
    table.add_column("dates", no_wrap=True)
    for story in stories:
        label = story.label
        if story.label_en and story.label_en != story.label:
            label = f"{label} ({story.label_en})"
        table.add_row(
            safe(label),
            str(story.article_count),
            str(len(story.events)),
            safe(result.outlets(story)),
            dates(story),
        )
    console.print()
    console.print(table)


def dates(story: Story) -> str:
    """Write the span of a story as days."""
    if story.first_published is None or story.last_published is None:
        return "no date"
    first, last = story.first_published[:10], story.last_published[:10]
    return first if first == last else f"{first} – {last}"


def _print_copies(result: RunResult, console: Console) -> None:
    copies = result.copies()
    if not copies:
        return
    table = Table(title="Copies", title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("copy", ratio=4)
    table.add_column("outlet", ratio=2)
    table.add_column("relation")
    table.add_column("original from", ratio=2)
    for copy in copies[:COPIES_SHOWN]:
        table.add_row(safe(copy.headline), safe(copy.source), copy.relation, safe(copy.original_source))
    console.print()
    console.print(table)
    if len(copies) > COPIES_SHOWN:
        console.print(Text(f"… and {len(copies) - COPIES_SHOWN:,} more in duplicates.jsonl"))


def _print_rejected(result: RunResult, console: Console) -> None:
    console.print()
    if not result.rejected:
        return
    console.print(Text(f"{len(result.rejected):,} records were rejected:", style="yellow"))
    for reason, count in Counter(record.reason for record in result.rejected).most_common(5):
        console.print(safe(f"  {count:,} × {reason}"))
    console.print()
