"""Grouping of articles into events and stories, and names for them."""

from dedup.stories.explanation import Explanation, explain_pair
from dedup.stories.grouping import Merging, Stories, find_stories
from dedup.stories.linkage import SparseAgglomerativeClustering

__all__ = [
    "Explanation",
    "Merging",
    "SparseAgglomerativeClustering",
    "Stories",
    "explain_pair",
    "find_stories",
]
