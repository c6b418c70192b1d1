"""Term vectors for the scale benchmark: real articles, and past their number perturbed copies of them.

A copy keeps each sentence of its article with probability 0.6, fills up with sentences of a second article to the
old number, and then swaps one word in ten for a word of a third.  Its cosine to its article is .62 in the median,
.45 to .79 in the middle half: near enough for its event, too far for a copy of the same text, so that pairs and
merges grow as well as rows.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT_SENTENCES, SWAPPED_WORDS = 0.6, 0.1
SEED = 20

#: The corpus of the comparison with peers.
PEER_CORPUS = "corpora/id_clickid_2019"
_SETS = (
    PEER_CORPUS,
    "corpora/id_indonews_2025",
    "corpora/reuters21578",
    "stories/indonews",
    "stories/allsides",
    "stories/basil",
    "stories/ecbplus",
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def vectors(shared: Path, size: int, file: Path) -> sparse.csr_array:
    """Give the TF-IDF rows of `size` articles, or of the peer corpus where `size` is 0; kept in `file`."""
    if not file.exists():
        weights = TfidfVectorizer(
            sublinear_tf=True, min_df=2, max_df=0.3, dtype=np.float32, token_pattern=r"\w\w+"
        )
        articles = list(_read(shared / f"{PEER_CORPUS}.jsonl.gz")) if size == 0 else _articles(shared, size)
        sparse.save_npz(file, sparse.csr_array(weights.fit_transform(articles)), compressed=False)
    return sparse.csr_array(sparse.load_npz(file))


def _read(file: Path) -> Iterator[str]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            yield f"{record.get('title') or ''} {record.get('text') or ''}"


def _articles(shared: Path, size: int) -> list[str]:
    """Draw `size` articles without repetition, and perturbed copies where there are not so many."""
    draw = random.Random(SEED)
    real = [text for name in _SETS for text in _read(shared / f"{name}.jsonl.gz")]
    draw.shuffle(real)
    copies = (_perturbed(draw.choice(real), draw.choice(real), draw.choice(real), draw) for _ in iter(int, 1))
    return real[:size] + [next(copies) for _ in range(size - len(real))]


def _perturbed(article: str, second: str, third: str, draw: random.Random) -> str:
    sentences = _SENTENCE_END.split(article)
    kept = [sentence for sentence in sentences if draw.random() < KEPT_SENTENCES]
    others = _SENTENCE_END.split(second)
    kept += draw.choices(others, k=len(sentences) - len(kept))
    words, foreign = " ".join(kept).split(), third.split() or [""]
    return " ".join(draw.choice(foreign) if draw.random() < SWAPPED_WORDS else word for word in words)
