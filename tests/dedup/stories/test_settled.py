from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from dedup.settings import StorySettings
from dedup.stories import find_stories
from dedup.stories.settled import SettledEvents, _sums, event_sums
from tests.dedup.newsroom import corpus


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 40), st.integers(1, 30))
def test_rows_of_a_group_are_added_up(seed, rows, columns):
    generator = np.random.default_rng(seed)
    dense = (generator.random((rows, columns)) * (generator.random((rows, columns)) < 0.4)).astype(np.float32)
    groups = generator.integers(0, 7, rows)
    sums = _sums(sparse.csr_array(dense), groups, 7)
    expected = np.zeros((7, columns))
    for row, group in enumerate(groups):
        expected[group] += dense[row]
    assert np.array_equal(sums.toarray(), expected)
    assert sums.has_canonical_format
    assert (sums.data != 0).all()


def test_the_sums_of_events_come_in_the_order_asked_for():
    articles = corpus(range(60))
    stories = find_stories(articles, np.arange(60), StorySettings())
    both = event_sums(stories, np.array([3, 1]))
    assert len(both) == 2
    for place, event in enumerate((3, 1)):
        one = event_sums(stories, np.array([event]))
        for name, values in both.take(np.array([place])).to_arrays().items():
            assert np.array_equal(values, one.to_arrays()[name])
        texts = np.flatnonzero(stories.event[stories.vectors.rows] == event)
        dense = stories.vectors.matrix[texts].astype(np.float64).sum(axis=0)
        assert np.allclose(one.sums, dense[dense > 0])


def test_settled_events_are_joined_and_taken_apart():
    stories = find_stories(corpus(range(60)), np.arange(60), StorySettings())
    whole = event_sums(stories, np.arange(5))
    parts = [event_sums(stories, np.array([event])) for event in range(5)]
    joined = SettledEvents.join(*(SettledEvents.from_arrays(part.to_arrays()) for part in parts))
    for name, values in joined.to_arrays().items():
        assert np.array_equal(values, whole.to_arrays()[name])
    assert len(SettledEvents.join()) == 0
