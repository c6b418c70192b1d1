"""What two texts have word for word in common, and what differs, side by side."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from dedup.corpus import TextColumn
from dedup.text.tokens import find_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Places of one run of words that are tried; more would make repetitive texts slow.
_MOST_PLACES = 8


class Passage(NamedTuple):
    """A stretch of both texts: shared word for word, or different; an empty side has nothing there."""

    shared: bool
    a: str
    b: str


class _Block(NamedTuple):
    """`length` tokens that are equal from token `a` of the first and token `b` of the second text on."""

    a: int
    b: int
    length: int


class _Words:
    """One text with its tokens."""

    def __init__(self, text: str) -> None:
        self.text = text.encode()
        tokens = find_tokens(TextColumn.from_strings([text]), max_text_bytes=len(self.text))
        self.hashes: list[int] = tokens.hashes.tolist()
        self.starts: list[int] = tokens.starts.tolist()
        self.stops: list[int] = tokens.stops.tolist()

    def __len__(self) -> int:
        return len(self.hashes)

    def between(self, first: int, after: int) -> str:
        """Give the text around the tokens ``first:after``, up to their neighbours; nothing without tokens."""
        if first == after:
            return ""
        begin = self.stops[first - 1] if first else 0
        end = self.starts[after] if after < len(self) else len(self.text)
        return self.text[begin:end].decode().strip()

    def span(self, first: int, after: int) -> str:
        """Give the text of the tokens ``first:after``."""
        return self.text[self.starts[first] : self.stops[after - 1]].decode()


def _runs(words: _Words, length: int) -> dict[tuple[int, ...], list[int]]:
    """Note where each run of `length` tokens stands, at most `_MOST_PLACES` times."""
    places: dict[tuple[int, ...], list[int]] = {}
    for start in range(len(words) - length + 1):
        known = places.setdefault(tuple(words.hashes[start : start + length]), [])
        if len(known) < _MOST_PLACES:
            known.append(start)
    return places


def _agreement(a: _Words, b: _Words, i: int, j: int, used: list[bool]) -> int:
    """Count equal tokens from places `i` and `j` on that no block has taken yet."""
    length = 0
    while (
        i + length < len(a)
        and j + length < len(b)
        and not used[i + length]
        and a.hashes[i + length] == b.hashes[j + length]
    ):
        length += 1
    return length


def _blocks(a: _Words, b: _Words, least: int) -> Iterator[_Block]:
    """Go through `b` and give, at each place, the longest run of at least `least` tokens that `a` has too.

    No token is in two blocks (greedy string tiling: Wise 1993, in one pass).
    """
    places = _runs(a, least)
    used = [False] * len(a)
    j = 0
    while j <= len(b) - least:
        candidates = places.get(tuple(b.hashes[j : j + least]), [])
        length, i = max(((_agreement(a, b, i, j, used), -i) for i in candidates), default=(0, 0))
        if length < least:
            j += 1
            continue
        used[-i : -i + length] = [True] * length
        yield _Block(-i, j, length)
        j += length


def passages(text_a: str, text_b: str, *, words: int = 5) -> list[Passage]:
    """Align two texts in the order of the first.

    Parameters
    ----------
    text_a, text_b : str
        Bodies.
    words : int, default 5
        Tokens a shared passage has at least; shorter texts are compared as a whole.

    Returns
    -------
    list of Passage
        Shared and differing passages in turn.  A passage that moved appears where the first text has it,
        after the part of the second text that stood before it.

    Examples
    --------
    >>> for passage in passages("The cat sat on the mat today", "Yesterday the cat sat on the mat"):
    ...     print(passage)
    Passage(shared=False, a='', b='Yesterday')
    Passage(shared=True, a='The cat sat on the mat', b='the cat sat on the mat')
    Passage(shared=False, a='today', b='')
    """
    a, b = _Words(text_a), _Words(text_b)
    least = max(1, min(words, len(a), len(b)))
    blocks = list(_blocks(a, b, least))
    before = {block: previous for previous, block in pairwise(blocks)}
    found: list[Passage] = []
    at_a = 0
    for block in sorted(blocks):
        previous = before.get(block)
        at_b = previous.b + previous.length if previous else 0
        found.append(Passage(False, a.between(at_a, block.a), b.between(at_b, block.b)))
        at_a = block.a + block.length
        found.append(Passage(True, a.span(block.a, at_a), b.span(block.b, block.b + block.length)))
    at_b = blocks[-1].b + blocks[-1].length if blocks else 0
    found.append(Passage(False, a.between(at_a, len(a)), b.between(at_b, len(b))))
    return [passage for passage in found if passage.a or passage.b]
