"""What `newsdedup evaluate` does: hold the result of a run against gold labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from rich.table import Table
from rich.text import Text

from dedup.errors import BadDataError, NoInputError
from dedup.evaluation import Score, adjusted_rand, b_cubed, pairwise, v_measure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rich.console import Console


class GoldLine(msgspec.Struct, frozen=True):
    """One line of a file of gold labels; each label may be missing.

    Attributes
    ----------
    article_id : str
    event, story : str or None
        Names of the groups that the article belongs to.
    duplicate_of : str or None
        Id of the original; None for articles that copy nothing.
    """

    article_id: str
    event: str | None = None
    story: str | None = None
    duplicate_of: str | None = None


class ResultLine(msgspec.Struct, frozen=True):
    """What is read from a line of ``assignments.jsonl``."""

    article_id: str
    duplicate_group: str | None
    event_id: str
    story_id: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well one level agrees with its labels, over `articles` articles that have one."""

    level: str
    articles: int
    b_cubed: Score
    pairwise: Score
    adjusted_rand: float
    v_measure: float


def evaluate(result: Path, gold: Path) -> list[Agreement]:
    """Score copies, events and stories against gold labels.

    Parameters
    ----------
    result : Path
        Folder of a run, or its ``assignments.jsonl``.
    gold : Path
        JSON Lines of `GoldLine`; other fields are passed over, and so are articles without a label on a level.

    Returns
    -------
    list of Agreement
        For each level that has labels: ``copies`` (articles without copies are groups of one), ``events``,
        ``stories``.

    Raises
    ------
    NoInputError, BadDataError
        Where a file is missing, a line is not as expected, a labelled article has no assignment, or there is
        no label at all.
    """
    assignments = result / "assignments.jsonl" if result.is_dir() else result
    found = {line.article_id: line for line in _lines(assignments, ResultLine)}
    labels = list(_lines(gold, GoldLine))
    for number, label in enumerate(labels, start=1):
        if label.article_id not in found:
            raise BadDataError(
                f"the run has no such article; was it read from another corpus than {result}?",
                file=str(gold),
                line=number,
                article_id=label.article_id,
            )
    levels = [
        ("events", [(label.event, found[label.article_id].event_id) for label in labels if label.event]),
        ("stories", [(label.story, found[label.article_id].story_id) for label in labels if label.story]),
    ]
    if any(label.duplicate_of for label in labels):
        levels.insert(0, ("copies", [_groups(label, found[label.article_id]) for label in labels]))
    if not any(pairs for _, pairs in levels):
        raise BadDataError("no line has an event, a story or a duplicate_of to compare with", file=str(gold))
    return [_agreement(name, pairs) for name, pairs in levels if pairs]


def _groups(label: GoldLine, line: ResultLine) -> tuple[str, str]:
    return label.duplicate_of or label.article_id, line.duplicate_group or line.article_id


def _agreement(level: str, pairs: list[tuple[str, str]]) -> Agreement:
    gold, found = zip(*pairs, strict=True)
    return Agreement(
        level,
        len(pairs),
        b_cubed(gold, found),
        pairwise(gold, found),
        adjusted_rand(gold, found),
        v_measure(gold, found),
    )


def _lines(path: Path, kind: type[Any]) -> Iterator[Any]:
    decoder = msgspec.json.Decoder(kind)
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.isspace():
                    continue
                try:
                    yield decoder.decode(line)
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    raise BadDataError(f"not as expected: {error}", file=str(path), line=number) from error
    except OSError as error:
        raise NoInputError(f"cannot read: {error.strerror}", file=str(path)) from error


def print_agreement(agreements: list[Agreement], console: Console) -> None:
    """Show the scores as a table."""
    table = Table(
        title="Against the gold labels", title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0)
    )
    table.add_column("")
    for column in ("articles", "B³ P", "B³ R", "B³ F1", "pair P", "pair R", "pair F1", "ARI", "V"):
        table.add_column(column, justify="right")
    for one in agreements:
        figures = (*one.b_cubed, *one.pairwise, one.adjusted_rand, one.v_measure)
        table.add_row(Text(one.level), f"{one.articles:,}", *(f"{figure:.3f}" for figure in figures))
    console.print(table)
