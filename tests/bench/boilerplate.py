"""How much of injected boilerplate goes, and what body goes with it.

    python -m tests.bench.boilerplate [--seed 1] [--headlines 30] [--quality] [NAME ...]

Into every article of a labelled set go headlines of other articles of the same outlet (of the whole set where
the outlet has too few): as a block after the body, or one by one between its paragraphs.  Counted are the
injected lines that go, and the lines and words of the body that go only because of the injection.  With
``--quality`` the events of the clean and of the injected set are scored against the labels, too.
The articles are not part of the repository (see `tests/conftest.py`); without them this says so and ends.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from dedup.article import Article
from dedup.corpus import Corpus
from dedup.duplicates import find_duplicates
from dedup.evaluation import b_cubed
from dedup.settings import Settings
from dedup.stories import find_stories
from dedup.text.boilerplate import Boilerplate, remove_boilerplate
from tests.conftest import shared_folder

if TYPE_CHECKING:
    from pathlib import Path

SETS = ("indonews", "allsides", "basil", "ecbplus")
PLACES = ("none", "tail", "mixed")


class Loss(NamedTuple):
    """Shares, from 0 to 1."""

    injected_gone: float
    body_lines_gone: float
    body_words_gone: float


def read(path: Path) -> tuple[list[Article], dict[str, str]]:
    """Read the articles of a labelled set and the event of each."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [record for record in map(json.loads, lines) if record.get("text")]
    articles = {
        record["id"]: Article(
            id=record["id"],
            text=record["text"],
            title=record.get("title") or "",
            source=(record.get("source") or "").lower(),
        )
        for record in records
    }
    return list(articles.values()), {record["id"]: record["story"] for record in records}


def inject(
    articles: list[Article], count: int, place: str, seed: int
) -> tuple[list[Article], dict[str, set[str]]]:
    """Put `count` headlines into each article; give the articles and what each of them got."""
    draw = random.Random(seed)
    titles: dict[str, list[str]] = defaultdict(list)
    for article in articles:
        titles[article.source].append(article.title)
    everything = [article.title for article in articles]
    changed, given = [], {}
    for article in articles:
        ours = titles[article.source]
        pool = [
            title for title in (ours if len(ours) > count else everything) if title and title != article.title
        ]
        picked = draw.sample(pool, min(count, len(pool)))
        given[article.id] = set(picked)
        lines = article.text.split("\n")
        if place == "tail":
            lines += picked
        elif place == "mixed":
            for title in picked:
                lines.insert(draw.randint(1, len(lines)), title)
        changed.append(
            Article(id=article.id, text="\n".join(lines), title=article.title, source=article.source)
        )
    return changed, given


def loss(result: Boilerplate, clean: Boilerplate, given: dict[str, set[str]]) -> Loss:
    """Compare what went from the injected set with what went from the clean one."""
    injected = injected_gone = body = body_gone = words = words_gone = 0
    for row, article_id in enumerate(result.original.ids):
        before = {
            result.original.texts[row].encode()[start:stop].decode() for start, stop, _ in result.of(row)
        }
        already = {
            clean.original.texts[row].encode()[start:stop].decode() for start, stop, _ in clean.of(row)
        }
        headlines = {" ".join(title.split()) for title in given[article_id]}
        gone = {" ".join(piece.split()) for piece in before}
        injected += len(headlines)
        injected_gone += len(headlines & gone)
        for line in clean.original.texts[row].split("\n"):
            flat = line.strip()
            if flat and flat not in already and flat not in given[article_id]:
                lost = flat in before
                body, body_gone = body + 1, body_gone + lost
                words, words_gone = words + len(flat.split()), words_gone + lost * len(flat.split())
    return Loss(injected_gone / max(1, injected), body_gone / max(1, body), words_gone / max(1, words))


def events_f1(corpus: Corpus, events: dict[str, str], settings: Settings) -> float:
    """B-cubed F1 of the events found in `corpus`."""
    duplicates = find_duplicates(corpus, settings.duplicates)
    stories = find_stories(corpus, duplicates.original, settings.stories)
    return b_cubed([events[article_id] for article_id in corpus.ids], stories.event.tolist()).f1


def measure(path: Path, count: int, seed: int, *, quality: bool) -> list[str]:
    """Give the rows of the table for one set."""
    settings = Settings()
    articles, events = read(path)
    clean = remove_boilerplate(Corpus.from_articles(articles), settings.boilerplate)
    rows = []
    for place in PLACES:
        changed, given = inject(articles, count if place != "none" else 0, place, seed)
        result = remove_boilerplate(Corpus.from_articles(changed), settings.boilerplate)
        told = loss(result, clean, given)
        scores = ""
        if quality:
            raw, cleaned = (
                events_f1(corpus, events, settings) for corpus in (result.original, result.corpus)
            )
            scores = f" {raw:.3f} | {cleaned:.3f} |"
        name = path.name.removesuffix(".jsonl.gz")
        rows.append(
            f"| {name} | {place} | {told.injected_gone:.1%} | {told.body_lines_gone:.2%} "
            f"| {told.body_words_gone:.3%} |{scores}"
        )
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=SETS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--headlines", type=int, default=30)
    parser.add_argument("--quality", action="store_true")
    arguments = parser.parse_args()
    folder = shared_folder()
    if not folder.is_dir():
        raise SystemExit(f"skipped: no folder of real articles at {folder}")
    extra = (" events as they came | events cleaned |", "--:|--:|") if arguments.quality else ("", "")
    print(f"| set | place | injected lines gone | body lines gone | body words gone |{extra[0]}")
    print(f"|---|---|--:|--:|--:|{extra[1]}")
    for name in arguments.names:
        for row in measure(
            folder / f"stories/{name}.jsonl.gz",
            arguments.headlines,
            arguments.seed,
            quality=arguments.quality,
        ):
            print(row, flush=True)


if __name__ == "__main__":
    main()
