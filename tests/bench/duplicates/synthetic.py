"""A seeded corpus of made-up news with copies of every degree.

    python -m tests.bench.duplicates.synthetic ARTICLES FILE.jsonl [--seed N] [--copies SHARE]

Words are drawn by Zipf's law from made-up ones, a hundredth of them with accents; lengths are lognormal with a
median of 350 words; unrelated articles share stock phrases, and articles of a site share its footer.  A share
of the articles (15 %) copies one of the last 50,000:

=============  =====================================================================
kind           what happens to the body
=============  =====================================================================
verbatim       nothing
headed         another headline and dateline, 2 % of the words replaced
rewritten      5 to 20 % of the words replaced, some sentences in another order
cut            60 to 90 % kept
abridged       20 to 60 % kept
expanded       10 to 60 % added
framed         the reposting site's links and notices around it
=============  =====================================================================
"""

from __future__ import annotations

import argparse
from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

#: Articles that are written; further ones are these again in made-up words of other letters, which is quicker.
BLOCK = 100_000

VOCABULARY = 100_000
PARENTS = 50_000
KINDS = ("verbatim", "headed", "rewritten", "cut", "abridged", "expanded", "framed")

#: A token is a word's rank plus, above it, what follows the word.
COMMA, STOP, BREAK = 1 << 20, 2 << 20, 3 << 20
RANK = (1 << 20) - 1

ONSETS = [*"bcdfghjklmnprstvwz", "br", "cr", "dr", "fl", "gr", "pl", "sh", "st", "th", "tr"]
VOWELS = ["a", "e", "i", "o", "u", "a", "e", "i", "o", "ea", "ou", "ai"]
CODAS = ["", "", "", "n", "r", "s", "t", "l", "m", "nd", "st", "ng"]


@dataclass(frozen=True)
class Story:
    """An article before it is written out."""

    id: str
    source: str
    published: datetime
    headline: NDArray[np.int32]
    dateline: str
    body: NDArray[np.int32]
    tail: str = ""
    kind: str = "new"
    parent: str = ""


class Newsroom:
    """Draws words, sentences and articles from one random generator."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.words = self._vocabulary()
        weights = 1 / (np.arange(VOCABULARY) + 3.7) ** 1.05
        self.cumulated = np.cumsum(weights / weights.sum())
        self.written = [
            [form(word) for form in (str, lambda w: w + ",", lambda w: w + ".", lambda w: w + ".\n\n")]
            for word in self.words
        ]
        self.phrases = [self.draw(int(length)) for length in self.rng.integers(5, 10, 3000)]
        self.sites = [f"{self.words[int(rank)]}.example" for rank in self.rng.integers(500, VOCABULARY, 400)]
        self.footers = [self.text(self.sentences(int(n))) for n in self.rng.integers(15, 60, 400)]
        self.cities = [self.words[int(rank)].upper() for rank in self.rng.integers(200, 20_000, 300)]

    def _vocabulary(self) -> list[str]:
        words: dict[str, None] = {}
        while len(words) < VOCABULARY:
            syllables = 1 + int(self.rng.random() * (1 + np.log10(len(words) + 10) / 1.7))
            picks = self.rng.random((syllables, 3))
            word = "".join(
                part[int(pick * len(part))]
                for row in picks
                for part, pick in zip((ONSETS, VOWELS, CODAS), row, strict=True)
            )
            if self.rng.random() < 0.01:
                word = word.replace("a", "á").replace("o", "ö")
            words[word] = None
        return list(words)

    def draw(self, count: int) -> NDArray[np.int32]:
        """Draw words by Zipf's law."""
        places = np.searchsorted(self.cumulated, self.rng.random(count))
        return np.minimum(places, VOCABULARY - 1).astype(np.int32)

    def sentences(self, count: int) -> NDArray[np.int32]:
        """Write about `count` words of sentences, here and there a stock phrase, in paragraphs."""
        tokens = self.draw(count)
        for _ in range(self.rng.poisson(count / 120)):
            phrase = self.phrases[int(3000 * self.rng.random() ** 3)]
            place = int(self.rng.integers(0, max(1, count - len(phrase))))
            tokens[place : place + len(phrase)] = phrase[: count - place]
        ends = np.cumsum(self.rng.integers(8, 30, count // 8 + 1))
        ends = np.append(ends[ends < count - 1], count - 1)
        commas = self.rng.random(count) < 0.04
        tokens[commas] |= COMMA
        tokens[ends] = tokens[ends] & RANK | STOP
        paragraphs = ends[self.rng.random(len(ends)) < 0.4]
        tokens[paragraphs] |= BREAK
        return tokens

    def text(self, tokens: NDArray[np.int32]) -> str:
        """Write tokens out, with capitals after full stops."""
        marks = tokens >> 20
        after_stop = np.ones(len(tokens), bool)
        after_stop[1:] = marks[:-1] >= 2
        forms = self.written
        parts = [
            forms[rank][mark] for rank, mark in zip((tokens & RANK).tolist(), marks.tolist(), strict=True)
        ]
        for place in np.flatnonzero(after_stop).tolist():
            parts[place] = parts[place].capitalize()
        return " ".join(parts).replace("\n ", "\n")

    def new(self, number: int) -> Story:
        """Write an article of its own."""
        length = int(np.clip(self.rng.lognormal(np.log(350), 0.55), 40, 4000))
        site = int(400 * self.rng.random() ** 2)
        published = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=30 * number)
        return Story(
            id=f"a{number:07d}",
            source=self.sites[site],
            published=published,
            headline=self.draw(int(self.rng.integers(6, 13))),
            dateline=self.dateline(),
            body=self.sentences(length),
            tail=self.footers[site],
        )

    def dateline(self) -> str:
        city = self.cities[int(self.rng.integers(300))]
        return f"{city}, {int(self.rng.integers(1, 29))} March — "

    def copy(self, parent: Story, number: int) -> Story:
        """Repost `parent` on another site in one of `KINDS`."""
        kind = KINDS[int(self.rng.integers(len(KINDS)))]
        site = int(400 * self.rng.random() ** 2)
        story = replace(
            parent, id=f"a{number:07d}", source=self.sites[site], kind=kind, parent=parent.id,
            published=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=30 * number),
        )  # fmt: skip
        return story if kind == "verbatim" else getattr(self, f"_{kind}")(story, site)

    def _headed(self, story: Story, site: int) -> Story:
        return replace(
            story, headline=self.draw(9), dateline=self.dateline(), body=self.replaced(story.body, 0.02),
            tail=self.footers[site],
        )  # fmt: skip

    def _rewritten(self, story: Story, site: int) -> Story:
        cuts = np.flatnonzero(story.body >= STOP)[:-1] + 1
        parts = np.split(self.replaced(story.body, float(self.rng.uniform(0.05, 0.2))), cuts)
        place = int(self.rng.integers(len(parts)))
        body = np.concatenate([*parts[place:], *parts[:place]]) if len(parts) > 3 else np.concatenate(parts)
        return replace(story, body=body, headline=self.draw(9), tail=self.footers[site])

    def _part(self, story: Story, low: float, high: float) -> Story:
        kept = int(len(story.body) * self.rng.uniform(low, high))
        return replace(story, body=story.body[: max(kept, 30)], tail="")

    def _cut(self, story: Story, site: int) -> Story:
        return replace(self._part(story, 0.6, 0.9), tail=self.footers[site])

    def _abridged(self, story: Story, site: int) -> Story:
        return replace(self._part(story, 0.2, 0.6), tail=self.footers[site][:60])

    def _expanded(self, story: Story, site: int) -> Story:
        more = self.sentences(max(20, int(len(story.body) * self.rng.uniform(0.1, 0.6))))
        return replace(story, body=np.concatenate([story.body, more]), tail=self.footers[site])

    def _framed(self, story: Story, site: int) -> Story:
        links = "\n".join(self.text(self.draw(8)) for _ in range(6))
        return replace(story, tail=f"{links}\n{self.footers[site]}")

    def replaced(self, body: NDArray[np.int32], share: float) -> NDArray[np.int32]:
        """Put other words in a share of the places."""
        body = body.copy()
        places = np.flatnonzero(self.rng.random(len(body)) < share)
        body[places] = body[places] & ~RANK | self.draw(len(places))
        return body

    def record(self, story: Story) -> dict[str, str]:
        """Lay an article out as a page reads: headline, dateline, paragraphs, footer."""
        title = self.text(story.headline)
        return {
            "id": story.id,
            "source": story.source,
            "url": f"https://{story.source}/{story.id}",
            "published": story.published.isoformat(),
            "title": title,
            "text": f"{title}\n\n{story.dateline}{self.text(story.body)}{story.tail}".strip(),
            "kind": story.kind,
            "parent": story.parent,
        }


def articles(count: int, *, seed: int = 20_261_121, copies: float = 0.15) -> Iterator[dict[str, str]]:
    """Give `count` records; the same seed gives the same corpus."""
    room = Newsroom(seed)
    parents: deque[Story] = deque(maxlen=PARENTS)
    for number in range(count):
        if parents and room.rng.random() < copies:
            yield room.record(room.copy(parents[int(room.rng.integers(len(parents)))], number))
        else:
            parents.append(room.new(number))
            yield room.record(parents[-1])


def in_other_letters(records: list[dict[str, str]], block: int) -> Iterator[dict[str, str]]:
    """Give the records of another block: the letters of the alphabet exchanged, ids and dates further on."""
    letters = np.random.default_rng(block).permutation(list(ascii_lowercase))
    table = str.maketrans(ascii_lowercase + ascii_uppercase, "".join(letters) + "".join(letters).upper())
    later = timedelta(seconds=30 * BLOCK * block)
    for record in records:
        moved = {name: record[name].translate(table) for name in ("source", "title", "text")}
        number = int(record["id"][1:]) + BLOCK * block
        moved["id"], moved["url"] = f"a{number:07d}", f"https://{moved['source']}/a{number:07d}"
        moved["published"] = (datetime.fromisoformat(record["published"]) + later).isoformat()
        parent = record["parent"] and f"a{int(record['parent'][1:]) + BLOCK * block:07d}"
        yield record | moved | {"parent": parent}


def write(count: int, path: Path, *, seed: int = 20_261_121, copies: float = 0.15) -> None:
    """Write a corpus as JSON Lines; the file appears when it is complete."""
    encode = msgspec.json.Encoder().encode
    unfinished = path.with_suffix(".unfinished")
    first = list(articles(min(count, BLOCK), seed=seed, copies=copies))
    with unfinished.open("wb") as out:
        for block in range(-(-count // BLOCK)):
            records = in_other_letters(first, block) if block else first
            for record in islice(records, count - block * BLOCK):
                out.write(encode(record) + b"\n")
    unfinished.rename(path)


def main() -> None:
    """Read the command line and write a corpus."""
    parser = argparse.ArgumentParser(description="Write a seeded corpus of made-up news with copies.")
    parser.add_argument("articles", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=20_261_121)
    parser.add_argument("--copies", type=float, default=0.15)
    options = parser.parse_args()
    write(options.articles, options.file, seed=options.seed, copies=options.copies)


if __name__ == "__main__":
    main()
