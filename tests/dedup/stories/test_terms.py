from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.corpus import TextColumn
from dedup.stories.terms import TermCounts, count_terms, spell


def count(texts, titles=None, *, stem=6, pairs=False, title_weight=3.0, n_jobs=1) -> TermCounts:
    return count_terms(
        TextColumn.from_strings(titles or [""] * len(texts)),
        TextColumn.from_strings(texts),
        title_weight=title_weight,
        stem_characters=stem,
        in_pairs=np.full(len(texts), pairs),
        n_jobs=n_jobs,
    )


def spelled(texts, titles=None, **options) -> list[dict[str, float]]:
    """Each article's terms in small letters with their counts."""
    counts = count(texts, titles, **options)
    return [
        {
            spell((titles or [""] * len(texts))[row], text, int(counts.places[k])).lower(): float(
                counts.counts[k]
            )
            for k in range(counts.indptr[row], counts.indptr[row + 1])
        }
        for row, text in enumerate(texts)
    ]


def test_words_are_counted_whatever_their_case():
    assert spelled(["Harbour, harbour and LIGHT"]) == [{"harbour": 2, "and": 1, "light": 1}]


def test_a_word_of_the_headline_counts_more():
    assert spelled(["light of day"], ["Light"]) == [{"light": 4, "of": 1, "day": 1}]


def test_the_forms_of_a_word_are_one_term():
    assert spelled(["presiden presidennya kepresidenan"]) == [{"presiden": 2, "kepresidenan": 1}]


def test_a_long_number_is_not_cut():
    assert len(spelled(["12345678 12345679"])[0]) == 2


def test_characters_of_a_script_without_blanks_make_pairs():
    assert spelled(["東京都。京都"]) == [{"東京": 1, "京都": 2}]


def test_a_character_without_neighbours_is_a_term():
    assert spelled(["東 said 京都"]) == [{"東": 1, "said": 1, "京都": 1}]


def test_syllables_make_pairs_where_told():
    assert spelled(["hội đồng thành phố"], pairs=True) == [{"hội đồng": 1, "đồng thành": 1, "thành phố": 1}]


def test_lengths_and_pairs_are_counted():
    counts = count(["one two", "東京都", ""], ["three", "", ""])
    assert counts.lengths.tolist() == [3, 3, 0]
    assert counts.pairs.tolist() == [0, 2, 0]


def test_a_term_is_cut_after_characters_and_not_after_bytes():
    assert len(spelled(["министр министры министерство"])[0]) == 1
    assert len(spelled(["минута министр"])[0]) == 2


words = st.text(alphabet="abc東京 1,é", max_size=40)


@given(st.lists(words, min_size=1, max_size=6))
def test_an_article_is_counted_alike_in_any_company(texts):
    together = count(texts)
    for row, text in enumerate(texts):
        alone = count([text])
        entries = slice(together.indptr[row], together.indptr[row + 1])
        assert together.hashes[entries].tolist() == alone.hashes.tolist()
        assert together.counts[entries].tolist() == alone.counts.tolist()


@given(words)
def test_counts_add_up_to_the_tokens(text):
    counts = count([text], title_weight=1)
    assert bool((np.diff(counts.hashes.astype(object)) > 0).all())
    singles_and_pairs = counts.counts.sum()
    assert counts.lengths[0] / 2 <= singles_and_pairs <= counts.lengths[0]


def test_threads_change_nothing():
    texts = [f"word{number} and {number % 7} more of the same 東京" for number in range(3000)]
    one, two = count(texts), count(texts, n_jobs=2)
    for field in TermCounts.__slots__:
        assert np.array_equal(getattr(one, field), getattr(two, field))


def test_no_articles_have_no_terms():
    assert count([]).indptr.tolist() == [0]


@pytest.mark.parametrize("size", [10_000, 300_000])
def test_a_text_beyond_the_first_buffers_is_counted_whole(size):
    text = " ".join(f"{number}x" for number in range(size // 6))
    assert len(count(["short", text]).hashes) == 1 + size // 6
