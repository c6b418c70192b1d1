"""What a person reads at the end of a run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from jobs.records import Rejected, Story
    from jobs.run import Copy, RunResult

STORIES_SHOWN = 12
COPIES_SHOWN = 12
OUTLETS_SHOWN = 4
REASONS_SHOWN = 5

#: A story of more articles than this, and a larger share of them, is warned of.
GIANT_ARTICLES, GIANT_SHARE = 50, 0.10

#: Before the second and later lines of an entry; wrapped lines keep it.
INDENT = (0, 0, 0, 6)


class Reading(Protocol):
    """What a run tells about its input."""

    @property
    def counts(self) -> dict[str, int]: ...  # noqa: D102
    @property
    def repairs(self) -> dict[str, int]: ...  # noqa: D102
    @property
    def rejected(self) -> list[Rejected]: ...  # noqa: D102


def print_summary(result: RunResult, console: Console) -> None:
    """Say how much was found, the largest stories, who copied whom, and where the files are."""
    console.print(Text(sentence(result.counts), style="bold"))
    _print_stories(result, console)
    _print_copies(result, console)
    print_rejected(result, console)
    if result.dry_run:
        console.print(Text("Nothing was written: this was a dry run."))
        return
    console.print(Text(f"Results are in {result.folder}:"))
    files = Table.grid(padding=(0, 2))
    for name, meaning in result.files.items():
        files.add_row(Text(f"  {name}", no_wrap=True), Text(meaning))
    console.print(files)


def sentence(counts: dict[str, int]) -> str:
    """Say in one sentence what the corpus holds."""
    several = counts["stories_of_several"]
    return (
        f"{counted(counts['articles'], 'article')} from {counted(counts['sources'], 'outlet')}: "
        f"{counted(counts['copies'], 'copy', 'copies')} in {counted(counts['duplicate_groups'], 'group')}, "
        f"{counted(counts['events'], 'event')} in {counted(counts['stories'], 'story', 'stories')} "
        f"({several:,} of them with more than one article)."
    )


def counted(count: int, noun: str, plural: str = "") -> str:
    """Write a number of things: ``1 story``, ``2,000 stories``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def safe(text: str) -> Text:
    """Show text of an article: control and direction characters would command the terminal."""
    return Text("".join(char if char.isprintable() else " " for char in text))


def _warn_of_giant(counts: dict[str, int], console: Console) -> None:
    """Say where one story swallows the corpus: its articles are alike in form, or the cut is too loose."""
    share = counts["largest_story"] / counts["articles"]
    if counts["largest_story"] >= GIANT_ARTICLES and share > GIANT_SHARE:
        hint = "`newsdedup tune` shows how it grows with the cut"
        console.print(Text(f"The largest story holds {share:.0%} of the articles; {hint}.", style="yellow"))


def _print_stories(result: RunResult, console: Console) -> None:
    stories = [story for story in result.largest_stories(STORIES_SHOWN) if story.article_count > 1]
    if not stories:
        return
    _warn_of_giant(result.counts, console)
    console.print(Text("\nLargest stories", style="bold"))
    for story in stories:
        english = f" ({story.label_en})" if story.label_en and story.label_en != story.label else ""
        console.print(safe(f"  {story.label}{english}"), style="cyan")
        detail = (
            f"{counted(story.article_count, 'article')}, {counted(len(story.events), 'event')}, "
            f"{dates(story)}; {_shortened(result.outlets(story))}"
        )
        console.print(Padding(safe(detail), INDENT))


def _shortened(names: list[str]) -> str:
    """Name the first outlets and count the others."""
    shown = ", ".join(names[:OUTLETS_SHOWN]) or "no outlet named"
    return f"{shown} and {len(names) - OUTLETS_SHOWN} more" if len(names) > OUTLETS_SHOWN else shown


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
    console.print(Text("\nCopies", style="bold"))
    for copy in copies[:COPIES_SHOWN]:
        console.print(safe(f"  {copy.headline}"), style="cyan", overflow="ellipsis", no_wrap=True)
        relation = "exact copy" if copy.relation == "exact" else copy.relation
        detail = f"{copy.source or 'unknown outlet'}: {relation} of {_original(copy)}"
        console.print(Padding(safe(detail), INDENT))
    if len(copies) > COPIES_SHOWN:
        console.print(Text(f"  … and {len(copies) - COPIES_SHOWN:,} more in duplicates.jsonl"))


def _original(copy: Copy) -> str:
    """Name the original by its outlet, and by its headline where that is another."""
    headline = "" if copy.original_headline == copy.headline else f", “{copy.original_headline}”"
    return f"{copy.original_source or 'unknown outlet'}{headline}"


def print_rejected(result: Reading, console: Console) -> None:
    """Say what was passed over, mended and rejected, and apart from that what lost nothing."""
    from jobs.readers.rejections import SAME_ID, kind_of  # noqa: PLC0415  (slow to load)

    console.print()
    if skipped := result.counts["skipped_files"]:
        console.print(Text(f"{counted(skipped, 'file')} of other kinds passed over, named in run.json"))
    if result.repairs:
        kinds = ", ".join(f"{count:,} × {kind}" for kind, count in result.repairs.items())
        console.print(Text(f"Kept all the same: {kinds}"))
    spare = [record for record in result.rejected if kind_of(record.reason) == SAME_ID]
    lost = [record for record in result.rejected if kind_of(record.reason) != SAME_ID]
    _print_left_out(lost, "rejected", "yellow", console)
    _print_left_out(spare, "left out, nothing is lost", "", console)


def _print_left_out(records: Sequence[Rejected], told: str, style: str, console: Console) -> None:
    """Say how many records were left out, and the most frequent reasons."""
    if not records:
        return
    were = "record was" if len(records) == 1 else "records were"
    console.print(Text(f"{len(records):,} {were} {told}:", style=style))
    reasons = Counter(record.reason for record in records)
    for reason, count in reasons.most_common(REASONS_SHOWN):
        console.print(Padding(safe(f"{count:,} × {reason}"), (0, 0, 0, 2)))
    if len(reasons) > REASONS_SHOWN:
        console.print(
            Text(f"  … and {counted(len(reasons) - REASONS_SHOWN, 'more reason')} in rejected.jsonl")
        )
    console.print()
