"""Doubtful pairs."""

from __future__ import annotations

import numpy as np

from dedup.duplicates import find_duplicates
from dedup.duplicates.verification import verify
from dedup.settings import DuplicateSettings
from jobs.report.figures.pairs import margins, reason_in_words, strongest_refused, weakest_accepted
from tests.jobs.report.figures.corpora import OTHER, TEXT, article, corpus

SETTINGS = DuplicateSettings()


def copied():
    """Two copies by different edits, and templates with other numbers."""
    words = TEXT.split()
    edited = " ".join([*words[:40], *OTHER.split()[:14]])
    cut = " ".join(words[:50])
    template = TEXT.replace("112", "245").replace("two tugs", "9 tugs").replace("Monday", "14 May")
    return corpus(
        article("a", outlet="north.example", at="2021-05-01", title="Ferry turns back"),
        article("b", outlet="south.example", at="2021-05-02", text=edited, title="Trip cut short"),
        article("c", outlet="east.example", at="2021-05-03", text=cut, title="Ferry turns back"),
        article("d", outlet="north.example", at="2021-07-01", text=template, title="Ferry turns back"),
        article("e", outlet="west.example", at="2021-07-02", text=OTHER, title="Rice is cheaper"),
    )


def test_copies_lie_above_what_is_asked() -> None:
    duplicates = find_duplicates(copied(), SETTINGS)
    margin = margins(duplicates.pairs, SETTINGS)
    assert duplicates.pairs.accepted.any()
    assert (margin[duplicates.pairs.accepted] >= -1e-6).all()


def test_samples_show_a_text_once_and_the_doubtful_first() -> None:
    duplicates = find_duplicates(copied(), SETTINGS)
    pairs, margin = duplicates.pairs, margins(duplicates.pairs, SETTINGS)
    accepted = weakest_accepted(duplicates, SETTINGS)
    assert len({int(duplicates.original[pairs.a[place]]) for place in accepted}) == len(accepted) > 0
    assert margin[accepted[0]] == margin[pairs.accepted & (pairs.reason != 0)].min()
    refused = strongest_refused(duplicates, SETTINGS)
    assert not pairs.accepted[refused].any()
    originals = [
        int(duplicates.original[row]) for place in refused for row in (pairs.a[place], pairs.b[place])
    ]
    assert len(set(originals)) == len(originals)


def test_a_short_text_in_a_long_one_is_refused_for_its_length() -> None:
    words = TEXT.split()
    whole = corpus(
        article("a", outlet="north.example", text=" ".join(words[:24])),
        article("b", outlet="south.example", text=" ".join([*words, *OTHER.split() * 3])),
    )
    pairs = verify(whole, np.array([0]), np.array([1]), np.arange(2), SETTINGS)
    assert not pairs.accepted[0]
    assert "times as long" in reason_in_words(pairs, 0)
