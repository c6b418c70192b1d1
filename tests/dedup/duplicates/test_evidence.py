from __future__ import annotations

import numpy as np
import pytest

from dedup.corpus import TextColumn
from dedup.duplicates.evidence import lead_share, leads_of
from dedup.settings import DuplicateSettings

OLD = " ".join(f"old{k}" for k in range(120))
LEAD = " ".join(f"new{k}" for k in range(60))


def shares(one: str, other: str) -> list[float]:
    texts = TextColumn.from_strings([one, other])
    return lead_share(texts, np.array([0, 1]), np.array([1, 0]), DuplicateSettings()).tolist()


def test_an_old_report_below_a_new_lead_keeps_only_its_own_lead():
    assert shares(OLD, f"{LEAD} {OLD}") == [1, 0]


def test_a_report_that_goes_on_shares_its_lead():
    assert shares(OLD, f"{OLD} {LEAD}") == [1, 1]


def test_a_text_without_words_has_no_lead_in_common():
    assert shares("", OLD) == shares("...", OLD) == [0, 0]


@pytest.mark.parametrize("text", ["Één – “twee” drie", "ÉÉN twee drie", "één, twee!"])
def test_a_lead_ends_after_a_whole_word(text):
    lead = leads_of(TextColumn.from_strings(["", text]), np.array([1]), 2)
    assert lead[0].rstrip("”").casefold().endswith("twee")
