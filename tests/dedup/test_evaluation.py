"""Agreement scores against their definitions, computed the slow way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.evaluation import adjusted_rand, b_cubed, pairwise, v_measure

labellings = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30)


def slow_b_cubed(gold: list[int], found: list[int]) -> tuple[float, float]:
    precision = recall = 0.0
    everyone = range(len(gold))
    for one in everyone:
        group = {other for other in everyone if found[other] == found[one]}
        cls = {other for other in everyone if gold[other] == gold[one]}
        precision += len(group & cls) / len(group) / len(gold)
        recall += len(group & cls) / len(cls) / len(gold)
    return precision, recall


@given(labellings)
def test_b_cubed_is_the_mean_over_articles(pairs: list[tuple[int, int]]) -> None:
    gold, found = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    score = b_cubed(gold, found)
    assert (score.precision, score.recall) == pytest.approx(slow_b_cubed(gold, found))


@given(labellings)
def test_pairwise_counts_pairs(pairs: list[tuple[int, int]]) -> None:
    together = [
        (one[0] == other[0], one[1] == other[1]) for place, one in enumerate(pairs) for other in pairs[:place]
    ]
    both = sum(gold and found for gold, found in together)
    wanted, joined = sum(gold for gold, _ in together), sum(found for _, found in together)
    score = pairwise([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    assert score.precision == pytest.approx(both / joined if joined else 1)
    assert score.recall == pytest.approx(both / wanted if wanted else 1)


def test_the_names_of_the_groups_do_not_matter() -> None:
    assert b_cubed([1, 1, 2], ["x", "x", "y"]) == (1, 1, 1)


def test_labels_of_other_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one each per article"):
        b_cubed([1, 2], [1])


def test_chance_scores_nothing_and_equality_one() -> None:
    gold = ["a", "a", "b", "b"]
    assert adjusted_rand(gold, [1, 1, 2, 2]) == v_measure(gold, [1, 1, 2, 2]) == 1
    assert adjusted_rand(gold, [1, 2, 1, 2]) < 0
    assert v_measure(gold, [1, 2, 1, 2]) == 0
