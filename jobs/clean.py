"""What `newsdedup clean` does: show what would be removed from each article, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from dedup.text.boilerplate import Boilerplate, remove_boilerplate
from jobs.summary import safe

if TYPE_CHECKING:
    from rich.console import Console

    from dedup.corpus import Corpus
    from dedup.settings import BoilerplateSettings

#: How each reason in `dedup.text.structure.REASONS` reads to a person.
REASON_TEXTS = {
    "repeated": "repeats across unrelated articles of the outlet",
    "notice": "advertisement, button or credit",
    "read_also": "link to another article",
    "link_list": "list of links under a heading",
    "tail": "headlines after the end of the text",
    "teaser": "pointer to a video or post",
    "share": "follow, subscribe, share or copyright",
}
_PIECE_CHARS = 100
_OUTLETS_SHOWN, _PIECES_SHOWN = 20, 5


def clean(corpus: Corpus, settings: BoilerplateSettings, *, n_jobs: int = 1) -> Boilerplate:
    """Find the boilerplate of `corpus`; nothing is written.

    Parameters
    ----------
    corpus : Corpus
        Articles as they were read.
    settings : BoilerplateSettings
        Thresholds of the rules.
    n_jobs : int, default 1
        Threads; the result does not depend on them.

    Returns
    -------
    Boilerplate
        The cleaned articles, and every removed piece with its place and reason.
    """
    return remove_boilerplate(corpus, settings, n_jobs=n_jobs)


def print_cleaned(result: Boilerplate, console: Console, *, articles: int | None = None) -> None:
    """Show the removed pieces article by article, then the outlets and what they repeat most.

    Parameters
    ----------
    result : Boilerplate
        From `clean`.
    console : Console
        Where to print.
    articles : int or None, default None
        Show only the first so many articles that lose something; None for all.
    """
    changed = sorted(set(result.row.tolist()))
    for row in changed[:articles]:
        _print_article(result, row, console)
    left_out = len(changed) - len(changed[:articles])
    if left_out:
        console.print(Text(f"… and {left_out:,} more articles that lose something\n", style="dim"))
    _print_outlets(result, console)
    console.print(Text(sentence(result), style="bold"))


def sentence(result: Boilerplate) -> str:
    """Say in one sentence how much goes."""
    told = result.counters
    share = told["bytes_removed"] / max(1, told["bytes"])
    kept = told["articles_kept_whole"]
    note = f"; {kept:,} would have lost every line and stay whole" if kept else ""
    return (
        f"{told['pieces_removed']:,} pieces, {share:.1%} of the text, would go from "
        f"{told['articles_changed']:,} of {told['articles']:,} articles{note}."
    )


def _print_article(result: Boilerplate, row: int, console: Console) -> None:
    source = result.original.source(row)
    title = result.original.titles[row]
    console.print(
        safe(" · ".join(part for part in (result.original.ids[row], source, title) if part)), style="bold"
    )
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("reason", style="cyan", no_wrap=True)
    table.add_column("piece", ratio=1)
    for start, stop, reason in result.of(row):
        table.add_row(reason, _shortened(result.original.texts[row].encode()[start:stop].decode()))
    console.print(table)
    console.print()


def _print_outlets(result: Boilerplate, console: Console) -> None:
    outlets = sorted(result.by_outlet().items(), key=lambda item: (-item[1]["bytes_removed"], item[0]))
    losing = [(name, told) for name, told in outlets if told["pieces_removed"]]
    if not losing:
        return
    table = Table(title="Outlets", title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("outlet", no_wrap=True)
    for column in ("articles", "pieces", "share"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("most often", ratio=1)
    for name, told in losing[:_OUTLETS_SHOWN]:
        commonest = result.top_pieces(name, _PIECES_SHOWN)
        table.add_row(
            safe(name or "unknown"),
            f"{told['articles']:,}",
            f"{told['pieces_removed']:,}",
            f"{told['bytes_removed'] / max(1, told['bytes']):.1%}",
            Text("\n").join(
                Text(f"{count:,} × ").append_text(_shortened(text)).append(f"  {REASON_TEXTS[reason]}", "dim")
                for text, reason, count in commonest
            ),
        )
    console.print(table)
    if len(losing) > _OUTLETS_SHOWN:
        console.print(Text(f"… and {len(losing) - _OUTLETS_SHOWN:,} more outlets", style="dim"))
    console.print()


def _shortened(text: str) -> Text:
    flat = " ".join(text.split())
    return safe(flat if len(flat) <= _PIECE_CHARS else flat[: _PIECE_CHARS - 1] + "…")
