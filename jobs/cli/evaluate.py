"""`newsdedup evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jobs.cli.app import app


@app.command()
def evaluate(
    result: Annotated[Path, typer.Argument(help="Folder of a run.", metavar="RESULT")],
    gold: Annotated[Path, typer.Argument(help="JSON Lines of gold labels.", metavar="GOLD")],
) -> int:
    """Hold a result against gold labels: B-cubed, pairwise, ARI and V of copies, events and stories.

    Example: `newsdedup evaluate results gold.jsonl`
    """
    from jobs.console import result_console
    from jobs.evaluate import evaluate as score
    from jobs.evaluate import print_agreement

    print_agreement(score(result, gold), result_console())
    return 0
