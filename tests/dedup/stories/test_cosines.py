"""Remembered pairs against pairs that are joined anew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import sparse

from dedup.stories import cosines
from dedup.stories.cosines import Cosines, join_remembered
from dedup.stories.join import ACROSS_ROWS, join_across, join_unit_rows
from dedup.stories.rows import unit_rows

THRESHOLD, WINDOW = 0.3, 4.0


def some_rows(seed: int, count: int) -> sparse.csr_array:
    generator = np.random.default_rng(seed)
    dense = generator.random((count, 30)) * (generator.random((count, 30)) < 0.3)
    dense[::7] = 0
    dense[41:42] = dense[40:41]
    return unit_rows(sparse.csr_array(dense))


ROWS = some_rows(1, 60)
TIMES = np.random.default_rng(2).integers(0, 12, 60).astype(float)
TIMES[::9] = np.nan
TIMES[41] = TIMES[40]
KEYS = np.random.default_rng(3).integers(0, 2**63, 60).astype(np.uint64)
KEYS[40] = KEYS[41]  # two rows that hold the same


def equal(found, expected) -> bool:
    return all(a.tobytes() == b.tobytes() for a, b in zip(found, expected, strict=True))


def joined(picked, known=None, *, times=TIMES):
    rows = ROWS[picked]
    window = None if times is None else WINDOW
    moments = None if times is None else times[picked]
    plain = join_unit_rows(rows, THRESHOLD, times=moments, window=window)
    found, added = join_remembered(rows, KEYS[picked], THRESHOLD, known, times=moments, window=window)
    assert equal(found, plain)
    return Cosines.from_arrays(added.to_arrays())


some = (
    st.lists(st.integers(0, 59), max_size=40, unique=True).map(sorted).map(lambda rows: np.array(rows, int))
)


@pytest.mark.parametrize("times", [TIMES, None], ids=["dated", "undated"])
@pytest.mark.parametrize("share", [0, 12])
def test_any_memory_gives_the_pairs_of_a_join_anew(times, share, monkeypatch):
    monkeypatch.setattr(cosines, "NEW_SHARE", share)

    @settings(max_examples=40, deadline=None)
    @given(st.lists(some, max_size=4), st.booleans())
    @example([np.array([0, 40, 50]), np.array([0, 1, 41, 50])], False)
    def check(runs, forgets):
        known = Cosines.none()
        for number, picked in enumerate(runs):
            added = joined(picked, known, times=times)
            if not (forgets and number == 1):  # a part that was lost, or is of another state
                known = known.then(added)

    check()


def test_what_is_known_is_not_compared_again():
    first = joined(np.arange(39))
    known = Cosines.none().then(first)
    again = joined(np.arange(39), known)
    assert len(again) == 0
    assert not again.fresh.any()
    assert joined(np.arange(40), known).fresh.sum() == 1


def test_rows_that_cannot_be_told_apart_are_compared_in_every_run():
    known = Cosines.none().then(joined(np.arange(60)))
    assert not np.isin(KEYS[40], known.rows)
    assert joined(np.arange(40), known).fresh.sum() == 0


def test_pairs_of_another_threshold_or_window_are_of_no_use():
    dated, undated = (Cosines.none().then(joined(np.arange(39), times=times)) for times in (TIMES, None))
    assert joined(np.arange(39), undated).fresh.all()
    assert dated.then(joined(np.arange(39), times=None)).window == np.inf
    assert len(dated.then(joined(np.arange(20), dated, times=None)).rows) == 17


def test_rows_that_a_later_run_did_not_meet_are_dropped():
    first = joined(np.arange(39))
    both = Cosines.none().then(first).then(joined(np.arange(20, 40), first))
    assert set(both.rows.tolist()) == set(KEYS[20:40][np.diff(ROWS.indptr)[20:40] > 0].tolist())


@pytest.mark.parametrize("threshold", [-1.0, 0.0, 0.2, 0.7])
def test_multiplying_gives_the_cosines_of_the_join_to_the_last_bit(threshold):
    rows = some_rows(5, ACROSS_ROWS + 900)
    new = np.zeros(rows.shape[0], bool)
    new[np.random.default_rng(6).permutation(rows.shape[0])[: ACROSS_ROWS + 20]] = True
    i, j, similarity = join_unit_rows(rows, threshold)
    across = new[i] != new[j]
    expected = dict(
        zip(zip(i[across].tolist(), j[across].tolist(), strict=True), similarity[across], strict=True)
    )
    old, fresh, found = join_across(rows, np.flatnonzero(~new), np.flatnonzero(new), threshold, n_jobs=2)
    pairs = zip(np.minimum(old, fresh).tolist(), np.maximum(old, fresh).tolist(), strict=True)
    assert dict(zip(pairs, found, strict=True)) == expected
