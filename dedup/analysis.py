"""All stages, one after another, over a corpus in memory."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup.duplicates import Duplicates, find_duplicates
from dedup.settings import Settings
from dedup.stories import Stories, find_stories
from dedup.stories.closeness import closeness
from dedup.stories.labels import Lexicon, StoryLabel, label_stories
from dedup.text.boilerplate import Boilerplate, remove_boilerplate

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from dedup.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the stages found in one corpus.

    Attributes
    ----------
    corpus : Corpus
        The articles with boilerplate removed.
    boilerplate : Boilerplate
        What was removed, and the articles as they came.
    duplicates : Duplicates
    stories : Stories
    story_labels, event_labels : list of StoryLabel
        By story and event number.
    """

    corpus: Corpus
    boilerplate: Boilerplate
    duplicates: Duplicates
    stories: Stories
    story_labels: list[StoryLabel]
    event_labels: list[StoryLabel]


def analyse(
    corpus: Corpus,
    settings: Settings | None = None,
    *,
    n_jobs: int = 1,
    watch: Callable[[str], AbstractContextManager[object]] = nullcontext,
) -> Analysis:
    """Clean, find copies, group into events and stories, and name them.

    Parameters
    ----------
    corpus : Corpus
        Articles as they were read.
    settings : Settings, optional
        The defaults where absent.
    n_jobs : int, default 1
        Threads of each stage; the result does not depend on it.
    watch : callable, optional
        Called with the name of each stage; the context it gives is open while the stage works.

    Examples
    --------
    >>> from dedup import Article, Corpus, analyse
    >>> texts = {"a": "The ferry to Halden turned back.", "b": "Rice prices fell for a third week."}
    >>> corpus = Corpus.from_articles(Article(id=name, text=text) for name, text in texts.items())
    >>> analyse(corpus).stories.story
    array([0, 1])
    """
    settings = settings or Settings()
    with watch("removing boilerplate"):
        boilerplate = remove_boilerplate(corpus, settings.boilerplate, n_jobs=n_jobs)
    cleaned = boilerplate.corpus
    with watch("finding copies"):
        duplicates = find_duplicates(cleaned, settings.duplicates, n_jobs=n_jobs)
    with watch("grouping stories"):
        stories = find_stories(cleaned, duplicates.original, settings.stories, n_jobs=n_jobs)
    with watch("naming stories"):
        lexicon = Lexicon.from_corpus(cleaned, settings.labels)
        story_labels, event_labels = (
            label_stories(
                cleaned,
                groups,
                duplicates.original,
                settings.labels,
                lexicon=lexicon,
                closeness=closeness(stories.vectors.matrix, stories.vector_of, groups),
                n_jobs=n_jobs,
            )
            for groups in (stories.story, stories.event)
        )
    return Analysis(cleaned, boilerplate, duplicates, stories, story_labels, event_labels)
