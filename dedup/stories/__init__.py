"""Grouping of articles into events and stories, and names for them."""

from dedup.stories.grouping import Merging, Stories, find_stories
from dedup.stories.linkage import SparseAgglomerativeClustering

__all__ = ["Merging", "SparseAgglomerativeClustering", "Stories", "find_stories"]
