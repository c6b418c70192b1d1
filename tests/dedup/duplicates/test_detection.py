from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.article import Article
from dedup.corpus import Corpus
from dedup.duplicates import RELATIONS, find_duplicates
from dedup.settings import DuplicateSettings

SETTINGS = DuplicateSettings()
DAY = datetime(2024, 5, 8, tzinfo=UTC)
NOUNS = [
    f"{first}{second}"
    for first in ("bar", "dol", "fen", "gim", "hul", "kas")
    for second in ("an", "em", "ori", "ut")
]


def words(seed: int, count: int) -> list[str]:
    return random.Random(seed).choices([f"{noun}{k}x" for noun in NOUNS for k in "abcdefgh"], k=count)


def article(name: str, text: str, *, hours: float | None = 0, **known: str) -> Article:
    known = {"title": f"Report {name}", "source": f"{name}.example"} | known
    published = None if hours is None else DAY + timedelta(hours=hours)
    return Article(id=name, text=text, published_at=published, **known)


def run(articles, n_jobs=1):
    corpus = Corpus.from_articles(articles)
    found = find_duplicates(corpus, SETTINGS, n_jobs=n_jobs)
    return {
        name: (
            corpus.ids[found.original[row]],
            RELATIONS[found.relation[row]],
            round(float(found.similarity[row]), 3),
        )
        for row, name in enumerate(corpus.ids)
    }


def originals(articles):
    return {name: original for name, (original, _, _) in run(articles).items()}


BASE = words(1, 200)
TEXT = " ".join(BASE)


def test_the_earliest_published_article_is_the_original():
    found = run([article("a", TEXT, hours=5), article("b", TEXT, hours=1), article("c", TEXT, hours=3)])
    assert found == {"a": ("b", "exact", 1), "b": ("b", "original", 1), "c": ("b", "exact", 1)}


def test_an_article_without_a_date_never_is_the_original_of_a_dated_one():
    found = originals([article("a", TEXT, hours=None), article("b", TEXT, hours=50)])
    assert found == {"a": "b", "b": "b"}


def test_without_dates_the_smallest_id_is_the_original():
    found = originals([article("b", TEXT, hours=None), article("a", TEXT, hours=None)])
    assert found == {"a": "a", "b": "a"}


def test_relations_say_what_became_of_the_text():
    more = " ".join(words(2, 150))
    edited = " ".join([*BASE[:60], "other", *BASE[61:140], "things", *BASE[141:]])
    found = run(
        [
            article("1", TEXT),
            article("cut", " ".join(BASE[:90]), hours=1),
            article("edited", edited, hours=2),
            article("longer", f"{TEXT} {more}", hours=3),
            article("same", TEXT.upper().replace(" ", ", "), hours=4),
            article("unrelated", more[::-1], hours=5),
        ]
    )
    assert {name: relation for name, (_, relation, _) in found.items()} == {
        "1": "original",
        "cut": "abridged",
        "edited": "reprint",
        "longer": "expanded",
        "same": "exact",
        "unrelated": "none",
    }


def test_a_template_with_other_numbers_is_no_copy():
    def prices(day: int, figures: list[int]) -> str:
        lines = [" ".join([*BASE[8 * k : 8 * k + 8], str(figure)]) for k, figure in enumerate(figures)]
        return f"prices of day {day} " + " ".join(lines)

    found = originals(
        [
            article("a", prices(1, [410, 522, 633, 744]), source="x.example"),
            article("b", prices(2, [411, 523, 634, 745]), source="x.example", hours=24),
        ]
    )
    assert found == {"a": "a", "b": "b"}


def test_empty_and_one_word_articles_match_nothing():
    texts = ["", "", "word", "word", "...", " ", "short text here", "short text here"]
    found = originals([article(f"{k}", text, title="Same headline of all") for k, text in enumerate(texts)])
    assert all(name == original for name, original in found.items())


def test_articles_of_25_megabytes_neither_crash_nor_match():
    size = 25 << 20
    rng = np.random.default_rng(4)
    letters = np.where(rng.random((2, size)) < 0.15, 32, rng.integers(97, 123, (2, size))).astype(np.uint8)
    texts = [*(line.tobytes().decode() for line in letters), "x" * size, "", "word"]
    found = find_duplicates(
        Corpus.from_articles(article(f"{k}", text, title="Same headline") for k, text in enumerate(texts)),
        SETTINGS,
    )
    assert found.original.tolist() == list(range(len(texts)))
    assert found.counters["texts_cut"] == 3
    assert found.counters["tokens_cut"] == 1


def test_a_short_text_is_a_copy_only_under_the_same_headline():
    text = " ".join(BASE[:14])
    found = originals(
        [
            article("a", text, title="Dividend raised"),
            article("b", text, title="Dividend raised", hours=1),
            article("c", text, title="Boat race postponed", hours=2),
            article("d", text, title="Boat race postponed", hours=3),
        ]
    )
    assert found == {"a": "a", "b": "a", "c": "c", "d": "c"}


@pytest.mark.parametrize("length", [400, pytest.param(10_000, marks=pytest.mark.slow)])
def test_a_chain_of_articles_that_drift_by_3_percent_each_is_not_one_group(length):
    drift = random.Random(5)
    text, articles = words(3, 200), []
    for step in range(length):
        articles.append(article(f"{step:05}", " ".join(text), hours=step / 100))
        for place in drift.sample(range(200), 6):
            text[place] = f"new{drift.randrange(10**6)}"
    corpus = Corpus.from_articles(articles)
    found = find_duplicates(corpus, SETTINGS)
    assert np.bincount(found.original).max() < 60
    distance = np.abs(found.original - np.arange(len(corpus)))
    assert distance.max() < 60


def test_every_pair_has_a_verdict_and_a_reason():
    corpus = Corpus.from_articles(
        [article("a", TEXT), article("b", TEXT, hours=1), article("c", " ".join(BASE[:150]))]
    )
    pairs = find_duplicates(corpus, SETTINGS).pairs
    told = {
        (corpus.ids[a], corpus.ids[b]): (pairs.relation_name(place), pairs.reason_in_words(place))
        for place, (a, b) in enumerate(zip(pairs.a, pairs.b, strict=True))
    }
    assert told == {
        ("a", "b"): ("exact", "same text"),
        ("a", "c"): ("abridged", "jaccard 0.74, headlines 0.33: the same text, edited"),
    }


def test_an_empty_corpus_has_no_copies():
    found = find_duplicates(Corpus.from_articles([]), SETTINGS)
    assert len(found.original) == len(found.pairs) == 0


def test_many_identical_articles_become_one_group_without_comparing_all_pairs():
    corpus = Corpus.from_articles(article(f"{k:05}", TEXT, hours=k) for k in range(3_000))
    found = find_duplicates(corpus, SETTINGS)
    assert not found.original.any()
    assert len(found.pairs) == 2_999


@pytest.mark.slow
def test_a_million_identical_articles_take_less_than_a_minute_and_two_gigabytes():
    command = [sys.executable, "-m", "tests.bench.duplicates.identical", "--articles", "1000000"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    cost = json.loads(done.stdout)
    assert cost["groups"] == 1
    assert cost["cpu_s"] < 60
    assert cost["peak_mib"] < 2000


@st.composite
def corpora(draw):
    """Articles cut, edited and joined from few texts, with or without dates, outlets and headlines."""
    articles = []
    for number in range(draw(st.integers(2, 14))):
        text = words(draw(st.integers(0, 2)), 120)
        start, stop = sorted((draw(st.integers(0, 40)), draw(st.integers(30, 120))))
        text = text[start:stop]
        if draw(st.booleans()) and text:
            text[draw(st.integers(0, len(text) - 1))] = "edited"
        articles.append(
            article(
                f"{number:02}",
                " ".join(text),
                hours=draw(st.sampled_from([None, 0, 3, 30, 300])),
                source=draw(st.sampled_from(["", "x.example", "y.example"])),
                title=draw(st.sampled_from(["", "Boat race postponed", "Dividend raised"])),
            )
        )
    return articles


PROPERTY = settings(deadline=None, max_examples=25)


@PROPERTY
@given(corpora(), st.randoms())
def test_the_order_of_the_input_does_not_matter(articles, shuffler):
    expected = run(articles)
    shuffler.shuffle(articles)
    assert run(articles) == expected


@PROPERTY
@given(corpora())
def test_the_number_of_workers_does_not_matter(articles):
    assert run(articles, n_jobs=2) == run(articles)


@PROPERTY
@given(corpora())
def test_originals_hold_no_more_copies(articles):
    found = originals(articles)
    left = [item for item in articles if found[item.id] == item.id]
    assert all(name == original for name, original in originals(left).items())


@PROPERTY
@given(corpora())
def test_equal_long_texts_always_are_in_one_group(articles):
    found = originals(articles)
    by_text: dict[str, set[str]] = {}
    for item in articles:
        if len(item.text.split()) >= 30:
            by_text.setdefault(item.text, set()).add(found[item.id])
    assert all(len(groups) == 1 for groups in by_text.values())


@PROPERTY
@given(corpora(), st.randoms())
def test_other_ids_give_the_same_groups(articles, shuffler):
    """Where dates decide, ids do not: every article gets its own minute."""
    dated = [
        article(item.id, item.text, hours=number / 60, source=item.source, title=item.title)
        for number, item in enumerate(articles)
    ]
    names = [item.id for item in dated]
    other = dict(zip(names, shuffler.sample(names, len(names)), strict=True))
    renamed = [
        Article(
            id=other[item.id],
            text=item.text,
            title=item.title,
            source=item.source,
            published_at=item.published_at,
        )
        for item in dated
    ]
    expected = {other[name]: other[original] for name, original in originals(dated).items()}
    assert originals(renamed) == expected


@PROPERTY
@given(corpora())
def test_every_member_is_a_verified_copy_of_its_original(articles):
    corpus = Corpus.from_articles(articles)
    found = find_duplicates(corpus, SETTINGS)
    accepted = {
        frozenset(pair)
        for pair in zip(found.pairs.a[found.pairs.accepted], found.pairs.b[found.pairs.accepted], strict=True)
    }
    texts = list(corpus.texts)
    for row, original in enumerate(found.original.tolist()):
        same = texts[row] == texts[original]
        leads = [k for k in range(len(corpus)) if texts[k] == texts[row]]
        assert same or any(frozenset((k, original)) in accepted for k in leads)


@pytest.mark.parametrize(
    "text",
    [
        "東京都議会は月曜日に新しい橋の建設を可決した。" * 3,
        "สภาเมืองลงมติสร้างสะพานใหม่ข้ามแม่น้ำเมื่อวันจันทร์ที่ผ่านมา" * 2,
    ],
)
def test_scripts_without_blanks_are_compared(text):
    assert originals([article("a", text), article("b", f"{text} (AB)", hours=1)]) == {"a": "a", "b": "a"}
