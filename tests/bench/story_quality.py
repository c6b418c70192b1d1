"""Agreement of events and stories with the labelled sets, whole and impaired, with the default settings.

    python -m tests.bench.story_quality [--out FILE.md] [NAME ...]

Three tables.  The sets as they are: readers, boilerplate removal, copies, events, stories.  The same sets
impaired, so that a default that only suits long, dated, listed-language articles shows: without dates,
headlines alone, openings alone, without headlines, in a language without a word list, in a script without
blanks (every two letters become one ideograph).  Batches of whole events drawn from each set, against the same
articles within the full set.
The articles are not part of the repository (see `tests/conftest.py`); without them this says so and ends.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import regex

from dedup.corpus import NO_DATE, Corpus, TextColumn
from dedup.duplicates import find_duplicates
from dedup.evaluation import Score, b_cubed, pairwise
from dedup.settings import Settings
from dedup.stories import Stories, find_stories
from dedup.text.boilerplate import remove_boilerplate
from jobs.config import load_settings
from jobs.run import read_articles_of
from tests.conftest import shared_folder

SETS = ("indonews", "allsides", "basil", "ecbplus")
BATCHES = {10: 20, 50: 8, 200: 3}
SETTINGS = Settings()
JOBS = 2


class Labelled(NamedTuple):
    """A set with cleaned bodies, its copies, and the gold event and story of each article."""

    corpus: Corpus
    originals: np.ndarray
    events: np.ndarray
    topics: np.ndarray | None


def read(path: Path) -> Labelled:
    """Read a labelled set, clean it and find its copies."""
    corpus = read_articles_of([str(path)], load_settings())
    corpus = remove_boilerplate(corpus, SETTINGS.boilerplate, n_jobs=JOBS).corpus
    originals = find_duplicates(corpus, SETTINGS.duplicates, n_jobs=JOBS).original
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = {record["id"]: record for record in map(json.loads, lines)}
    events = np.array([records[article]["story"] for article in corpus.ids])
    topics = [records[article].get("topic") for article in corpus.ids]
    # The topics of the other sets are sections of a newspaper, not stories.
    is_story = path.name.startswith("indonews")
    return Labelled(corpus, originals, events, np.array(topics) if is_story else None)


def group(corpus: Corpus, originals: np.ndarray) -> Stories:
    """Group with the default settings."""
    return find_stories(corpus, originals, SETTINGS.stories, n_jobs=JOBS)


def undated(corpus: Corpus) -> Corpus:
    return replace(corpus, published=np.full_like(corpus.published, NO_DATE))


def rewritten(corpus: Corpus, title: Callable[[str], str], text: Callable[[str], str]) -> Corpus:
    return replace(
        corpus,
        titles=TextColumn.from_strings(map(title, corpus.titles)),
        texts=TextColumn.from_strings(map(text, corpus.texts)),
    )


def opening(words: int) -> Callable[[str], str]:
    return lambda text: " ".join(text.split()[:words])


def unspaced() -> Callable[[str], str]:
    """Write every two letters as one ideograph, without blanks, as if the text were Chinese."""
    symbols: dict[str, str] = {}

    def write(text: str) -> str:
        pieces = []
        for word in regex.findall(r"\w+|[^\w\s]", text.lower()):
            if word.isalpha():
                pairs = (word[i : i + 2] for i in range(0, len(word), 2))
                pieces += [symbols.setdefault(pair, chr(0x4E00 + len(symbols))) for pair in pairs]
            else:
                pieces.append(word if word.isdigit() else "。")
        return "".join(pieces)

    return write


def same(text: str) -> str:
    return text


def nothing(_: str) -> str:
    return ""


def unlisted(corpus: Corpus) -> Corpus:
    """Claim a language of which no word is known."""
    return replace(corpus, languages=["zz"] * len(corpus))


IMPAIRMENTS: dict[str, Callable[[Corpus], Corpus]] = {
    "as they are": lambda corpus: corpus,
    "without dates": undated,
    "headlines only": lambda corpus: rewritten(corpus, same, nothing),
    "headline and 20 words": lambda corpus: rewritten(corpus, same, opening(20)),
    "headline and 60 words": lambda corpus: rewritten(corpus, same, opening(60)),
    "100 words, no headline": lambda corpus: rewritten(corpus, nothing, opening(100)),
    "30 words, no headline": lambda corpus: rewritten(corpus, nothing, opening(30)),
    "language without a list": unlisted,
    "script without blanks": lambda corpus: unlisted(rewritten(corpus, (write := unspaced()), write)),
}


def scores(gold: np.ndarray, found: np.ndarray) -> tuple[Score, Score]:
    return b_cubed(gold.tolist(), found.tolist()), pairwise(gold.tolist(), found.tolist())


def quality_table(sets: dict[str, Labelled]) -> list[str]:
    """Events and stories of the whole sets."""
    lines = [
        "| set | articles | events | B-cubed P | R | F1 | pair F1 | stories | B-cubed F1 | pair F1 | largest |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, (corpus, originals, events, topics) in sets.items():
        found = group(corpus, originals)
        cubed, pair = scores(events, found.event)
        sizes = np.bincount(found.story)
        story = "| |"
        if topics is not None:
            story_cubed, story_pair = scores(topics, found.story)
            story = f"| {story_cubed.f1:.3f} | {story_pair.f1:.3f}"
        lines.append(
            f"| {name} | {len(corpus):,} | {len(found.event_story):,} | {cubed.precision:.3f} "
            f"| {cubed.recall:.3f} | {cubed.f1:.3f} | {pair.f1:.3f} | {len(sizes):,} {story} | {sizes.max()} |"
        )
    return lines


def impaired_table(sets: dict[str, Labelled]) -> list[str]:
    """B-cubed F1 of events under each impairment."""
    lines = [f"| events, B-cubed F1 | {' | '.join(sets)} | mean |", "|---|" + "--:|" * (len(sets) + 1)]
    for name, impair in IMPAIRMENTS.items():
        figures = [
            scores(events, group(impair(corpus), originals).event)[0].f1
            for corpus, originals, events, _ in sets.values()
        ]
        cells = " | ".join(f"{figure:.3f}" for figure in figures)
        lines.append(f"| {name} | {cells} | {np.mean(figures):.3f} |")
    return lines


def draw(events: np.ndarray, size: int, seed: int) -> np.ndarray:
    """Draw whole events in random order until `size` articles are together."""
    generator = np.random.default_rng(seed)
    order = generator.permutation(np.unique(events))
    rows = np.concatenate([np.flatnonzero(events == event) for event in order[:size]])
    return np.sort(rows[:size])


def batch_table(sets: dict[str, Labelled]) -> list[str]:
    """Mean B-cubed F1 of batches on their own and, in brackets, within the full set."""
    lines = [f"| batch of | {' | '.join(sets)} |", "|---|" + "--:|" * len(sets)]
    whole = {name: group(labelled.corpus, labelled.originals).event for name, labelled in sets.items()}
    for size, repeats in BATCHES.items():
        cells = []
        for name, (corpus, _, events, _) in sets.items():
            alone, within = [], []
            for seed in range(repeats):
                rows = draw(events, size, seed)
                batch = corpus.take(rows)
                found = group(batch, find_duplicates(batch, SETTINGS.duplicates, n_jobs=JOBS).original)
                alone.append(scores(events[rows], found.event)[0].f1)
                within.append(scores(events[rows], whole[name][rows])[0].f1)
            cells.append(f"{np.mean(alone):.3f} ({np.mean(within):.3f})")
        lines.append(f"| {size} | {' | '.join(cells)} |")
    return lines


def main() -> None:
    """Print the tables, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=SETS)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    folder = shared_folder() / "stories"
    if not folder.is_dir():
        raise SystemExit(f"skipped: no folder of real articles at {folder}")
    sets = {name: read(folder / f"{name}.jsonl.gz") for name in arguments.names}
    tables = "\n\n".join("\n".join(table(sets)) for table in (quality_table, impaired_table, batch_table))
    print(tables)
    if arguments.out:
        arguments.out.write_text(tables + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
