"""What is estimated from a corpus, to be pinned between runs over a corpus that grows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.stories.days import DayStatistics
from dedup.stories.labels.lexicon import Lexicon
from dedup.stories.statistics import TermStatistics
from dedup.text.repeats import SiteLines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Model:
    """Everything in which the result for one article depends on the rest of the corpus, comparisons apart.

    A run with the model of an earlier one weighs every article as that one did, so that what it computed for
    an article, a pair or a story holds good.

    Attributes
    ----------
    lines : SiteLines
        The lines that each outlet repeats.
    languages : frozenset of str
        The common languages, among which short texts are guessed.
    terms : TermStatistics
        Term frequencies by language, and the median length, which moves the cuts.
    days : DayStatistics
        How many articles each day had.
    lexicon : Lexicon
        What labels need to know of words.
    """

    lines: SiteLines
    languages: frozenset[str]
    terms: TermStatistics
    days: DayStatistics
    lexicon: Lexicon

    @cached_property
    def digest(self) -> str:
        """BLAKE2b of the arrays, 32 hexadecimal digits."""
        digest = hashlib.blake2b(digest_size=16)
        for name, values in sorted(self.to_arrays().items()):
            digest.update(f"{name}:{values.dtype.str}:{len(values)}:".encode())
            digest.update(np.ascontiguousarray(values).data)
        return digest.hexdigest()

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give the model as arrays of numbers with one axis, texts as UTF-8 bytes."""
        common = np.frombuffer(json.dumps(sorted(self.languages)).encode(), np.uint8)
        parts = {
            "lines": self.lines.to_arrays(),
            "terms": self.terms.to_arrays(),
            "days": self.days.to_arrays(),
            "lexicon": self.lexicon.to_arrays(),
        }
        arrays = {f"{part}.{name}": values for part, held in parts.items() for name, values in held.items()}
        return {"languages": common, **arrays}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Model:
        """Take what `to_arrays` gave."""
        return cls(
            SiteLines.from_arrays(part_of(arrays, "lines")),
            frozenset(json.loads(arrays["languages"].tobytes())),
            TermStatistics.from_arrays(part_of(arrays, "terms")),
            DayStatistics.from_arrays(part_of(arrays, "days")),
            Lexicon.from_arrays(part_of(arrays, "lexicon")),
        )


def part_of(arrays: Mapping[str, NDArray[Any]], part: str) -> dict[str, NDArray[Any]]:
    """Give the arrays whose names begin with `part` and a dot, without it."""
    return {
        name.removeprefix(f"{part}."): values
        for name, values in arrays.items()
        if name.startswith(f"{part}.")
    }
