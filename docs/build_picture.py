"""Draws docs/summary.svg: what `make run` prints on the sample corpus.

python docs/build_picture.py
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from rich.console import Console

from jobs.config import load_settings
from jobs.run import run
from jobs.summary import print_summary

ROOT = Path(__file__).parents[1]
SAMPLE = [str(ROOT / "data" / "sample" / name) for name in ("articles.jsonl", "archive.csv", "folder")]


def draw() -> str:
    """Run the job on the sample and give its summary as SVG; the folder of results is called by a short name."""
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True)
    with tempfile.TemporaryDirectory() as folder:
        print_summary(run(SAMPLE, Path(folder), load_settings()), console)
        svg = console.export_svg(title="make run", unique_id="newsdedup")
        return svg.replace(Path(folder).as_posix(), "out/sample")


if __name__ == "__main__":
    Path(__file__).with_name("summary.svg").write_text(draw(), encoding="utf-8")
