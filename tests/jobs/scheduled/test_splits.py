"""However a corpus is split into runs, and in whatever order, the groups are those of one run over all."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.jobs.scheduled import corpora
from tests.jobs.scheduled.corpora import Partition, Record, feed, from_scratch, in_state
from tests.sample import SAMPLE

#: Articles of the sample that are read in parts.
SOME = 40

#: A model is made once, in the first run, and never again.
PINNED = {"refit_below": 0, "refit_growth": 1e9, "refit_turnover": 1.0, "event_window_days": 90}

example = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def articles(number: int | None = None) -> list[Record]:
    records = [json.loads(line) for line in Path(SAMPLE[0]).read_text().splitlines()]
    return random.Random(7).sample(records, number) if number else records


def with_corrections() -> list[Record]:
    """Some articles, with older versions of three of them and notices that withdraw two."""
    records = [{**record, "version": 2} for record in articles(SOME)]
    older = [{**record, "version": 1, "text": record["text"][:200]} for record in records[:3]]
    notices = [{"id": record["id"], "version": 3, "status": "withdrawn"} for record in records[5:7]]
    return records + older + notices


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Partition:
    return from_scratch(tmp_path_factory.mktemp("whole"), with_corrections())


def split(data: st.DataObject, records: list[Record]) -> list[list[Record]]:
    shuffled = data.draw(st.permutations(records))
    cuts = data.draw(st.sets(st.integers(1, len(records) - 1), max_size=4))
    return [shuffled[a:b] for a, b in pairwise(sorted({0, *cuts, len(records)}))]


def check_split(data: st.DataObject, whole: Partition, folder: Path) -> None:
    feed(folder, split(data, with_corrections()))
    assert in_state(folder / "state") == whole


def check_pinned(data: st.DataObject, folder: Path) -> None:
    records = articles(SOME)
    first, rest = records[:15], records[15:]
    chosen = corpora.settings(**PINNED)
    together = feed(folder / "together", [first, rest], chosen)
    feed(folder / "apart", [first, *split(data, rest)], chosen)
    assert together[-1].report["model"]["generation"] == 1
    assert in_state(folder / "apart" / "state") == in_state(folder / "together" / "state")


@settings(example, max_examples=4)
@given(data=st.data())
def test_any_split_in_any_order_gives_the_groups_of_one_run(
    data: st.DataObject, whole: Partition, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_split(data, whole, tmp_path_factory.mktemp("split"))


@settings(example, max_examples=2)
@given(data=st.data())
def test_with_a_kept_model_any_split_gives_the_groups_of_one_run(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_pinned(data, tmp_path_factory.mktemp("pinned"))


@pytest.mark.slow
@settings(example, max_examples=60)
@given(data=st.data())
def test_many_splits_give_the_groups_of_one_run(
    data: st.DataObject, whole: Partition, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_split(data, whole, tmp_path_factory.mktemp("split"))


@pytest.mark.slow
@settings(example, max_examples=30)
@given(data=st.data())
def test_many_splits_with_a_kept_model_give_the_groups_of_one_run(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_pinned(data, tmp_path_factory.mktemp("pinned"))


def test_the_two_example_articles_end_in_one_story(shared_data: Path, tmp_path: Path) -> None:
    records = [
        {
            "id": file.stem,
            "text": file.read_text(),
            "title": file.read_text().strip().splitlines()[0],
            "date": date,
            "language": "id",
        }
        for file, date in zip(
            sorted((shared_data / "examples").glob("*.txt")),
            ("2021-08-16T08:00:00Z", "2021-10-08T08:00:00Z"),
            strict=True,
        )
    ]
    for name, chosen in {"small": corpora.settings(), "kept": corpora.settings(refit_below=0)}.items():
        feed(tmp_path / name, [records[:1], records[1:]], chosen)
        (one, other) = in_state(tmp_path / name / "state").values()
        assert one[2] == other[2] == {record["id"] for record in records}
