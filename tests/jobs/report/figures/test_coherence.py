"""How stories hang together."""

from __future__ import annotations

import numpy as np
import pytest

from jobs.report.figures.coherence import usual_cohesion


def test_large_stories_are_held_against_large_ones() -> None:
    texts = np.array([2, 5, 10, 20, 40, 80])
    cohesion = np.append(0.5, 0.8 * texts[1:] ** -0.3)
    usual = usual_cohesion(cohesion, texts)
    assert np.isnan(usual[0])
    assert usual[1:] == pytest.approx(cohesion[1:])


@pytest.mark.parametrize("texts", [[], [1, 2], [7], [7, 7]])
def test_few_stories_are_their_own_measure(texts: list[int]) -> None:
    cohesion = np.full(len(texts), 0.25)
    usual = usual_cohesion(cohesion, np.array(texts, np.int64))
    assert all(value == pytest.approx(0.25) or size < 5 for value, size in zip(usual, texts, strict=True))
