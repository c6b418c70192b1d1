"""What the corpus is about."""

from __future__ import annotations

from jobs.report.records.basic import ArticleNote, Count, Figures, SizeClass, Strip


class EventNote(Figures, frozen=True, kw_only=True):
    """An event inside a story; `representative` is the article that tells it best."""

    event_id: str
    label: str
    articles: int
    first_published: str | None
    representative: ArticleNote


class StoryNote(Figures, frozen=True, kw_only=True):
    """One story.

    Attributes
    ----------
    label_en : str or None
        The label in English where every part of it can be mapped.
    outlets : list of Count
        Articles by outlet, most first; capped, `outlets_in_all` counts all with a name.
    cohesion : float or None
        Mean cosine of all pairs of its distinct texts; None for a story of one text.
    usual_cohesion : float or None
        What stories with as many texts have, by a line through all of them: larger ones are looser.  None for few
        texts.
    weakest_merge : float or None
        The least similarity at which any two parts of it were put together; `StoryFigures.story_similarity`
        is what was asked.  None for a story of one event.
    events : list of EventNote
        The largest ones in order of time; capped, `events_in_all` counts all.
    representative, first_mover : ArticleNote
        The article that tells the story best, and the earliest.
    farthest : list of ArticleNote
        Articles that stand farthest from the middle of the story, the farthest first; only in
        `StoryFigures.least_coherent`.
    """

    story_id: str
    label: str
    label_en: str | None
    keywords: list[str]
    articles: int
    distinct_texts: int
    outlets: list[Count]
    outlets_in_all: int
    first_published: str | None
    last_published: str | None
    strip: Strip | None
    cohesion: float | None
    usual_cohesion: float | None
    weakest_merge: float | None
    events: list[EventNote]
    events_in_all: int
    representative: ArticleNote
    first_mover: ArticleNote
    farthest: list[ArticleNote]


class CutFigures(Figures, frozen=True, kw_only=True):
    """What the corpus falls into at one cut.

    Attributes
    ----------
    cut : float
        Value of the setting.
    groups, of_several, largest : int
        Groups, groups of several articles, and articles of the largest.
    chosen : bool
        Whether it is the cut of this audit.
    warning : str
        Empty, or why not to take it.
    """

    cut: float
    groups: int
    of_several: int
    largest: int
    chosen: bool
    warning: str


class StoryFigures(Figures, frozen=True, kw_only=True):
    """What the corpus is about.

    Attributes
    ----------
    events, stories, stories_of_several, largest_story : int
    articles_in_several : int
        Articles that share their story with another.
    sizes : list of SizeClass
        Stories by articles.
    largest : list of StoryNote
        Most distinct texts first.
    event_cuts, story_cuts : list of CutFigures
        Ascending; events at the cuts of `stories.event_cut`, stories at those of `stories.story_cut`.
    event_similarity, story_similarity : float
        The least mean similarity at which parts were put together; the settings' cuts moved by the length of
        the texts.
    median_cohesion : float or None
        Of stories of several texts.
    least_coherent : list of StoryNote
        Stories of several texts with the lowest cohesion for their size first: where two things may have been put
        together.
    least_coherent_texts : int
        Fewest distinct texts a story of that list has.
    """

    events: int
    stories: int
    stories_of_several: int
    largest_story: int
    articles_in_several: int
    sizes: list[SizeClass]
    largest: list[StoryNote]
    event_cuts: list[CutFigures]
    story_cuts: list[CutFigures]
    event_similarity: float
    story_similarity: float
    median_cohesion: float | None
    least_coherent: list[StoryNote]
    least_coherent_texts: int
