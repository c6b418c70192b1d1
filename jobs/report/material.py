"""What the numbers and the lists of an audit are made from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from jobs.report.figures.copying import Copies, list_copies
from jobs.report.figures.notes import Outlets
from jobs.report.figures.reduction import count_words
from jobs.run import workers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.analysis import Analysis
    from dedup.corpus import Corpus
    from jobs.readers import Places
    from jobs.run import Findings


class Material:
    """One pass over the inputs, and what several sections and lists need of it, made once.

    Parameters
    ----------
    found : Findings
    places : Places
        Where each article stood.
    """

    def __init__(self, found: Findings, places: Places) -> None:
        self.found = found
        self.places = places

    @property
    def analysis(self) -> Analysis:
        """What the stages found."""
        return self.found.analysis

    @property
    def corpus(self) -> Corpus:
        """The articles without boilerplate."""
        return self.found.analysis.corpus

    @property
    def n_jobs(self) -> int:
        """Threads."""
        return workers(self.found.settings)

    @cached_property
    def outlets(self) -> Outlets:
        """Outlets by number."""
        return Outlets(self.corpus)

    @cached_property
    def day_only(self) -> NDArray[np.bool_]:
        """Whether the date of each article told a day and no time."""
        return np.array([self.places.by_id[name].day_only for name in self.corpus.ids], np.bool_)

    @cached_property
    def copies(self) -> Copies:
        """Every copy beside its original."""
        return list_copies(self.analysis, self.outlets, self.day_only)

    @cached_property
    def languages(self) -> list[str]:
        """Language of each article, told or guessed; copies have that of their original."""
        stories = self.analysis.stories
        return [stories.vectors.languages[text] for text in stories.vector_of.tolist()]

    @cached_property
    def words(self) -> NDArray[np.int64]:
        """Words of each body as read."""
        return count_words(self.analysis.boilerplate.original.texts, n_jobs=self.n_jobs)
