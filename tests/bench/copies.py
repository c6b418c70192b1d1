"""How well copies are found on labelled pairs, how much that hangs on each threshold, and what to read.

    python -m tests.bench.copies                     scores, bootstrap and thresholds
    python -m tests.bench.copies --read 20 FILE      random copies and near misses of a corpus, for the eye

The articles are not part of the repository (see `tests/conftest.py`); without them this says so and ends.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from dedup.corpus import Corpus
from dedup.duplicates import find_duplicates
from dedup.duplicates.rule import Evidence, Reason, decide, is_copy
from dedup.duplicates.verification import gather
from dedup.settings import BoilerplateSettings, DuplicateSettings
from dedup.text.boilerplate import remove_boilerplate
from jobs.explain import explain_pair, print_copies
from jobs.readers import Rejections, read_articles, resolve_ids
from jobs.settings import InputSettings
from tests.conftest import shared_folder

#: Values to which a threshold is moved, the others staying as they are.
MOVES = {
    "copy_jaccard": (0.35, 0.4, 0.5, 0.55, 0.6),
    "copy_containment": (0.5, 0.55, 0.65, 0.7),
    "copy_number_agreement": (0.0, 0.5, 0.7, 0.8),
    "outlet_jaccard": (0.5, 0.55, 0.6, 0.7, 0.75),
    "outlet_containment": (0.7, 0.8, 0.9, 0.95),
    "outlet_number_agreement": (0.0, 0.6, 0.7, 0.9),
    "series_days": (0.5, 1.0, 2.0, 3.0),
    "series_jaccard": (0.6, 0.7, 0.9),
    "series_containment": (0.8, 0.85, 0.9, 1.0),
    "headline_credit": (0.0, 0.2, 0.3, 0.5),
    "least_jaccard": (0.0, 0.1, 0.25, 0.3),
    "least_length_ratio": (0.0, 0.1, 0.4, 0.5),
}
SEED = 7
RESAMPLES = 2_000
#: A refused pair is a near miss from here on.
NEAR_JACCARD, NEAR_CONTAINMENT = 0.25, 0.5


class Labelled(NamedTuple):
    """Labelled pairs as rows of a corpus."""

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    copy: NDArray[np.bool_]


def read_corpus(file: Path) -> Corpus:
    """Read a file as `newsdedup run` does and remove boilerplate."""
    rejections = Rejections()
    articles = read_articles([file], InputSettings(), now=datetime.now(UTC), rejections=rejections)
    corpus = Corpus.from_articles(resolve_ids(articles, rejections))
    return remove_boilerplate(corpus, BoilerplateSettings()).corpus


def read_pairs(file: Path, corpus: Corpus) -> Labelled:
    """Read the labels; unclear pairs (class A) are left out."""
    row = {name: number for number, name in enumerate(corpus.ids)}
    with file.open(encoding="utf-8") as lines:
        clear = [line for line in csv.DictReader(lines, delimiter="\t") if line["class"] != "A"]
    a, b = (np.array([row[line[side]] for line in clear]) for side in ("a", "b"))
    return Labelled(a, b, np.array([line["dup"] == "1" for line in clear]))


def f1(found: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> float:
    """Harmonic mean of precision and recall; 1 where nothing is wanted or found."""
    return float(2 * (found & wanted).sum() / max(1, found.sum() + wanted.sum()))


def scores(corpus: Corpus, pairs: Labelled) -> list[str]:
    """Score the rule alone and the groups, resample the pairs, and move every threshold."""
    settings = DuplicateSettings()
    evidence = gather(corpus, pairs.a, pairs.b, settings)
    found = is_copy(decide(evidence, settings))
    original = find_duplicates(corpus, settings).original
    grouped = original[pairs.a] == original[pairs.b]
    draws = np.random.default_rng(SEED).integers(0, len(found), (RESAMPLES, len(found)))
    low, middle, high = np.percentile([f1(found[draw], pairs.copy[draw]) for draw in draws], [5, 50, 95])
    return [
        "| setting | pair F1 |",
        "|---|--:|",
        f"| the rule on each pair | {f1(found, pairs.copy):.3f} |",
        f"| resampled {RESAMPLES:,} times: 5th, 50th, 95th percentile | {low:.3f} {middle:.3f} {high:.3f} |",
        f"| the same group | {f1(grouped, pairs.copy):.3f} |",
        *(f"| {name} at {value:g} | {moved:.3f} |" for name, value, moved in _moved(evidence, pairs.copy)),
        *(
            f"| without {name} | {f1(is_copy(decide(poorer, settings)), pairs.copy):.3f} |"
            for name, poorer in _poorer(evidence).items()
        ),
    ]


def _moved(evidence: Evidence, wanted: NDArray[np.bool_]) -> list[tuple[str, float, float]]:
    return [
        (name, value, f1(is_copy(decide(evidence, DuplicateSettings(**{name: value}))), wanted))
        for name, values in MOVES.items()
        for value in values
    ]


def _poorer(evidence: Evidence) -> dict[str, Evidence]:
    """Give the evidence as it would be if the articles named less."""
    unknown = np.full_like(evidence.days, np.nan)
    anonymous = replace(evidence, same_outlet=np.full_like(evidence.same_outlet, -1))
    return {
        "outlets": anonymous,
        "headlines": replace(evidence, headline=unknown),
        "dates": replace(evidence, days=unknown),
        "all three": replace(anonymous, headline=unknown, days=unknown),
    }


def read_samples(file: Path, number: int, console: Console) -> None:
    """Show random copies, exact ones left out, and random near misses, side by side."""
    corpus, settings = read_corpus(file), DuplicateSettings()
    pairs = find_duplicates(corpus, settings).pairs
    containment = np.maximum(pairs.containment_a, pairs.containment_b)
    near = ~pairs.accepted & ((pairs.jaccard >= NEAR_JACCARD) | (containment >= NEAR_CONTAINMENT))
    for title, chosen in (
        ("copies", pairs.accepted & (pairs.reason != Reason.SAME_TEXT)),
        ("near misses", near),
    ):
        places = np.random.default_rng(SEED).permutation(np.flatnonzero(chosen))[:number]
        console.rule(f"{len(places)} of {chosen.sum():,} {title}")
        for a, b in zip(pairs.a[places].tolist(), pairs.b[places].tolist(), strict=True):
            console.print(f"{corpus.titles[a]} | {corpus.titles[b]}", markup=False)
            print_copies(explain_pair(corpus, corpus.ids[a], corpus.ids[b], settings), console)


def main() -> None:
    """Print the table, or what there is to read."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--read", type=int, metavar="N")
    parser.add_argument("file", nargs="?", type=Path)
    arguments = parser.parse_args()
    if arguments.read and arguments.file:
        read_samples(arguments.file, arguments.read, Console())
        return
    folder = shared_folder() / "reposts"
    if not folder.is_dir():
        raise SystemExit(f"skipped: no folder of real articles at {folder}")
    corpus = read_corpus(folder / "indonesian.jsonl.gz")
    print("\n".join(scores(corpus, read_pairs(folder / "indonesian.pairs.tsv", corpus))))


if __name__ == "__main__":
    main()
