from __future__ import annotations

from dataclasses import replace as replace_draft

import numpy as np
from msgspec.structs import replace

from dedup.article import Article
from dedup.corpus import Corpus
from dedup.settings import LabelSettings
from dedup.stories.labels import Lexicon, label_stories
from dedup.stories.labels.candidates import Candidate
from dedup.stories.labels.drafts import Draft, Drafts, KeptDrafts, article_keys, join_drafts
from tests.dedup.newsroom import corpus, report

DRAFT = Draft([Candidate("Halden–“Örn”", 0.1 + 0.2, ("Halden", "Örn"))], ("ferry",), 1, "en", "Ferry", "")


def kept(drafts: Drafts) -> Drafts:
    held = drafts.added()
    return Drafts(held["keys"], held["bounds"], held["lines"])


def test_a_draft_comes_back_as_it_was():
    drafts = Drafts.none()
    drafts.add(7, DRAFT)
    drafts.add(2**64 - 1, replace_draft(DRAFT, candidates=[]))
    again = kept(drafts)
    assert again.get(7) == DRAFT
    assert again.get(2**64 - 1) == replace_draft(DRAFT, candidates=[])
    assert again.get(8) is None


def test_only_what_was_asked_for_is_handed_on():
    drafts = Drafts.none()
    for key in range(5):
        drafts.add(key, DRAFT)
    again = kept(drafts)
    again.add(9, DRAFT)
    for key in (1, 3, 9):
        again.get(key)
    assert again.kept()["keys"].tolist() == [1, 3, 9]
    assert again.added()["keys"].tolist() == [9]


def test_parts_are_put_together():
    parts = []
    for key in (3, 1):
        drafts = Drafts.none()
        drafts.add(key, replace_draft(DRAFT, representative=key))
        parts.append(drafts.added())
    held = join_drafts(parts)
    both = Drafts(held["keys"], held["bounds"], held["lines"])
    assert [both.get(key) for key in (1, 3)] == [replace_draft(DRAFT, representative=key) for key in (1, 3)]
    assert len(join_drafts([])["keys"]) == 0


def test_an_article_is_known_by_all_that_a_label_is_made_of():
    article = Article(id="a", title="Ferry", text="The ferry left.", source="x.example", language="en")
    others = [
        replace(article, title="Ferr"),
        replace(article, title="FerryThe", text=" ferry left."),
        replace(article, text="The ferry left!"),
        replace(article, published_at=report(1).published_at),
    ]
    keys = {int(article_keys(Corpus.from_articles([each]), ["en"])[0]) for each in [article, *others]}
    assert len(keys) == 5
    assert int(article_keys(Corpus.from_articles([article]), ["de"])[0]) not in keys
    assert int(article_keys(Corpus.from_articles([replace(article, id="b")]), ["en"])[0]) in keys


def test_a_story_is_known_by_how_close_its_articles_are():
    named = KeptDrafts.for_one_run(corpus(range(3)))
    close = np.array([0.5, 0.7, 0.9], np.float32)
    assert named.key((0, 1), close) != named.key((0, 1), close[::-1].copy())
    assert named.key((0, 1), close) != named.key((1, 0), close)
    assert named.key((2,), close) == named.key((2,), close[::-1].copy())
    assert named.key((2,), close) != named._replace(scope=b"other").key((2,), close)


def test_words_counted_in_an_earlier_run_name_stories_alike():
    articles, rows = corpus(range(36)), np.arange(36)
    counted = Lexicon.from_corpus(articles, LabelSettings())
    read_back = Lexicon.from_arrays(counted.to_arrays())
    assert read_back == counted.without_openings()
    assert read_back.digest == counted.digest
    labels = [
        label_stories(articles, rows // 6, rows, LabelSettings(), lexicon=lexicon)
        for lexicon in (counted, counted.without_openings(), read_back)
    ]
    assert labels[0] == labels[1] == labels[2]
