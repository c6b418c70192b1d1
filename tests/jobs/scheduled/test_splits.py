"""However a corpus is split into runs, and in whatever order, the groups are those of one run over all."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.jobs.scheduled.corpora import Partition, Record, feed, from_scratch, in_state
from tests.sample import SAMPLE

#: Articles of the sample that the everyday test reads in parts.
SOME = 40


def articles(number: int | None = None) -> list[Record]:
    records = [json.loads(line) for line in Path(SAMPLE[0]).read_text().splitlines()]
    return random.Random(7).sample(records, number) if number else records


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Partition:
    return from_scratch(tmp_path_factory.mktemp("whole"), articles(SOME))


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_split_in_any_order_gives_the_groups_of_one_run(
    data: st.DataObject, whole: Partition, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shuffled = data.draw(st.permutations(articles(SOME)))
    cuts = sorted(data.draw(st.sets(st.integers(1, SOME - 1), max_size=4)))
    batches = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, SOME], strict=True)]
    folder = tmp_path_factory.mktemp("split")
    results = feed(folder, batches)
    assert in_state(folder / "state") == whole
    assert results[-1].generation == len(batches)
