"""The sentences at the top."""

from __future__ import annotations

import msgspec

from jobs.audit import Audit
from jobs.report.records import Count
from jobs.report.sentences import sentences


def said(audit: Audit, **numbers: object) -> str:
    report = audit.report
    top = msgspec.structs.replace(report.overview, **numbers)
    return " ".join(sentences(top, report.stories, report.rejects))


def test_they_hold_the_numbers(sample_audit: Audit) -> None:
    top = sample_audit.report.overview
    text = " ".join(top.sentences)
    for number in (top.articles, top.distinct_texts, top.copies, top.events, top.stories, top.outlets):
        assert f"{number:,}" in text


def test_one_is_not_said_in_the_plural(sample_audit: Audit) -> None:
    text = said(
        sample_audit, copies=1, copies_across=1, copies_within=0, copies_unknown=0, duplicate_groups=1
    )
    assert "1 article (" in text
    assert "is a copy of 1 other." in text
    assert "It stands at another outlet than the original." in text


def test_nothing_copied_is_said_so(sample_audit: Audit) -> None:
    text = said(sample_audit, copies=0, copies_across=0, copies_within=0, copies_unknown=0)
    assert "No article is a copy of another." in text
    assert "stand" not in text


def test_a_story_that_swallows_the_corpus_is_warned_of(sample_audit: Audit) -> None:
    assert "too much for one story" in said(sample_audit, articles=1000, largest_story=600)
    assert "too much" not in said(sample_audit)


def test_reasons_of_what_is_lost_add_up(sample_audit: Audit) -> None:
    names = ("duplicate id", "broken JSON", "no text", "invalid UTF-8", "not an object", "broken row")
    rejects = msgspec.structs.replace(
        sample_audit.report.rejects,
        records=40,
        rejected=17,
        repeated=4,
        withdrawn=0,
        reasons=[
            Count(name=name, count=number) for name, number in zip(names, (4, 4, 3, 3, 2, 1), strict=True)
        ],
    )
    *_, last = sentences(sample_audit.report.overview, sample_audit.report.stories, rejects)
    assert last == (
        "4 records share their id with one that counts instead and 13 of 40 records could not be used "
        "(4 × broken JSON, 3 × no text, 3 × invalid UTF-8 and 3 others)."
    )


def test_what_is_missing_is_counted(sample_audit: Audit) -> None:
    text = said(sample_audit, undated=2, without_outlet=1)
    assert "(2 without a date and 1 without an outlet)" in text
