"""From arrays to the lines of the result files."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from dedup.corpus import NO_DATE
from dedup.stories.identity import duplicate_group_id, event_ids, story_ids
from jobs.records import Assignment, DuplicatePair, Rejected, Story, StoryEvent, TimelineDay

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dedup.corpus import Corpus
    from jobs.analysis import Analysis
    from jobs.readers import Rejections


def instant(seconds: int) -> str | None:
    """Write seconds since 1970 as ``2021-08-16T00:00:00Z``; None for `NO_DATE`."""
    if seconds == NO_DATE:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
