"""Drafts of labels: what a story may be called, before its label is compared with those of other stories."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np

from dedup.stories.labels.candidates import Candidate  # noqa: TC001 (msgspec reads the types)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dedup.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Draft:
    """The possible names of one story.

    Attributes
    ----------
    candidates : list of Candidate
        The best first.
    keywords : tuple of str
    representative : int
        Which of the articles that were read stands for the story.
    language : str
    headline, day : str
        What tells stories apart that have nothing else to tell them apart.
    """

    candidates: list[Candidate]
    keywords: tuple[str, ...]
    representative: int
    language: str
    headline: str
    day: str


class Drafts:
    """Drafts by the articles they were made of, from earlier runs and from this one.

    Attributes
    ----------
    used : set of int
        Keys that were asked for.
    """

    def __init__(self, keys: NDArray[np.uint64], bounds: NDArray[np.int64], lines: NDArray[np.uint8]) -> None:
        self._places = dict(zip(keys.tolist(), range(len(keys)), strict=True))
        self._bounds, self._lines = bounds, memoryview(lines)  # type: ignore[arg-type]
        self._decode = msgspec.json.Decoder(Draft).decode
        self._made: dict[int, Draft] = {}
        self.used: set[int] = set()

    @classmethod
    def none(cls) -> Drafts:
        """Begin without any."""
        return cls(np.zeros(0, np.uint64), np.zeros(1, np.int64), np.zeros(0, np.uint8))

    def get(self, key: int) -> Draft | None:
        """Give the draft of a key, None where there is none yet."""
        self.used.add(key)
        place = self._places.get(key)
        if place is None:
            return self._made.get(key)
        return self._decode(self._lines[self._bounds[place] : self._bounds[place + 1]])

    def add(self, key: int, draft: Draft) -> None:
        """Keep a draft that was just made."""
        self._made[key] = draft

    def added(self) -> dict[str, NDArray[Any]]:
        """Give the drafts that this run made, as arrays of numbers."""
        keys = sorted(self._made)
        return _arrays(keys, [msgspec.json.encode(self._made[key]) for key in keys])

    def kept(self) -> dict[str, NDArray[Any]]:
        """Give the drafts that this run asked for, as arrays of numbers."""
        keys = sorted(self.used & (self._places.keys() | self._made.keys()))
        return _arrays(keys, [self._line(key) for key in keys])

    def _line(self, key: int) -> bytes:
        place = self._places.get(key)
        if place is None:
            return msgspec.json.encode(self._made[key])
        return bytes(self._lines[self._bounds[place] : self._bounds[place + 1]])


class KeptDrafts(NamedTuple):
    """Drafts, and what is needed to know a story again.

    Attributes
    ----------
    drafts : Drafts
    articles : ndarray of uint64, shape (n,)
        `article_keys` of the corpus.
    scope : bytes
        Digest of all else that drafts depend on: lexicon and settings.
    """

    drafts: Drafts
    articles: NDArray[np.uint64]
    scope: bytes

    @classmethod
    def for_one_run(cls, corpus: Corpus) -> KeptDrafts:
        """Begin without any, and name articles by their rows: nothing will be kept."""
        return cls(Drafts.none(), np.arange(len(corpus), dtype=np.uint64), b"")

    def key(self, rows: Sequence[int], closeness: NDArray[np.float32]) -> int:
        """Name the draft that is made of the articles `rows`, so close to their story."""
        if len(rows) == 1:
            return self._digest(self.articles[rows[0]].tobytes())
        chosen = list(rows)
        return self._digest(self.articles[chosen].tobytes() + closeness[chosen].tobytes())

    def _digest(self, read: bytes) -> int:
        return int.from_bytes(hashlib.blake2b(read, digest_size=8, key=self.scope).digest(), "little")


def _arrays(keys: Sequence[int], lines: Sequence[bytes]) -> dict[str, NDArray[Any]]:
    bounds = np.zeros(len(lines) + 1, np.int64)
    np.cumsum([len(line) for line in lines], out=bounds[1:])
    return {
        "keys": np.array(keys, np.uint64),
        "bounds": bounds,
        "lines": np.frombuffer(b"".join(lines), np.uint8),
    }


def join_drafts(parts: Sequence[Mapping[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    """Put arrays of drafts together; equal keys hold equal drafts, so that any of them will do."""
    sizes = [np.diff(part["bounds"]) for part in parts]
    return {
        "keys": np.concatenate([np.zeros(0, np.uint64), *(part["keys"] for part in parts)]),
        "bounds": np.cumsum(np.concatenate([np.zeros(1, np.int64), *sizes])),
        "lines": np.concatenate([np.zeros(0, np.uint8), *(part["lines"] for part in parts)]),
    }


def article_keys(corpus: Corpus, languages: Sequence[str]) -> NDArray[np.uint64]:
    """Give each article a key of all that a label is made of: headline, text, language and date."""
    keys = np.empty(len(corpus), np.uint64)
    titles, texts = corpus.titles, corpus.texts
    published, bodies = corpus.published, memoryview(texts.data)  # type: ignore[arg-type]
    for row, language in enumerate(languages):
        digest = hashlib.blake2b(f"{language}\0{published[row]}\0{titles[row]}\0".encode(), digest_size=8)
        digest.update(bodies[texts.offsets[row] : texts.offsets[row + 1]])
        keys[row] = int.from_bytes(digest.digest(), "little")
    return keys
