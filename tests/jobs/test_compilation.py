"""The first run says why it takes longer."""

from __future__ import annotations

import pytest
from numba import njit

from jobs.compilation import KEPT, NOT_KEPT, announced


def twice(x):
    return x * 2


def test_compiling_is_told_once() -> None:
    said: list[str] = []
    with announced(said.append):
        assert njit(twice)(1) == njit(twice)(1) == 2
    assert said == [NOT_KEPT]


def test_kernels_that_are_kept_are_told_apart_and_not_told_again(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("numba.config.CACHE_DIR", str(tmp_path))
    said: list[str] = []
    with announced(said.append):
        assert njit(cache=True)(twice)(1) == 2
    assert said == [KEPT]
    with announced(said.append):
        assert njit(cache=True)(twice)(1) == 2
    assert said == [KEPT]
