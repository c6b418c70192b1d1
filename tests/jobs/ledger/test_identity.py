"""Ids over the generations: who keeps one, who is redirected, who gets a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from dedup.stories.identity import group_id
from jobs.ledger.identity import Lineage, continue_ids


def named(
    groups: Sequence[Sequence[str]],
    before: Mapping[str, str] | None = None,
    *,
    ages: Mapping[str, int] | None = None,
    spent: frozenset[str] = frozenset(),
) -> Lineage:
    before = before or {}
    all_ages = dict.fromkeys(before.values(), 1) | dict(ages or {})
    return continue_ids(
        groups, before, lambda ids: {id_: all_ages[id_] for id_ in ids}, "story", spent.__contains__
    )


def test_first_groups_are_named_after_their_earliest_article() -> None:
    assert named([["b", "a"], ["c"]]).ids == [group_id("b", "story"), group_id("c", "story")]


def test_a_group_keeps_its_id_when_an_earlier_article_joins_it() -> None:
    assert named([["older", "a", "b"]], {"a": "x", "b": "x"}).ids == ["x"]


def test_of_two_groups_that_became_one_the_larger_gives_the_id_and_the_other_is_redirected() -> None:
    found = named([["a", "b", "c"]], {"a": "x", "b": "y", "c": "y"})
    assert found.ids == ["y"]
    assert found.redirects == {"x": "y"}
    assert not found.ended


def test_of_equal_shares_the_older_id_lives_on() -> None:
    assert named([["a", "b"]], {"a": "x", "b": "y"}, ages={"x": 2, "y": 1}).ids == ["y"]
    assert named([["a", "b"]], {"a": "y", "b": "x"}).ids == ["x"]


def test_the_largest_part_of_a_split_group_keeps_its_id_and_the_others_get_new_ones() -> None:
    found = named([["a"], ["b", "c"]], {"a": "x", "b": "x", "c": "x"})
    assert found.ids == [group_id("a", "story"), "x"]
    assert found.split == {group_id("a", "story"): "x"}
    assert not found.redirects


def test_equal_parts_leave_the_id_with_the_earlier_one() -> None:
    assert named([["a"], ["b"]], {"a": "x", "b": "x"}).ids[0] == "x"


def test_an_id_without_articles_ends() -> None:
    assert named([["a"]], {"a": "x", "gone": "y"}).ended == ["y"]


def test_a_published_id_is_not_given_to_another_group() -> None:
    spent = frozenset({group_id("a", "story"), group_id("a\x002", "story")})
    (name,) = named([["a"]], spent=spent).ids
    assert name not in spent
    assert named([["a"]], spent=spent).ids == [name]


def test_a_part_that_leaves_does_not_take_the_id_made_from_its_earliest_article() -> None:
    own = group_id("a", "story")
    found = named([["a"], ["b", "c"]], {"a": own, "b": own, "c": own})
    assert found.ids[1] == own
    assert found.ids[0] != own


partitions = st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 4), min_size=1)


@given(partitions, partitions, st.permutations("vwxyz"))
def test_every_old_id_goes_on_is_redirected_or_ends(
    old: dict[str, int], new: dict[str, int], names: list[str]
) -> None:
    before = {article: names[group] for article, group in old.items()}
    groups = [sorted(a for a in new if new[a] == group) for group in sorted(set(new.values()))]
    found = named(sorted(groups), before)
    assert len(set(found.ids)) == len(groups)
    for name in set(before.values()):
        places = (name in found.ids) + (name in found.redirects) + (name in found.ended)
        assert places == 1
    assert set(found.redirects.values()) <= set(found.ids)
    assert {name for name in found.ids if name not in before.values()} >= set(found.split)


@given(partitions)
def test_the_same_groups_keep_their_ids(old: dict[str, int]) -> None:
    before = {article: f"id-{group}" for article, group in old.items()}
    groups = sorted(sorted(a for a in old if old[a] == group) for group in set(old.values()))
    found = named(groups, before)
    assert found.ids == [before[group[0]] for group in groups]
    assert found.redirects == found.split == {}
    assert found.ended == []
