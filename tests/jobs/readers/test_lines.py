"""Lines out of pieces of any size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jobs.readers.lines import split_lines


@given(st.lists(st.text("ab\n", max_size=12).map(str.encode), max_size=12), st.integers(1, 8))
def test_lines_do_not_depend_on_how_the_bytes_come_in_pieces(pieces, limit):
    lines = b"".join(pieces).split(b"\n")
    if not lines[-1]:
        lines.pop()
    expected = [line if len(line) <= limit else None for line in lines]
    assert list(split_lines(pieces, max_bytes=limit)) == expected
