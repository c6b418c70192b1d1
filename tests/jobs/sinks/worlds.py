"""Worlds for hypothesis: articles in stories, some of them copies, with ids that want to do harm."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.jobs.sinks.histories import HOSTILE, Place, World

IDS = [*HOSTILE, "plain-1", "plain-2"]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Place a choice of articles into up to three stories; the copies of a text share a story."""
    ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=len(IDS)))
    world: World = {}
    for id_ in sorted(ids):
        originals = [other for other, place in world.items() if place.original in {None, other}]
        original = draw(st.sampled_from([None, *originals]))
        version = draw(st.integers(0, 2))
        if original is None:
            world[id_] = Place(draw(st.sampled_from(["one", "two", "three"])), None, version)
        else:
            world[original] = world[original]._replace(original=original)
            world[id_] = Place(world[original].story, original, version)
    return world
