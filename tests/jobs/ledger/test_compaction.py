"""Compaction: few segments, no dead weight, the same texts."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import StateLockedError
from jobs.ledger import compaction
from jobs.ledger.check import check_tables
from jobs.ledger.compaction import FAN, LARGE, Fill, worth_rewriting
from jobs.ledger.ledger import Ledger
from jobs.ledger.rows import ArticleRow
from tests.jobs.ledger.factory import NOW, add, story, text_of

if TYPE_CHECKING:
    from pathlib import Path


def test_segments_of_like_size_become_one_when_there_are_enough() -> None:
    few = [Fill(number, bytes=1000, rows=10, alive=10) for number in range(FAN - 1)]
    assert worth_rewriting(few) == []
    assert worth_rewriting([*few, Fill(99, bytes=1000, rows=12, alive=12)]) == [[*range(FAN - 1), 99]]
    assert worth_rewriting([*few, Fill(99, bytes=100_000, rows=1000, alive=1000)]) == []


def test_a_segment_that_is_mostly_dead_is_rewritten() -> None:
    assert worth_rewriting([Fill(1, bytes=1000, rows=10, alive=5)]) == []
    assert worth_rewriting([Fill(1, bytes=1000, rows=10, alive=4)]) == [[1]]
    assert worth_rewriting([Fill(1, bytes=1000, rows=10, alive=0)]) == [[1]]


def test_large_segments_are_left_alone_while_they_live() -> None:
    large = [Fill(number, bytes=LARGE + 1, rows=100, alive=100) for number in range(3 * FAN)]
    assert worth_rewriting(large) == []
    assert worth_rewriting([Fill(1, bytes=LARGE + 1, rows=100, alive=49)]) == [[1]]


def test_no_more_is_merged_than_one_segment_may_hold() -> None:
    many = [Fill(number, bytes=LARGE // FAN, rows=10, alive=10) for number in range(2 * FAN)]
    assert worth_rewriting(many) == [[*range(FAN)], [*range(FAN, 2 * FAN)]]
    assert worth_rewriting([fill._replace(bytes=fill.bytes + 1) for fill in many]) == []


def test_a_segment_with_a_text_that_was_taken_back_is_rewritten_in_time() -> None:
    assert worth_rewriting([Fill(1, bytes=LARGE, rows=10, alive=9, overdue=True)]) == [[1]]


@given(
    st.lists(
        st.builds(
            lambda rows, dead, size: (size, rows, max(0, rows - dead)),
            st.integers(1, 2000),
            st.integers(0, 2000),
            st.integers(1, 2 * LARGE),
        ),
        max_size=60,
    )
)
def test_what_is_left_is_few_and_no_segment_is_in_two_groups(sizes: list[tuple[int, int, int]]) -> None:
    fills = [Fill(number, *size) for number, size in enumerate(sizes)]
    groups = worth_rewriting(fills)
    chosen = list(chain.from_iterable(groups))
    assert len(chosen) == len(set(chosen))
    left = [fill for fill in fills if fill.number not in chosen]
    assert all(2 * fill.alive >= fill.rows for fill in left)
    assert sum(fill.bytes <= LARGE // FAN for fill in left) <= 4 * (FAN - 1)  # tiers up to 8 ** 4 rows
    for group in groups:
        assert len(group) == 1 or sum(fills[number].bytes for number in group) <= LARGE


def test_texts_survive_many_small_runs(tmp_path: Path) -> None:
    ids = [f"a{number:02}" for number in range(3 * FAN)]
    with Ledger.open(tmp_path / "state", create=True) as ledger:
        for id_ in ids:
            with ledger.commit(started=NOW) as commit:
                add(commit, {id_: [id_]})
        assert len(ledger.segments("articles")) < FAN
        assert ledger.texts(ids) == {id_: text_of(id_) for id_ in ids}
        assert ledger.generations(FAN - 1, FAN)[0].counts["article"] == {"upsert": 1, "delete": 0}
        check_tables(ledger)
        files = {file.name for file in (tmp_path / "state" / "segments").iterdir()}
        assert files == {segment.name for segment in ledger.segments(dropped=True)}


def test_texts_that_were_replaced_leave_the_disk(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "state", create=True) as ledger:
        for version in range(3):
            with ledger.commit(started=NOW) as commit:
                add(commit, {"one": ["a", "b", "c"]}, version=version)
        assert len(ledger.segments("articles")) == 1
        with ledger.commit(started=NOW):
            pass
        assert len(list((tmp_path / "state" / "segments").glob("*-articles-*"))) == 1
        assert ledger.texts(["a"]) == {"a": text_of("a", 2)}


def test_a_reader_may_finish_with_what_the_next_generation_dropped(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with Ledger.open(state, create=True) as ledger:
        with ledger.commit(started=NOW) as commit:
            add(commit, {"one": ["a", "b", "c"]})
        with Ledger.open(state) as reader:
            found = reader.article_columns()
            segments = {segment.number: segment for segment in reader.segments("articles")}
            with ledger.commit(started=NOW) as commit:
                add(commit, {"one": ["a", "b", "c"]}, version=1)
            old = reader.read_segment(segments[int(found.segments[0])])
            assert old["text_data"].tobytes().startswith(text_of("a").encode())


def test_a_reader_that_runs_have_overtaken_twice_is_told_to_try_again(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with Ledger.open(state, create=True) as ledger:
        with ledger.commit(started=NOW) as commit:
            add(commit, {"one": ["a"], "two": ["b"]})
        with Ledger.open(state) as reader:
            found = reader.article_columns(ids=["a"])
            (segment,) = reader.segments("articles")
            with ledger.commit(started=NOW) as commit:
                add(commit, {"one": ["a"], "two": ["b"]}, version=1)
            assert reader.gather("text", found.segments, found.rows)[0] == text_of("a")
            with ledger.commit(started=NOW):
                pass
            with pytest.raises(StateLockedError, match="try again"):
                reader.gather("text", found.segments, found.rows)
        with Ledger.open(state) as reader, pytest.raises(StateLockedError, match="try again"):
            reader.read_segment(segment)


def test_the_number_of_a_segment_is_not_given_again(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "state", create=True) as ledger:
        for _ in range(3):
            with ledger.commit(started=NOW) as commit:
                commit.write_arrays("memory", {"a": np.arange(3)})
            (segment,) = ledger.segments()
            for _ in range(2):
                with ledger.commit(started=NOW) as commit:
                    commit.drop_arrays("memory")
            assert ledger.segments(dropped=True) == []
        assert segment.number == 3


def test_texts_of_a_large_run_lie_in_several_segments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "LARGE", 3 * len(text_of("a1") + "Title of a1"))
    ids = [f"a{number}" for number in range(8)]
    with Ledger.open(tmp_path / "state", create=True) as ledger:
        with ledger.commit(started=NOW) as commit:
            add(commit, {"one": ids})
        assert [segment.rows for segment in ledger.segments("articles")] == [3, 3, 2]
        assert ledger.texts(ids) == {id_: text_of(id_) for id_ in ids}
        check_tables(ledger)


def test_a_text_that_was_taken_back_leaves_the_disk_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "PATIENCE", 3)
    state = tmp_path / "state"
    with Ledger.open(state, create=True) as ledger:
        with ledger.commit(started=NOW) as commit:
            add(commit, {"one": ["a", "b", "c", "d"]})
        with ledger.commit(started=NOW) as commit:
            commit.put_articles([_withdrawn("d")])
            commit.put_stories([story("one", ["a", "b", "c"])])
        held = []
        for _ in range(5):
            with ledger.commit(started=NOW):
                pass
            files = (state / "segments").iterdir()
            held.append(any(text_of("d").encode() in file.read_bytes() for file in files))
        assert held == [True, True, True, False, False]
        assert ledger.texts(["a", "d"]) == {"a": text_of("a")}
        check_tables(ledger)


def _withdrawn(id_: str) -> ArticleRow:
    return ArticleRow(article_id=id_, status="withdrawn", digest=b"", segment=None, row=None, placed_at=0)
