"""All stages, one after another, over a corpus in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup.duplicates import Duplicates, find_duplicates
from dedup.stories import Stories, find_stories
from dedup.stories.labels import StoryLabel, label_stories
from dedup.stories.names import Lexicon
from dedup.text.boilerplate import Boilerplate, remove_boilerplate

if TYPE_CHECKING:
    from dedup.corpus import Corpus
    from dedup.settings import Settings
    from jobs.stages import StageLog


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the stages found in one corpus.

    Attributes
    ----------
    corpus : Corpus
        The articles with boilerplate removed.
    """

    corpus: Corpus
    boilerplate: Boilerplate
    duplicates: Duplicates
    stories: Stories
    story_labels: list[StoryLabel]
    event_labels: list[StoryLabel]


def analyse(corpus: Corpus, settings: Settings, *, n_jobs: int, log: StageLog) -> Analysis:
    """Clean, find copies, group into events and stories, and name them.

    Parameters
    ----------
    corpus : Corpus
        Articles as they were read.
    n_jobs : int
        Workers of each stage; the result does not depend on it.
    """
    total = len(corpus)
    with log.stage("removing boilerplate", total=total):
        boilerplate = remove_boilerplate(corpus, settings.boilerplate, n_jobs=n_jobs)
    cleaned = boilerplate.corpus
    with log.stage("finding copies", total=total):
        duplicates = find_duplicates(cleaned, settings.duplicates, n_jobs=n_jobs)
    with log.stage("grouping stories", total=total):
        stories = find_stories(cleaned, duplicates.original, settings.stories, n_jobs=n_jobs)
    with log.stage("naming stories", total=total):
        lexicon = Lexicon.from_corpus(cleaned, settings.labels)
        story_labels, event_labels = (
            label_stories(cleaned, groups, duplicates.original, settings.labels, lexicon=lexicon)
            for groups in (stories.story, stories.event)
        )
    return Analysis(cleaned, boilerplate, duplicates, stories, story_labels, event_labels)
