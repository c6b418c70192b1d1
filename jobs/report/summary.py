"""What `newsdedup audit` says on the terminal: the top of the page, and where the page is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from jobs.summary import counted, safe

if TYPE_CHECKING:
    from rich.console import Console

    from jobs.audit import Audit


def print_audit(found: Audit, console: Console) -> None:
    """Say the sentences at the top of the page, and name the files."""
    for sentence in found.report.overview.sentences:
        console.print(safe(sentence))
    written = found.report.reduction.written
    if written is not None:
        kept = sum(file.kept for file in written)
        left_out = sum(file.dropped for file in written)
        console.print(
            Text(f"{counted(kept, 'record')} written with one text per group, {left_out:,} left out.")
        )
    if found.folder is None:
        return
    console.print(
        Text(f"\nThe page and {counted(len(found.tables), 'list')} in {found.folder}", style="bold")
    )
    files = Table.grid(padding=(0, 2))
    for name, meaning in found.files.items():
        files.add_row(Text(name, no_wrap=True), Text(meaning))
    console.print(Padding(files, (0, 0, 0, 2)))
