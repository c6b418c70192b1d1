from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.duplicates.sets import HashSets

LISTS = st.lists(st.lists(st.integers(0, 9), max_size=8), min_size=1, max_size=6)


def sets_of(lists):
    offsets = np.cumsum([0, *map(len, lists)])
    return HashSets.from_lists(offsets, np.array([value for values in lists for value in values], np.uint64))


@settings(deadline=None)
@given(LISTS)
def test_sets_are_sorted_and_distinct(lists):
    sets = sets_of(lists)
    for i, values in enumerate(lists):
        assert sets.values[sets.offsets[i] : sets.offsets[i + 1]].tolist() == sorted(set(values))


@settings(deadline=None)
@given(LISTS)
def test_shared_counts_the_intersection(lists):
    sets = sets_of(lists)
    a, b = (side.ravel() for side in np.indices((len(lists), len(lists))))
    expected = [len(set(lists[i]) & set(lists[j])) for i, j in zip(a, b, strict=True)]
    assert sets.shared(a, b).tolist() == expected


@settings(deadline=None)
@given(LISTS, st.randoms())
def test_union_joins_sets_one_by_one(lists, random):
    others = [random.sample(range(10), random.randint(0, 5)) for _ in lists]
    joined = sets_of(lists).union(sets_of(others))
    for i, (one, other) in enumerate(zip(lists, others, strict=True)):
        assert joined.values[joined.offsets[i] : joined.offsets[i + 1]].tolist() == sorted({*one, *other})
