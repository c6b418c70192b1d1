from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.corpus import NO_DATE
from dedup.duplicates.groups import precedence, stars


def group(ranks, pairs):
    a, b, strength = np.array(pairs, float).reshape(-1, 3).T
    return stars(np.array(ranks), a.astype(np.int64), b.astype(np.int64), strength).tolist()


@st.composite
def graphs(draw):
    size = draw(st.integers(1, 12))
    ranks = draw(st.permutations(range(size)))
    every = [(a, b) for a in range(size) for b in range(a + 1, size)]
    chosen = draw(st.lists(st.sampled_from(every), unique=True)) if every else []
    strengths = draw(st.lists(st.sampled_from([0.3, 0.5, 0.9]), min_size=len(chosen), max_size=len(chosen)))
    return ranks, [(a, b, s) for (a, b), s in zip(chosen, strengths, strict=True)]


def test_the_earliest_article_is_the_original():
    assert group([2, 0, 1], [(0, 1, 0.9), (0, 2, 0.9), (1, 2, 0.9)]) == [1, 1, 1]


def test_a_chain_does_not_become_one_group():
    assert group([0, 1, 2, 3], [(0, 1, 0.9), (1, 2, 0.9), (2, 3, 0.9)]) == [0, 0, 2, 2]


def test_a_copy_of_two_originals_joins_the_one_it_resembles_more():
    assert group([0, 1, 2], [(0, 2, 0.4), (1, 2, 0.8)]) == [0, 1, 1]


def test_between_equals_the_earlier_original_wins():
    assert group([0, 1, 2], [(0, 2, 0.8), (1, 2, 0.8)]) == [0, 1, 0]


def test_without_pairs_every_article_is_its_own_original():
    assert group([1, 0], []) == [0, 1]


def test_dates_come_before_ids_and_articles_without_a_date_come_last():
    published = np.array([NO_DATE, 200, 100, 100, NO_DATE])
    assert precedence(published).tolist() == [3, 2, 0, 1, 4]


def test_a_long_chain_of_neighbours_gives_groups_no_longer_than_a_neighbourhood():
    size, reach = 10_000, 20
    a = np.repeat(np.arange(size), reach)
    b = a + np.tile(np.arange(1, reach + 1), size)
    inside = b < size
    a, b = a[inside], b[inside]
    found = stars(np.arange(size), a, b, 1 - (b - a) / 100)
    assert np.bincount(found).max() <= 2 * reach + 1


@settings(deadline=None)
@given(graphs())
def test_every_member_is_linked_to_its_original(graph):
    ranks, pairs = graph
    linked = {frozenset(pair[:2]) for pair in pairs}
    for row, original in enumerate(group(ranks, pairs)):
        assert row == original or frozenset((row, original)) in linked


@settings(deadline=None)
@given(graphs())
def test_no_two_originals_are_linked(graph):
    ranks, pairs = graph
    found = group(ranks, pairs)
    originals = {row for row, original in enumerate(found) if row == original}
    assert not any(a in originals and b in originals for a, b, _ in pairs)


@settings(deadline=None)
@given(graphs(), st.randoms())
def test_groups_depend_neither_on_the_order_of_pairs_nor_on_row_numbers(graph, random):
    ranks, pairs = graph
    expected = group(ranks, pairs)
    names = list(range(len(ranks)))
    random.shuffle(names)
    renamed_ranks = [0] * len(ranks)
    for row, name in enumerate(names):
        renamed_ranks[name] = ranks[row]
    renamed = [(names[b], names[a], s) for a, b, s in pairs]
    random.shuffle(renamed)
    found = group(renamed_ranks, renamed)
    assert [found[name] for name in names] == [names[original] for original in expected]
