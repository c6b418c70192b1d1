"""Copies of one text among many that are known already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.corpus import TextColumn
from dedup.duplicates.bands import LEAST_SAMPLE_SHARE, LEAST_SAMPLES
from dedup.duplicates.signatures import sign

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.settings import DuplicateSettings

#: A text is a candidate where signatures agree in half of what `candidate_jaccard` makes them agree in.
_AGREEMENT_SHARE = 0.5


class CopyIndex:
    """Signatures of many texts, held to find those that a new one may be a copy of.

    Where `candidate_pairs` looks into buckets, this compares the new signature with all: a hundredth of a
    second for 100,000, and no pair is missed because two signatures agree nowhere in a whole band.

    Parameters
    ----------
    texts : TextColumn
        `n` texts without boilerplate.
    settings : DuplicateSettings
    n_jobs : int, default 1
        Threads while it is built.
    """

    def __init__(self, texts: TextColumn, settings: DuplicateSettings, *, n_jobs: int = 1) -> None:
        self._settings = settings
        self._signatures = sign(texts, settings, n_jobs=n_jobs)
        counts = np.diff(self._signatures.sample_offsets)
        order = np.argsort(self._signatures.samples, kind="stable")
        self._samples = self._signatures.samples[order]
        self._owners = np.repeat(np.arange(len(texts), dtype=np.int32), counts)[order]
        self._sampled = counts

    def candidates(self, text: str) -> NDArray[np.int64]:
        """Give the rows of the texts that are worth an exact comparison with `text`, ascending."""
        own = sign(TextColumn.from_strings([text]), self._settings)
        if own.words[0] < self._settings.least_words:
            return np.empty(0, np.int64)
        agreeing = np.count_nonzero(self._signatures.values == own.values[0], axis=1)
        least = self._settings.candidate_jaccard * self._settings.permutations * _AGREEMENT_SHARE
        same = (self._signatures.digests == own.digests[0]).all(axis=1)
        alike = np.flatnonzero((agreeing >= least) | same)
        found = np.union1d(alike, self._sharing(np.unique(own.samples)))
        return found[self._signatures.words[found] >= self._settings.least_words]

    def _sharing(self, samples: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Give the rows that share enough of the sampled shingles."""
        starts, stops = (np.searchsorted(self._samples, samples, side) for side in ("left", "right"))
        owners = [np.unique(self._owners[a:b]) for a, b in zip(starts, stops, strict=True) if a < b]
        if not owners:
            return np.empty(0, np.int64)
        rows, shared = np.unique(np.concatenate(owners), return_counts=True)
        shorter = np.minimum(self._sampled[rows], len(samples))
        return rows[shared >= np.maximum(LEAST_SAMPLES, LEAST_SAMPLE_SHARE * shorter)].astype(np.int64)
