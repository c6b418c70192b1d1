"""Near-duplicate detection and story grouping for news: arrays and records in, arrays and records out.

Nothing here prints, exits, reads the clock or the environment; `jobs` does.  The names below load their modules
when they are first used, so that a command that needs no engine starts at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedup.analysis import Analysis, analyse
    from dedup.article import Article
    from dedup.corpus import Corpus
    from dedup.duplicates import Duplicates, find_duplicates
    from dedup.settings import Settings
    from dedup.stories import Stories, find_stories
    from dedup.stories.estimator import SparseAgglomerativeClustering
    from dedup.stories.labels import StoryLabel, label_stories
    from dedup.text.boilerplate import Boilerplate, remove_boilerplate

_HOMES = {
    "Analysis": "dedup.analysis",
    "Article": "dedup.article",
    "Boilerplate": "dedup.text.boilerplate",
    "Corpus": "dedup.corpus",
    "Duplicates": "dedup.duplicates",
    "Settings": "dedup.settings",
    "SparseAgglomerativeClustering": "dedup.stories.estimator",
    "Stories": "dedup.stories",
    "StoryLabel": "dedup.stories.labels",
    "analyse": "dedup.analysis",
    "find_duplicates": "dedup.duplicates",
    "find_stories": "dedup.stories",
    "label_stories": "dedup.stories.labels",
    "remove_boilerplate": "dedup.text.boilerplate",
}

__all__ = [
    "Analysis",
    "Article",
    "Boilerplate",
    "Corpus",
    "Duplicates",
    "Settings",
    "SparseAgglomerativeClustering",
    "Stories",
    "StoryLabel",
    "analyse",
    "find_duplicates",
    "find_stories",
    "label_stories",
    "remove_boilerplate",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
