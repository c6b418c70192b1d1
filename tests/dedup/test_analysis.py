from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.analysis import Findings, analyse, analyse_cleaned
from dedup.corpus import Corpus, TextColumn
from dedup.memory import Memory
from dedup.model import Model
from dedup.settings import Settings
from dedup.stories import cosines
from dedup.stories.cosines import NEW_SHARE
from dedup.stories.settled import event_sums
from dedup.text.lines import split_lines
from dedup.text.phrases import phrase_table
from dedup.text.repeats import SiteLines
from tests.dedup.newsroom import corpus, report

SETTINGS = Settings()
NUMBERS = tuple(range(150))


def told(found: Findings) -> list[object]:
    """All that the result says of the articles, floats to the last bit."""
    stories, duplicates = found.stories, found.duplicates
    arrays = [
        duplicates.original,
        duplicates.similarity,
        stories.event,
        stories.story,
        stories.event_story,
        stories.settled_story,
        stories.vectors.matrix.data,
        stories.vectors.matrix.indices,
        stories.events_merged.children,
        stories.events_merged.distances,
        stories.stories_merged.children,
        stories.stories_merged.distances,
    ]
    return [array.tobytes() for array in arrays] + [found.story_labels, found.event_labels, found.languages]


@pytest.fixture(scope="module")
def model() -> Model:
    return analyse(corpus(NUMBERS[:60]), SETTINGS).model


def test_there_is_something_to_find(model):
    found = analyse_cleaned(corpus(NUMBERS), SETTINGS, model=model)
    assert found.duplicates.in_group.sum() > 10
    assert len(found.event_labels) > len(found.story_labels) > 5
    assert np.bincount(found.stories.event).max() > 2


def remembered(found: Findings) -> Memory:
    """What was added, as it comes back from disk."""
    assert found.memory_added is not None
    return Memory.from_arrays(found.memory_added.to_arrays())


some_articles = st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=60, unique=True)


@settings(max_examples=8, deadline=None)
@given(
    st.lists(some_articles, min_size=1, max_size=3),
    some_articles,
    st.sampled_from([1, 2]),
    st.sampled_from([0, NEW_SHARE]),
)
def test_a_memory_of_any_articles_changes_nothing(model, earlier, now, n_jobs, share):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cosines, "NEW_SHARE", share)  # at 0 all that is new is multiplied, however much it is
        _compare_with_plain(model, earlier, now, n_jobs)


def _compare_with_plain(model, earlier, now, n_jobs):
    memory = Memory.none()
    for numbers in earlier:
        run = analyse_cleaned(corpus(numbers), SETTINGS, model=model, memory=memory)
        memory = Memory.join([memory, remembered(run)])
    plain = analyse_cleaned(corpus(now), SETTINGS, model=model, n_jobs=n_jobs)
    found = analyse_cleaned(corpus(now), SETTINGS, model=model, memory=memory, n_jobs=n_jobs)
    assert told(found) == told(plain)


@settings(max_examples=4, deadline=None)
@given(some_articles, some_articles)
def test_a_memory_under_another_model_changes_nothing(model, earlier, now):
    other = analyse(corpus(earlier), SETTINGS, memory=Memory.none())
    memory = Memory.join([remembered(other)])
    plain = analyse_cleaned(corpus(now), SETTINGS, model=model)
    assert told(analyse_cleaned(corpus(now), SETTINGS, model=model, memory=memory)) == told(plain)


def test_what_is_remembered_is_not_done_again(model):
    first = analyse_cleaned(corpus(NUMBERS[:140]), SETTINGS, model=model, memory=Memory.none())
    again = analyse_cleaned(corpus(NUMBERS[:140]), SETTINGS, model=model, memory=remembered(first))
    assert again.memory_added is not None
    assert len(again.memory_added.pairs.events) == len(again.memory_added.pairs.stories) == 0
    assert len(again.memory_added.drafts["keys"]) == 0
    more = analyse_cleaned(corpus(NUMBERS), SETTINGS, model=model, memory=remembered(first))
    assert more.memory_added is not None
    assert more.memory_added.pairs.events.fresh.sum() == len(np.unique(more.duplicates.original)) - len(
        np.unique(first.duplicates.original)
    )
    assert 0 < len(more.memory_added.drafts["keys"]) < len(more.memory.drafts["keys"])


def test_a_run_hands_on_all_that_it_used(model):
    first = analyse_cleaned(corpus(NUMBERS[:100]), SETTINGS, model=model, memory=Memory.none())
    second = analyse_cleaned(corpus(NUMBERS[50:]), SETTINGS, model=model, memory=remembered(first))
    third = analyse_cleaned(corpus(NUMBERS[50:]), SETTINGS, model=model, memory=second.memory)
    assert third.memory_added is not None
    assert len(third.memory_added.drafts["keys"]) == len(third.memory_added.pairs.events) == 0


def test_without_a_memory_nothing_is_kept(model):
    found = analyse_cleaned(corpus(NUMBERS[:6]), SETTINGS, model=model)
    assert found.memory is None
    assert found.memory_added is None


@settings(max_examples=4, deadline=None)
@given(some_articles)
def test_a_model_serves_its_own_corpus_as_if_estimated_anew(numbers):
    plain = analyse(corpus(numbers), SETTINGS)
    kept = Model.from_arrays(plain.model.to_arrays())
    assert kept.digest == plain.model.digest
    again = analyse(corpus(numbers), SETTINGS, model=kept)
    assert told(again) == told(plain)
    assert again.model.digest == plain.model.digest
    assert again.boilerplate.start.tobytes() == plain.boilerplate.start.tobytes()


def test_settled_events_go_where_their_articles_would_go(model):
    plain = analyse_cleaned(corpus(NUMBERS), SETTINGS, model=model)
    early = np.array(sorted({int(plain.stories.event[row]) for row in range(100)}))
    settled = event_sums(plain.stories, early)
    rows = np.flatnonzero(~np.isin(plain.stories.event, early))
    found = analyse_cleaned(plain.corpus.take(rows), SETTINGS, model=model, settled=settled)
    assert len(found.stories.settled_story) == len(early)
    together = np.concatenate((plain.stories.event_story[early], plain.stories.story[rows]))
    now = np.concatenate((found.stories.settled_story, found.stories.story))
    assert len(set(zip(together.tolist(), now.tolist(), strict=True))) == len(set(now)) == len(set(together))


def test_a_story_of_settled_events_alone_comes_after_all_others(model):
    plain = analyse_cleaned(corpus((0, 1, 12)), SETTINGS, model=model)
    settled = event_sums(plain.stories, np.array([1, 0]))
    found = analyse_cleaned(corpus((13, 66)), SETTINGS, model=model, settled=settled)
    assert sorted(found.stories.story.tolist()) == [0, 1]
    assert len(found.story_labels) == 2
    story_of_twelve, story_of_none = found.stories.settled_story[
        [int(plain.stories.event[2] == 0), int(plain.stories.event[2] != 0)]
    ]
    assert (story_of_twelve, story_of_none) == (found.stories.story[0], 2)


def test_settled_pairs_are_remembered(model):
    plain = analyse_cleaned(corpus(NUMBERS[:60]), SETTINGS, model=model)
    settled = event_sums(plain.stories, np.arange(len(plain.event_labels)))
    now = corpus(NUMBERS[60:])
    first = analyse_cleaned(now, SETTINGS, model=model, memory=Memory.none(), settled=settled)
    again = analyse_cleaned(now, SETTINGS, model=model, memory=first.memory, settled=settled)
    assert told(again) == told(first)
    assert again.memory_added is not None
    assert not again.memory_added.pairs.stories.fresh.any()


def test_an_article_is_cleaned_by_the_lines_of_the_model(model):
    line = "The Coast Letter is printed in the old harbour and is read on all islands."
    article = report(11)
    assert line in article.text
    articles = Corpus.from_articles([article])
    key = split_lines(TextColumn.from_strings([line]), phrase_table({})).records["key"]
    lines = SiteLines((article.source,), np.zeros(1, np.int32), key, np.zeros(1, bool))
    found = analyse(articles, SETTINGS, model=replace(model, lines=lines))
    assert line not in found.corpus.texts[0]
    assert len(found.model.lines) == 1
    assert line in analyse(articles, SETTINGS, model=model).corpus.texts[0]
