"""Grouping of articles into events and stories, and names for them."""

from dedup.stories.explanation import Explanation, explain_pair
from dedup.stories.grouping import Merging, Stories, find_stories

__all__ = [
    "Explanation",
    "Merging",
    "Stories",
    "explain_pair",
    "find_stories",
]
