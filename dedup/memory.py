"""What runs computed, kept by content, so that a run over nearly the same articles computes what is new."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from dedup.model import part_of
from dedup.stories.cosines import Cosines
from dedup.stories.grouping import KnownPairs
from dedup.stories.labels.drafts import Drafts, join_drafts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Memory:
    """Similar pairs of articles and of events, and drafts of labels.

    Everything is kept under digests of what it was computed from, so that a memory of other articles, another
    model or other settings does no harm, and no good.

    Attributes
    ----------
    pairs : KnownPairs
    drafts : dict of str to ndarray
        As `dedup.stories.labels.drafts.Drafts` gives them.
    """

    pairs: KnownPairs
    drafts: dict[str, NDArray[Any]]

    @classmethod
    def none(cls) -> Memory:
        """Begin without any."""
        return cls(KnownPairs(Cosines.none(), Cosines.none()), Drafts.none().added())

    @classmethod
    def join(cls, parts: Iterable[Memory]) -> Memory:
        """Put together what runs added, the earliest first.

        What the latest run did not meet is dropped from the pairs, and stays among the drafts; a run's
        `Analysis.memory` holds only what it used.
        """
        every = list(parts)
        return cls(
            KnownPairs(
                reduce(Cosines.then, (part.pairs.events for part in every), Cosines.none()),
                reduce(Cosines.then, (part.pairs.stories for part in every), Cosines.none()),
            ),
            join_drafts([part.drafts for part in every]),
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give the memory as arrays of numbers with one axis."""
        parts = {
            "events": self.pairs.events.to_arrays(),
            "stories": self.pairs.stories.to_arrays(),
            "drafts": self.drafts,
        }
        return {f"{part}.{name}": values for part, held in parts.items() for name, values in held.items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Memory:
        """Take what `to_arrays` gave."""
        events, stories = (Cosines.from_arrays(part_of(arrays, part)) for part in ("events", "stories"))
        return cls(KnownPairs(events, stories), part_of(arrays, "drafts"))
