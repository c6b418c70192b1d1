from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from dedup.corpus import NO_DATE
from dedup.stories.days import SPAN_DAYS, DayStatistics, with_days

DAY = 86_400


def cosines(days, weight=0.2, texts=None):
    texts = np.eye(len(days)) if texts is None else texts
    published = np.array([NO_DATE if day is None else day * DAY for day in days])
    rows, _ = with_days(sparse.csr_array(texts), published, weight)
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
    assert with_days(matrix, np.array([0, 0]), 0)[0].shape == (2, 2)
    assert with_days(matrix, np.array([NO_DATE, NO_DATE]), 0.1)[0].shape == (2, 2)


def test_the_day_alone_says_nothing_of_an_article_without_words():
    texts = np.zeros((len(SCATTERED) + 2, 1))
    assert cosines([0, 0, *SCATTERED], texts=texts).sum() == 0


def test_days_are_weighed_as_in_the_run_they_were_counted_in():
    counted = DayStatistics.of_dates(np.array([0, 0, 1, 40]) * DAY)
    kept = DayStatistics.from_arrays(counted.to_arrays())
    matrix = sparse.csr_array(np.eye(3))
    published = np.array([0, 1, 40]) * DAY
    rows = [with_days(matrix, published, 0.2, days)[0] for days in (counted, kept)]
    assert rows[0].data.tobytes() == rows[1].data.tobytes()
    assert rows[0].data.tobytes() != with_days(matrix, published, 0.2)[0].data.tobytes()


def test_a_day_that_nobody_counted_weighs_as_a_typical_one():
    days = DayStatistics(np.array([0]), np.array([0.5]), 0.1)
    assert days.share(np.array([9]), 1.0) == pytest.approx(-np.log(0.1) / 3)
    assert DayStatistics.of_dates(np.array([NO_DATE])).share(np.array([9]), 0.2).tolist() == [0.2]


def test_days_before_1970_count_like_others():
    assert cosines([-4, -3, *SCATTERED])[0, 1] == pytest.approx(0.2 * (1 - 1 / SPAN_DAYS), abs=0.005)
