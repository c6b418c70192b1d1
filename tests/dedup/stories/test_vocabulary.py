from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.stories.vocabulary import Vocabulary

hashes = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 50), max_size=60)


@given(st.lists(hashes, max_size=4))
def test_terms_are_listed_once_ascending_and_found_again(chunks):
    arrays = [np.array(chunk, np.uint64) for chunk in chunks]
    found = Vocabulary(arrays)
    assert found.hashes.tolist() == sorted({value for chunk in chunks for value in chunk})
    for array in arrays:
        columns = np.empty(len(array), np.int32)
        found.columns(array, columns)
        assert found.hashes[columns].tolist() == array.tolist()


@pytest.mark.parametrize("shift", [0, 20, 44])
def test_many_terms_whatever_bits_tell_them_apart(shift):
    values = np.arange(20_000, dtype=np.uint64) << np.uint64(shift)
    found = Vocabulary([values[::2], values])
    columns = np.empty(len(values), np.int32)
    found.columns(values, columns)
    assert columns.tolist() == list(range(len(values)))
