from __future__ import annotations

import numpy as np
import pytest

from dedup.corpus import TextColumn
from dedup.duplicates.bands import candidate_pairs
from dedup.duplicates.compare import compare_pairs
from dedup.duplicates.signatures import sign
from dedup.settings import DuplicateSettings

SETTINGS = DuplicateSettings()


def article(seed: int, words: int = 200) -> list[str]:
    rng = np.random.default_rng(seed)
    return [f"w{number}" for number in rng.integers(0, 20_000, words)]


def found_pairs(texts: list[str], settings: DuplicateSettings = SETTINGS) -> set[tuple[int, int]]:
    candidates = candidate_pairs(TextColumn.from_strings(texts), settings)
    return set(zip(candidates.a.tolist(), candidates.b.tolist(), strict=True))


def test_a_light_edit_and_a_short_version_are_candidates_and_strangers_are_not():
    words = article(1)
    edited = ["w0" if place % 20 == 0 else word for place, word in enumerate(words)]
    short = words[30:75]
    texts = [" ".join(words), " ".join(article(2)), " ".join(edited), " ".join(short)]
    pairs = found_pairs(texts)
    assert {(0, 2), (0, 3)} <= pairs
    assert not any(1 in pair for pair in pairs)


def test_a_fifth_of_an_article_is_found_in_it():
    texts = []
    for seed in range(100):
        words = article(seed, 250)
        texts += [" ".join(words), " ".join([*words[100:150], *article(1000 + seed, 12)])]
    pairs = found_pairs(texts)
    assert sum((row, row + 1) in pairs for row in range(0, 200, 2)) >= 95


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["word", "word"], ["one two"] * 3, ["...", "!"]])
def test_texts_of_few_words_match_nothing(texts):
    candidates = candidate_pairs(TextColumn.from_strings(texts), SETTINGS)
    assert len(candidates.a) == 0
    assert candidates.copy_of.tolist() == list(range(len(texts)))
    assert candidates.counters["texts_too_short"] == len(texts)


def test_copies_but_for_spelling_are_one_text():
    words = article(5)
    texts = [" ".join(article(6)), " ".join(words), " – ".join(words).upper(), "\u200b".join(" ".join(words))]
    candidates = candidate_pairs(TextColumn.from_strings(texts), SETTINGS)
    assert candidates.copy_of.tolist() == [0, 1, 1, 1]
    assert candidates.counters["exact_copies"] == 2
    assert len(candidates.a) == 0


def test_a_huge_text_is_cut_and_counted():
    huge = " ".join(article(7, 50_000))
    texts = [huge, huge[: len(huge) // 2]]
    settings = DuplicateSettings(max_text_bytes=1 << 12)
    candidates = candidate_pairs(TextColumn.from_strings(texts), settings)
    assert candidates.counters["texts_cut"] == 2
    assert candidates.copy_of.tolist() == [0, 0]


def test_words_without_end_are_cut_and_counted():
    words = article(9, 40)
    texts = [
        " ".join([*words[:20], end * 5000, *words[20:]]) for end in ("a" * 256 + "b", "a" * 256 + "c", "x")
    ]
    settings = DuplicateSettings(max_token_characters=256)
    candidates = candidate_pairs(TextColumn.from_strings([*texts, " ".join(words)]), settings)
    assert candidates.counters["tokens_cut"] == 3
    assert candidates.copy_of.tolist() == [0, 0, 2, 3]


def test_a_crowd_of_like_articles_stays_linear_and_connected():
    frame = article(8, 150)
    texts = [" ".join([*frame, *article(100 + seed, 40)]) for seed in range(3000)]
    candidates = candidate_pairs(TextColumn.from_strings(texts), SETTINGS)
    assert candidates.counters["members_of_large_buckets"] > 0
    assert len(candidates.a) < 3000 * 300
    assert len(set(candidates.a.tolist()) | set(candidates.b.tolist())) == 3000


def test_threads_and_order_change_nothing():
    texts = [" ".join(article(seed % 60, 300)[: 100 + seed]) for seed in range(180)]
    one, two = (candidate_pairs(TextColumn.from_strings(texts), SETTINGS, n_jobs=jobs) for jobs in (1, 2))
    assert np.array_equal(one.a, two.a)
    assert np.array_equal(one.b, two.b)
    turned = candidate_pairs(TextColumn.from_strings(texts[::-1]), SETTINGS)
    pairs = {(179 - b, 179 - a) for a, b in zip(turned.a.tolist(), turned.b.tolist(), strict=True)}
    assert pairs == set(zip(one.a.tolist(), one.b.tolist(), strict=True))


def test_a_flood_of_one_article_costs_little():
    words = " ".join(article(9, 350))
    flood = TextColumn(
        np.frombuffer(words.encode() * 30_000 + bytes(64), np.uint8),
        np.arange(30_001, dtype=np.int64) * len(words),
    )
    candidates = candidate_pairs(flood, SETTINGS)
    assert candidates.counters["exact_copies"] == 29_999
    assert not candidates.copy_of.any()
    assert len(candidates.a) == 0


def test_stuffing_cannot_link_strangers_for_long():
    """Words picked because their shingles are minimal under the default key make candidates, not copies."""
    pool = [f"x{number} y{number} z{number} u{number} v{number}" for number in range(20_000)]
    picked = sign(TextColumn.from_strings(pool), SETTINGS).values
    bait = " . ".join(pool[row] for row in sorted(set(picked.argmin(axis=0).tolist())))
    column = TextColumn.from_strings([f"{' '.join(article(seed, 300))} {bait}" for seed in range(200)])
    attacked = sign(column, SETTINGS).values
    assert (attacked[0] == attacked[1]).mean() > 0.9
    guarded = sign(column, DuplicateSettings(seed=987_654_321)).values
    candidates = candidate_pairs(column, SETTINGS)
    compared = compare_pairs(column, candidates.a, candidates.b, SETTINGS)
    assert len(candidates.a) < 200 * 199 / 2
    truth = compare_pairs(column, np.array([0]), np.array([1]), SETTINGS).jaccard[0]
    assert abs((guarded[0] == guarded[1]).mean() - truth) < 0.15
    assert compared.jaccard.max() < 0.75
