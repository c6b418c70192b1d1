"""Names of stories: what they are about, in the articles' own words."""

from dedup.stories.labels.lexicon import Lexicon
from dedup.stories.labels.naming import StoryLabel, label_stories

__all__ = ["Lexicon", "StoryLabel", "label_stories"]
