from __future__ import annotations

import pytest

from dedup.duplicates import find_duplicates
from dedup.settings import DuplicateSettings
from tests.bench.copies import f1, read_corpus, read_pairs

pytestmark = pytest.mark.shared


def test_labelled_pairs_of_real_articles_are_judged_well(shared_data):
    corpus = read_corpus(shared_data / "reposts" / "indonesian.jsonl.gz")
    pairs = read_pairs(shared_data / "reposts" / "indonesian.pairs.tsv", corpus)
    original = find_duplicates(corpus, DuplicateSettings()).original
    assert f1(original[pairs.a] == original[pairs.b], pairs.copy) >= 0.93


def test_two_reports_of_one_story_weeks_apart_are_no_copies(shared_data):
    corpus = read_corpus(shared_data / "examples")
    assert find_duplicates(corpus, DuplicateSettings()).counters["copies"] == 0
