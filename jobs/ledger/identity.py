"""Which group of a run is which group of the runs before: ids live on by largest overlap.

The groups of a run are found from the articles alone.  What they are called depends on what was published
before: a group goes on under the id with which it shares most articles, so that an index which holds the id
keeps finding the same story.  Of groups that became one, the others are redirected to it; of a group that
fell apart, the part that shares most keeps the id and the others get new ones.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING

from dedup.stories.identity import group_id

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from dedup.stories.identity import Kind


@dataclass(frozen=True, slots=True)
class Lineage:
    """The names of the groups of one run.

    Attributes
    ----------
    ids : list of str
        By group number.
    redirects : dict of str to str
        Ids that ended because their group went into another, each with the id it goes on under.
    ended : list of str
        Ids that ended because no article of theirs is in any group, ascending.
    split : dict of str to str
        New ids, each with the id from which most of its articles came.
    """

    ids: list[str]
    redirects: dict[str, str]
    ended: list[str]
    split: dict[str, str]


def continue_ids(
    groups: Sequence[Sequence[str]],
    before: Mapping[str, str],
    ages: Callable[[Collection[str]], Mapping[str, int]],
    kind: Kind,
    is_spent: Callable[[str], bool],
) -> Lineage:
    """Name the groups of a run after those of the runs before.

    Parameters
    ----------
    groups : sequence of sequences of str
        The articles of each group, its earliest first; groups in the order of their earliest articles.  An
        article is in one group.
    before : mapping of str to str
        The id of the group in which each article was, where it was in one.  It holds all articles of every
        group it names.
    ages : callable
        Says when each of some ids that `before` names was first published: its generation.
    kind : {"dup", "event", "story"}
        What new ids begin with.
    is_spent : callable
        Tells whether a new id cannot be given, because it was published for another group.

    Returns
    -------
    Lineage

    Notes
    -----
    Pairs of an old and a new group are taken greedily, the largest overlap first; between equals the older id,
    then the smaller id, then the earlier group.  So the answer depends on nothing but the arguments.

    Examples
    --------
    >>> found = continue_ids([["a", "b", "c"], ["d"]], {"b": "x", "c": "y", "a": "x"},
    ...                      lambda ids: dict.fromkeys(ids, 1), "story", lambda name: False)
    >>> found.ids[0], found.redirects
    ('x', {'y': 'x'})
    """
    flat = chain.from_iterable(groups)
    numbers = chain.from_iterable(map(repeat, range(len(groups)), map(len, groups)))
    overlap = Counter(
        (old, number) for old, number in zip(map(before.get, flat), numbers, strict=True) if old is not None
    )
    sizes = Counter(before.values())
    # Most groups are what they were, and nothing can come between them and their ids.
    same = {
        number: old
        for (old, number), shared in overlap.items()
        if shared == sizes[old] == len(groups[number])
    }
    others = [pair for pair in overlap if pair[1] not in same]
    age = ages({old for old, _ in others})
    kept, heir, parent = _match(sorted(others, key=lambda pair: (-overlap[pair], age[pair[0]], pair)))
    kept |= same
    given = set(kept.values())
    ids = [
        kept[number] if number in kept else _new_id(articles, kind, given, is_spent)
        for number, articles in enumerate(groups)
    ]
    carried = set(kept.values())
    return Lineage(
        ids=ids,
        redirects={old: ids[number] for old, number in sorted(heir.items()) if old not in carried},
        ended=sorted(sizes.keys() - heir.keys() - set(same.values())),
        split={ids[number]: old for number, old in sorted(parent.items()) if number not in kept},
    )


def _match(ranked: list[tuple[str, int]]) -> tuple[dict[int, str], dict[str, int], dict[int, str]]:
    """Give the id that each group keeps, the group most like each old id, and the old id most like each group."""
    kept: dict[int, str] = {}
    heir: dict[str, int] = {}
    parent: dict[int, str] = {}
    carried: set[str] = set()
    for old, number in ranked:
        heir.setdefault(old, number)
        parent.setdefault(number, old)
        if old not in carried and number not in kept:
            kept[number] = old
            carried.add(old)
    return kept, heir, parent


def _new_id(articles: Sequence[str], kind: Kind, given: set[str], is_spent: Callable[[str], bool]) -> str:
    """Make an id from the earliest article; where it is taken, from that and the first free number."""
    name, number = group_id(articles[0], kind), 1
    while name in given or is_spent(name):
        number += 1
        name = group_id(f"{articles[0]}\0{number}", kind)
    given.add(name)
    return name
