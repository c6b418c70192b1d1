"""Near-duplicates: shingles, signatures, bands, comparison, verdicts, groups."""

from dedup.duplicates.detection import Duplicates, find_duplicates
from dedup.duplicates.pairs import Pairs
from dedup.duplicates.rule import RELATIONS, Reason

__all__ = ["RELATIONS", "Duplicates", "Pairs", "Reason", "find_duplicates"]
