"""Weights of a story's units: what it is about, and what sets it apart.

The weight of a unit is its relevance, how many of the story's articles have it in the headline and how often
in the opening, times its informativeness, the logarithm of how rare it is in the rest of the corpus blended
with general usage, so that small batches are safe.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedup.stories.background import Background
    from dedup.stories.labels.lexicon import Lexicon
    from dedup.stories.labels.units import Key, Reading, Unit

#: Weight of the general usage of a word against the corpus's own, in articles.
_PRIOR_ARTICLES = 200
#: Share of a unit's relevance that the headlines decide.
_HEADLINE_SHARE = 0.6
#: Mentions in an opening at which it counts half.
_HALF_TOLD = 2.5
#: A name says more than a word that is as rare.
_NAME_BONUS = 1.4
#: Rarity counts less among names, "Russia" names a story as well as a rarer name: its power, and the typical
#: rarity that keeps its worth.
_NAME_DAMPING = 0.6
_NAME_RARITY = 7.0
#: What a place loses at most: it says where, seldom what.
_PLACE_LOSS = 0.5
#: Mentions count half as much in twice the text: characters of an opening to which the number above applies.
_TOLD_CHARACTERS = 700
#: Texts without headlines tell who acts by the subjects of their sentences: share of its mentions from which
#: a name that opens sentences is an actor, and what that is worth.
_ACTOR_SHARE = 0.1
_ACTOR_BONUS = 1.3
#: A name that follows a preposition of place this often is a place and nothing else.
_PLACE_SHARE = 0.35


def weigh(
    readings: Sequence[Reading], units: Mapping[Key, Unit], lexicon: Lexicon, words: Background
) -> dict[Key, float]:
    """Weigh every unit of a story.

    Parameters
    ----------
    readings : sequence of Reading, length n
    units : mapping
        The units of `readings` by key.
    lexicon : Lexicon
        What the corpus says of its words.
    words : Background
        What the language says of them.

    Returns
    -------
    dict
        Weight by key, in nats times relevance; 0 and more.
    """
    relevance: defaultdict[Key, float] = defaultdict(float)
    holding: Counter[str] = Counter()
    for reading in readings:
        head = {piece.key for piece in reading.pieces if piece.key}
        share = _HEADLINE_SHARE if head else 0.0
        half = _HALF_TOLD * max(len(reading.body) / _TOLD_CHARACTERS, 1.0)
        for key in head:
            relevance[key] += share
        for key, count in reading.opening.items():
            relevance[key] += (1.0 - share) * count / (count + half)
        holding.update({word for key in head | set(reading.opening) for word in key})
    tells_actors = len(readings) > 1 and not any(reading.pieces for reading in readings)
    weights = {}
    for key, unit in units.items():
        if key not in relevance:
            weights[key] = 0.0
            continue
        rarity = max(_rarity(word, holding[word], len(readings), lexicon, words) for word in key)
        factor = 1.0
        if unit.is_name:
            factor, rarity = _NAME_BONUS, _NAME_RARITY * (rarity / _NAME_RARITY) ** _NAME_DAMPING
            if tells_actors and _acts(key, unit, readings):
                factor *= _ACTOR_BONUS
            else:
                factor *= 1.0 - _PLACE_LOSS * min(unit.located / _PLACE_SHARE, 1.0)
        weights[key] = factor * rarity * relevance[key] / len(readings)
    return weights


def _acts(key: Key, unit: Unit, readings: Sequence[Reading]) -> bool:
    """Tell whether every article has a name and sentences begin with it: it acts, it is no mere place."""
    told = [reading.opening[key] for reading in readings]
    return all(told) and unit.subjects.total() >= _ACTOR_SHARE * sum(told)


def _rarity(word: str, holding: int, articles: int, lexicon: Lexicon, words: Background) -> float:
    """Give the negative logarithm of the probability that an article outside the story holds `word`."""
    others = max(lexicon.articles - articles, 0) + _PRIOR_ARTICLES
    expected = max(lexicon.documents[word] - holding, 0) + _PRIOR_ARTICLES * words.probability(word)
    return math.log(others / min(expected + 0.5, others))
