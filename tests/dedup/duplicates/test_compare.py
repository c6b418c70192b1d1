from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.corpus import TextColumn
from dedup.duplicates.compare import compare_pairs
from dedup.settings import DuplicateSettings
from dedup.text.tokens import tokenise

texts = st.lists(st.sampled_from(["one", "two", "three", "four", "five", "six"]), max_size=50).map(" ".join)


def shingles_by_definition(text: str, length: int) -> set[tuple[str, ...]]:
    words = tokenise(text)
    return {tuple(words[i : i + length]) for i in range(max(1, len(words) - length + 1))} if words else set()


@settings(deadline=None)
@given(st.lists(texts, min_size=2, max_size=6), st.integers(1, 5))
def test_counts_are_those_of_python_sets(column, length):
    chosen = DuplicateSettings(shingle_words=length)
    a, b = np.triu_indices(len(column), 1)
    found = compare_pairs(TextColumn.from_strings(column), a, b, chosen)
    for pair, (one, other) in enumerate(zip(a, b, strict=True)):
        left, right = (shingles_by_definition(column[row], length) for row in (one, other))
        assert (found.shared[pair], found.size_a[pair], found.size_b[pair]) == (
            len(left & right),
            len(left),
            len(right),
        )
        assert np.isclose(found.jaccard[pair], len(left & right) / max(1, len(left | right)))
        assert np.isclose(found.containment_b[pair], len(left & right) / max(1, len(right)))


def test_no_pairs_give_an_empty_comparison():
    nothing = np.empty(0, np.int64)
    assert (
        len(compare_pairs(TextColumn.from_strings(["a"]), nothing, nothing, DuplicateSettings()).jaccard) == 0
    )


def test_a_cut_copy_is_contained():
    words = " ".join(f"w{i}" for i in range(100))
    column = TextColumn.from_strings([words, " ".join(words.split()[:40])])
    found = compare_pairs(column, np.array([0]), np.array([1]), DuplicateSettings())
    assert found.containment_b[0] == 1
    assert found.containment_a[0] < 0.4


def test_disguises_hide_no_copy():
    sentence = "The minister said on Monday that copper exports rose again, and prices fell "
    words = (sentence * 12).split()
    plain = " ".join(f"{word}{place}" if place % 3 else word for place, word in enumerate(words))
    disguises = [
        "".join(letter + "\u200b" for letter in plain),
        plain.replace("e", "e\u00ad"),
        plain.replace("o", "о").replace("a", "а").replace("c", "с"),
        plain.replace(" ", "\u00a0").replace("n", "ｎ"),
        plain.upper().replace("E", "É"),
    ]
    others = np.arange(1, len(disguises) + 1)
    column = TextColumn.from_strings([plain, *disguises])
    found = compare_pairs(column, np.zeros_like(others), others, DuplicateSettings())
    assert found.jaccard.min() >= 0.95


def test_huge_texts_are_compared_up_to_the_limit():
    rng = np.random.default_rng(1)
    one, other = (" ".join(map(str, rng.integers(0, 1 << 30, 200_000))) for _ in range(2))
    column = TextColumn.from_strings([one * 12, other * 12])
    found = compare_pairs(column, np.array([0]), np.array([1]), DuplicateSettings())
    assert found.shared[0] == 0
    assert 0 < found.size_a[0] < 200_000
