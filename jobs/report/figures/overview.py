"""The top of the page: numbers, and sentences made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from dedup.corpus import NO_DATE
from jobs.report.figures.notes import counted_names, period
from jobs.report.figures.strips import core_days
from jobs.report.records import Overview
from jobs.report.sentences import sentences

if TYPE_CHECKING:
    from jobs.report.material import Material
    from jobs.report.records import RejectFigures, StoryFigures


def overview(material: Material, stories: StoryFigures, rejects: RejectFigures) -> Overview:
    """Say what the corpus is."""
    corpus, duplicates = material.corpus, material.analysis.duplicates
    copies, outlets = material.copies, material.outlets
    articles = len(corpus)
    first, last = period(material.shown, slice(None))
    core = core_days(material.shown) or (None, None)
    figures = Overview(
        sentences=[],
        articles=articles,
        distinct_texts=articles - len(copies.row),
        copies=len(copies.row),
        copied_share=round(len(copies.row) / articles, 6) if articles else 0.0,
        copies_across=int(copies.across.sum()),
        copies_within=int(copies.within.sum()),
        copies_unknown=int(copies.unknown.sum()),
        duplicate_groups=len(np.unique(duplicates.original[duplicates.in_group])),
        events=stories.events,
        stories=stories.stories,
        stories_of_several=stories.stories_of_several,
        largest_story=stories.largest_story,
        outlets=len(np.unique(outlets.of[outlets.of > 0])),
        without_outlet=int((outlets.of == 0).sum()),
        first_published=first,
        last_published=last,
        core_first=core[0],
        core_last=core[1],
        undated=int((corpus.published == NO_DATE).sum()),
        dated_to_the_day=int(material.day_only.sum()),
        languages=counted_names(material.languages),
        languages_told=sum(bool(language) for language in corpus.languages),
    )
    return msgspec.structs.replace(figures, sentences=sentences(figures, stories, rejects))
