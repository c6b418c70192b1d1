"""All stages, one after another, over a corpus in memory."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dedup.duplicates import Duplicates, find_duplicates
from dedup.memory import Memory
from dedup.model import Model
from dedup.settings import Settings
from dedup.stories import Stories, find_stories
from dedup.stories.closeness import closeness
from dedup.stories.grouping import KnownPairs
from dedup.stories.labels import Lexicon, StoryLabel, label_stories
from dedup.stories.labels.drafts import Drafts, KeptDrafts, article_keys
from dedup.text.boilerplate import Boilerplate, remove_boilerplate
from dedup.text.language import find_languages
from dedup.text.repeats import SiteLines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from dedup.corpus import Corpus
    from dedup.stories.settled import SettledEvents

    Watch = Callable[[str], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the stages found in cleaned articles.

    Attributes
    ----------
    corpus : Corpus
        The articles with boilerplate removed.
    duplicates : Duplicates
    stories : Stories
    story_labels, event_labels : list of StoryLabel
        By story and event number; stories of settled events alone have none.
    languages : list of str
        Of each article, told or guessed.
    model : Model
        What the articles were weighed by: as given, or estimated from them.
    memory, memory_added : Memory or None
        What later runs over these articles may look up, all of it and what this run put to what it was given;
        None where no memory was given.
    """

    corpus: Corpus
    duplicates: Duplicates
    stories: Stories
    story_labels: list[StoryLabel]
    event_labels: list[StoryLabel]
    languages: list[str]
    model: Model
    memory: Memory | None
    memory_added: Memory | None


@dataclass(frozen=True, slots=True)
class Analysis(Findings):
    """What the stages found in articles as they were read.

    Attributes
    ----------
    boilerplate : Boilerplate
        What was removed, and the articles as they came.
    """

    boilerplate: Boilerplate


def analyse(
    corpus: Corpus,
    settings: Settings | None = None,
    *,
    n_jobs: int = 1,
    watch: Watch = nullcontext,
    model: Model | None = None,
    memory: Memory | None = None,
    settled: SettledEvents | None = None,
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
    model, memory, settled
        Of earlier runs, as for `analyse_cleaned`.

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
        known = None if model is None else model.lines
        boilerplate = remove_boilerplate(corpus, settings.boilerplate, known=known, n_jobs=n_jobs)
    found = analyse_cleaned(
        boilerplate.corpus,
        settings,
        n_jobs=n_jobs,
        watch=watch,
        model=model,
        memory=memory,
        settled=settled,
    )
    columns = {name: getattr(found, name) for name in Findings.__slots__}
    columns["model"] = replace(found.model, lines=boilerplate.site_lines)
    return Analysis(**columns, boilerplate=boilerplate)


def analyse_cleaned(
    corpus: Corpus,
    settings: Settings,
    *,
    n_jobs: int = 1,
    watch: Watch = nullcontext,
    model: Model | None = None,
    memory: Memory | None = None,
    settled: SettledEvents | None = None,
) -> Findings:
    """Find copies in cleaned articles, group them into events and stories, and name them.

    Parameters
    ----------
    corpus : Corpus
        `n` articles without boilerplate.
    settings : Settings
    n_jobs : int, default 1
        Threads of each stage; the result does not depend on it.
    watch : callable, optional
        Called with the name of each stage; the context it gives is open while the stage works.
    model : Model, optional
        What to weigh the articles by, as an earlier run estimated it; estimated from `corpus` where absent.
    memory : Memory, optional
        What earlier runs computed.  Nothing in the result but `memory` and `memory_added` depends on it.  Where
        absent nothing is kept either; a first run that shall be remembered is given ``Memory.none()``.
    settled : SettledEvents, optional
        Events of articles that are not in `corpus`, whose stories go on (`Stories.settled_story`).
    """
    with watch("finding copies"):
        duplicates = find_duplicates(corpus, settings.duplicates, n_jobs=n_jobs)
    with watch("grouping stories"):
        languages, common = find_languages(corpus, common=model.languages if model else None, n_jobs=n_jobs)
        stories = find_stories(
            corpus,
            duplicates.original,
            settings.stories,
            languages=languages,
            terms=model.terms if model else None,
            days=model.days if model else None,
            known=memory.pairs if memory else None,
            settled=settled,
            n_jobs=n_jobs,
        )
    with watch("naming stories"):
        lexicon = (
            model.lexicon if model else Lexicon.from_corpus(corpus, settings.labels, languages=languages)
        )
        drafts = _drafts(corpus, settings, languages, lexicon, memory)
        story_labels, event_labels = (
            label_stories(
                corpus,
                groups,
                duplicates.original,
                settings.labels,
                lexicon=lexicon,
                languages=languages,
                closeness=closeness(stories.vectors.matrix, stories.vector_of, groups),
                drafts=drafts,
                n_jobs=n_jobs,
            )
            for groups in (stories.story, stories.event)
        )
    added = memory and Memory(stories.compared, drafts.drafts.added())
    return Findings(
        corpus,
        duplicates,
        stories,
        story_labels,
        event_labels,
        languages,
        model
        or Model(
            SiteLines.none(), common, stories.vectors.statistics, stories.days, lexicon.without_openings()
        ),
        memory and added and _kept(memory, added, drafts.drafts),
        added,
    )


def _drafts(
    corpus: Corpus, settings: Settings, languages: Sequence[str], lexicon: Lexicon, memory: Memory | None
) -> KeptDrafts:
    if memory is None:
        return KeptDrafts.for_one_run(corpus)
    scope = hashlib.blake2b(lexicon.digest + settings.labels.model_dump_json().encode(), digest_size=16)
    held = memory.drafts
    return KeptDrafts(
        Drafts(held["keys"], held["bounds"], held["lines"]), article_keys(corpus, languages), scope.digest()
    )


def _kept(memory: Memory, added: Memory, drafts: Drafts) -> Memory:
    """Give all that this run used or made."""
    pairs = KnownPairs(
        memory.pairs.events.then(added.pairs.events), memory.pairs.stories.then(added.pairs.stories)
    )
    return Memory(pairs, drafts.kept())
