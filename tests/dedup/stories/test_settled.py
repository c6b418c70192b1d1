from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from dedup.settings import StorySettings
from dedup.stories import find_stories
from dedup.stories.rows import content_digests
from dedup.stories.settled import SettledEvents, _sums, event_sums, sums_of
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
        assert same(SettledEvents.gather([both], np.zeros(1, np.int64), np.array([place])), one)
        texts = np.flatnonzero(stories.event[stories.vectors.rows] == event)
        dense = stories.vectors.matrix[texts].astype(np.float64).sum(axis=0)
        assert np.allclose(one.sums, dense[dense > 0])
        assert np.array_equal(one.hashes, stories.vectors.hashes[dense > 0])


def test_settled_events_of_several_parts_are_gathered_in_any_order():
    stories = find_stories(corpus(range(60)), np.arange(60), StorySettings())
    parts = [
        SettledEvents.from_arrays(event_sums(stories, np.array(events, np.int64)).to_arrays())
        for events in ([4, 0], [2], [], [3, 1])
    ]
    wanted = event_sums(stories, np.array([1, 2, 0, 3, 4]))
    assert same(SettledEvents.gather(parts, np.array([3, 1, 0, 3, 0]), np.array([1, 0, 1, 0, 0])), wanted)
    assert len(SettledEvents.none()) == 0
    assert same(SettledEvents.gather([], np.zeros(0, np.int64), np.zeros(0, np.int64)), SettledEvents.none())


def test_an_event_has_the_same_row_open_and_settled():
    stories = find_stories(corpus(range(60)), np.arange(60), StorySettings())
    count = len(stories.event_story)
    settled = event_sums(stories, np.arange(count))
    groups = stories.event[stories.vectors.rows]
    sums, hashes = sums_of(stories.vectors, groups, settled)
    assert np.array_equal(hashes, stories.vectors.hashes)
    assert (sums[:count] != sums[count:]).nnz == 0
    assert np.array_equal(content_digests(sums[:count], hashes), content_digests(sums[count:], hashes))


def same(one: SettledEvents, other: SettledEvents) -> bool:
    arrays = other.to_arrays()
    return all(
        values.dtype == arrays[name].dtype and np.array_equal(values, arrays[name])
        for name, values in one.to_arrays().items()
    )
