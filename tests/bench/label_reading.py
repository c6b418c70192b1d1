"""Print labels beside the headlines that they stand for, to be read and judged by a person.

    python -m tests.bench.label_reading INPUT [--gold FIELD] [--stories 40] [--jobs 2]

INPUT is whatever ``newsdedup run`` reads.  With ``--gold topic`` the articles' own field says which belong
together, so that labels are judged apart from the grouping; without it the stories are found.  Half of the
stories printed are the largest, the others are drawn from the rest, always the same ones.  Ends with the
share of each kind of label and the seconds of processor time that labelling took.
"""

from __future__ import annotations

import argparse
import random
import time
from datetime import UTC, datetime

import numpy as np

from dedup import Settings, analyse
from dedup.corpus import Corpus
from dedup.duplicates import find_duplicates
from dedup.stories.labels import StoryLabel, label_stories
from dedup.text.boilerplate import remove_boilerplate
from jobs.readers import Rejections, read_articles, resolve_ids
from jobs.settings import InputSettings


def gold_groups(metadata: list[dict[str, object]], field: str) -> np.ndarray:
    """Number the gold stories; an article without one is a story of its own."""
    names = [str(row.get(field) or f"alone {number}") for number, row in enumerate(metadata)]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names], np.int64)


def choose(sizes: np.ndarray, count: int) -> list[int]:
    """Choose the largest stories and, always the same, some of the others."""
    order = [int(story) for story in np.lexsort((np.arange(len(sizes)), -sizes))]
    largest, rest = order[: count // 2], order[count // 2 :]
    return largest + random.Random(0).sample(rest, min(len(rest), count - len(largest)))


def show(corpus: Corpus, groups: np.ndarray, labels: list[StoryLabel], count: int) -> None:
    """Print the labels of some stories with up to three headlines each."""
    for story in choose(np.bincount(groups), count):
        rows = np.flatnonzero(groups == story)
        found = labels[story]
        english = f"  ({found.label_en})" if found.label_en and found.label_en != found.label else ""
        print(f"\n{found.label}{english}   [{len(rows)} articles; {', '.join(found.keywords)}]")
        for row in dict.fromkeys([found.representative, *rows[:: max(1, len(rows) // 2)].tolist()]):
            print(f"    {corpus.titles[row]}")


def main() -> None:
    """Read, group and label the input, and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("input", nargs="+")
    arguments.add_argument("--gold", metavar="FIELD")
    arguments.add_argument("--stories", type=int, default=40)
    arguments.add_argument("--jobs", type=int, default=2)
    options = arguments.parse_args()
    settings = Settings()
    rejections = Rejections()
    placed = read_articles(options.input, InputSettings(), now=datetime.now(UTC), rejections=rejections)
    articles = sorted(resolve_ids(placed, rejections), key=lambda article: article.id)
    corpus = Corpus.from_articles(articles)
    if options.gold:
        corpus = remove_boilerplate(corpus, settings.boilerplate, n_jobs=options.jobs).corpus
        originals = find_duplicates(corpus, settings.duplicates, n_jobs=options.jobs).original
        groups = gold_groups([article.metadata for article in articles], options.gold)
    else:
        analysis = analyse(corpus, settings, n_jobs=options.jobs)
        corpus, groups, originals = analysis.corpus, analysis.stories.story, analysis.duplicates.original
    start = time.process_time()
    labels = label_stories(corpus, groups, originals, settings.labels)
    seconds = time.process_time() - start
    show(corpus, groups, labels, options.stories)
    pairs = sum("–" in found.label for found in labels)
    english = sum(found.label_en is not None for found in labels)
    print(f"\n{len(labels)} stories of {len(corpus)} articles labelled in {seconds:.1f} s of processor time")
    print(f"{pairs / len(labels):.0%} pairs; {english / len(labels):.0%} with an English form")


if __name__ == "__main__":
    main()
