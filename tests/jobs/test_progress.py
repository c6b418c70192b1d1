"""Bars on a terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from jobs.progress import TerminalProgress


def drawn(width: int, *counts: int, total: int | None = 4096) -> list[str]:
    """Draw one stage that counts and one that does not, and give the last picture."""
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    with TerminalProgress(console) as progress:
        with progress.stage("reading", total=total, unit="bytes"):
            for count in counts:
                progress.advance_to(count)
        with progress.stage("removing boilerplate", total=1_000_000, unit="articles"):
            pass
    return [line for line in console.file.getvalue().splitlines() if "0:00:00" in line][-2:]


@pytest.mark.parametrize("width", [60, 80, 200])
def test_counts_and_times_are_whole_at_any_width(width: int) -> None:
    reading, cleaning = drawn(width, 1024, 4096)
    assert "reading" in reading
    assert "removing boilerplate" in cleaning
    for line in (reading, cleaning):
        assert "…" not in line
    assert "0.0 MiB" in reading
    assert "1,000,000 articles" in cleaning


def test_a_stage_whose_size_nobody_knows_ends_full() -> None:
    reading, _ = drawn(80, 3_000_000, total=None)
    assert "2.9 MiB" in reading
    assert "left" not in reading
