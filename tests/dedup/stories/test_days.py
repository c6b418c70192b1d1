from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from dedup.corpus import NO_DATE
from dedup.stories.days import SPAN_DAYS, with_days

DAY = 86_400


def cosines(days, weight=0.2, texts=None):
    texts = np.eye(len(days)) if texts is None else texts
    published = np.array([NO_DATE if day is None else day * DAY for day in days])
    rows = with_days(sparse.csr_array(texts), published, weight)
    return (rows @ rows.T).toarray()


SCATTERED = [1000 * number for number in range(1, 60)]


@pytest.mark.parametrize("apart", range(SPAN_DAYS + 2))
def test_days_add_as_much_as_they_agree(apart):
    found = cosines([0, apart, *SCATTERED])[0, 1]
    assert found == pytest.approx(0.2 * max(0, 1 - apart / SPAN_DAYS), abs=0.005)


def test_rows_stay_unit_rows():
    assert np.diag(cosines([0, 1, None, *SCATTERED])) == pytest.approx(1)


def test_undated_rows_are_compared_by_their_text():
    texts = np.array([[1.0, 0], [0.6, 0.8], [1.0, 0]])
    assert cosines([None, None, 5], texts=texts)[0, 1] == pytest.approx(0.6)


def test_a_day_that_all_rows_share_tells_nothing():
    assert cosines([3, 3, 3])[0, 1] == pytest.approx(0, abs=1e-12)


def test_nothing_is_added_without_weight_or_dates():
    matrix = sparse.csr_array(np.eye(2))
    assert with_days(matrix, np.array([0, 0]), 0).shape == (2, 2)
    assert with_days(matrix, np.array([NO_DATE, NO_DATE]), 0.1).shape == (2, 2)


def test_days_before_1970_count_like_others():
    assert cosines([-4, -3, *SCATTERED])[0, 1] == pytest.approx(0.2 * (1 - 1 / SPAN_DAYS), abs=0.005)
