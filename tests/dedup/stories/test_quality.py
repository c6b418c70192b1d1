"""Floors for the events of the labelled sets; a floor goes down only on purpose and in writing."""

from __future__ import annotations

import pytest

from tests.bench.story_quality import group, read, scores

EVENTS = {"indonews": 0.92, "allsides": 0.90, "basil": 0.985, "ecbplus": 0.88}


@pytest.mark.shared
@pytest.mark.parametrize(("name", "floor"), EVENTS.items())
def test_events_agree_with_the_labels(shared_data, name, floor):
    labelled = read(shared_data / f"stories/{name}.jsonl.gz")
    found = group(labelled.corpus, labelled.originals)
    assert scores(labelled.events, found.event)[0].f1 >= floor
    if labelled.topics is not None:
        cubed, pair = scores(labelled.topics, found.story)
        assert cubed.f1 >= 0.93
        assert pair.f1 >= 0.90
