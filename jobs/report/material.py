"""What the numbers and the lists of an audit are made from."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from jobs.report.figures.coherence import Coherence
from jobs.report.figures.copying import Copies, flows_of, list_copies, outlet_figures
from jobs.report.figures.notes import Outlets
from jobs.report.figures.precedence import Firsts, firsts
from jobs.report.figures.reduction import count_words
from jobs.run import workers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.analysis import Analysis
    from dedup.corpus import Corpus
    from jobs.readers import Places
    from jobs.report.records import CopyFlow, OutletFigures
    from jobs.run import Findings

SECONDS_A_DAY = 86_400


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

    @cached_property
    def shown(self) -> Corpus:
        """The articles with dates as people are shown them: one that is a day alone begins that day in UTC.

        Such a date is held as the first second of the day in the zone of its source, which lies on the day before
        in UTC east of Greenwich.  The day that was told is the one that begins nearest to it.
        """
        days = (self.corpus.published + SECONDS_A_DAY // 2) // SECONDS_A_DAY
        return replace(
            self.corpus, published=np.where(self.day_only, days * SECONDS_A_DAY, self.corpus.published)
        )

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
    def flows_across(self) -> list[CopyFlow]:
        """Copies by pair of outlets, most first."""
        across = self.copies.take(self.copies.across)
        return flows_of(across.original_outlet, across.outlet, across, self.outlets.names)

    @cached_property
    def flows_within(self) -> list[CopyFlow]:
        """Copies within one outlet by outlet, most first."""
        within = self.copies.take(self.copies.within)
        return flows_of(within.original_outlet, within.outlet, within, self.outlets.names)

    @cached_property
    def first_with_texts(self) -> Firsts:
        """Who was first with the texts that several outlets have."""
        return firsts(self.corpus, self.outlets, self.analysis.duplicates.original, self.day_only)

    @cached_property
    def first_with_stories(self) -> Firsts:
        """Who was first with the stories that several outlets wrote about."""
        return firsts(self.corpus, self.outlets, self.analysis.stories.story, self.day_only)

    @cached_property
    def outlet_figures(self) -> list[OutletFigures]:
        """Give the numbers of each outlet."""
        return outlet_figures(self)

    @cached_property
    def coherence(self) -> Coherence:
        """How well each story hangs together."""
        return Coherence(self.analysis.stories)

    @cached_property
    def languages(self) -> list[str]:
        """Language of each article, told or guessed; copies have that of their original."""
        stories = self.analysis.stories
        return [stories.vectors.languages[text] for text in stories.vector_of.tolist()]

    @cached_property
    def words(self) -> NDArray[np.int64]:
        """Words of each body as read."""
        return count_words(self.analysis.boilerplate.original.texts, n_jobs=self.n_jobs)
