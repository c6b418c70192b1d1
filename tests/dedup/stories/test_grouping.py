from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.article import Article
from dedup.corpus import Corpus
from dedup.settings import StorySettings
from dedup.stories import Stories, find_stories
from dedup.stories.grouping import cut_for_length

START = datetime(2021, 3, 1, tzinfo=UTC)

FIRE = (
    "Fire destroyed the Zorvath spice market, Mayor Quellin said, and traders lost every stall to the flames."
)
FIRE_AGAIN = (
    "Traders of the Zorvath spice market count losses after the fire; Mayor Quellin promised new stalls."
)
INQUIRY = "An inquiry into the Zorvath spice market fire questioned Mayor Quellin about wiring in the stalls."
FOOTBALL = "Striker Odran Belkova scored twice as Harrowgate United beat Tarnmouth in the cup semi-final."
VOLCANO = "The volcano Mount Ilveron spewed ash over Keldish villages; farmers fled with their goats."


def corpus(
    *texts: str, days: tuple[float | None, ...] | None = None, ids: tuple[str, ...] | None = None
) -> Corpus:
    moments = [None if day is None else START + timedelta(days=day) for day in days or [0.0] * len(texts)]
    return Corpus.from_articles(
        Article(
            id=ids[number] if ids else f"{number:03}", text=text, published_at=moments[number], language="en"
        )
        for number, text in enumerate(texts)
    )


def group(articles: Corpus, originals=None, *, n_jobs: int = 1, **options: float) -> Stories:
    rows = np.arange(len(articles)) if originals is None else np.array(originals)
    return find_stories(articles, rows, StorySettings(**options), n_jobs=n_jobs)


def test_reports_of_one_event_are_one_event():
    found = group(corpus(FIRE, FOOTBALL, FIRE_AGAIN, VOLCANO))
    assert found.event.tolist() == [0, 1, 0, 2]
    assert found.story.tolist() == [0, 1, 0, 2]


def test_a_report_weeks_later_is_another_event_of_the_same_story():
    found = group(corpus(FIRE, FIRE_AGAIN, INQUIRY, FOOTBALL, days=(0, 0, 40, 0)))
    assert found.event[0] == found.event[1] != found.event[2]
    assert found.story[0] == found.story[2] != found.story[3]


def test_no_event_lasts_longer_than_its_window():
    found = group(corpus(*[FIRE] * 10, days=tuple(range(10))), event_days=4)
    for event in np.unique(found.event):
        assert np.ptp(np.flatnonzero(found.event == event)) <= 4
    assert len(np.unique(found.story)) == 1


def test_undated_articles_are_grouped_by_their_text():
    assert group(corpus(FIRE, FIRE_AGAIN, FOOTBALL, days=(None, None, None))).event.tolist() == [0, 0, 1]


def test_a_copy_goes_where_its_original_goes():
    found = group(corpus(FIRE, FOOTBALL, FOOTBALL), originals=[0, 0, 2])
    assert found.event.tolist() == [0, 0, 1]
    assert found.vectors.rows.tolist() == [0, 2]
    assert found.vector_of.tolist() == [0, 0, 1]


def test_groups_are_numbered_by_their_earliest_article():
    found = group(
        corpus(FIRE, FOOTBALL, VOLCANO, INQUIRY, days=(5, 3, None, 0)), event_cut=0.01, story_cut=0.01
    )
    assert found.event.tolist() == [2, 1, 3, 0]
    assert found.story.tolist() == [2, 1, 3, 0]
    assert found.event_story.tolist() == [0, 1, 2, 3]


def test_every_event_lies_in_one_story():
    found = group(corpus(FIRE, FIRE_AGAIN, INQUIRY, FOOTBALL, VOLCANO, days=(0, 0, 40, 0, 1)))
    assert np.array_equal(found.event_story[found.event], found.story)


UNRELATED = (
    "The city council has said that it will decide on the new bridge before the end of the year.",
    "A dog that was lost for two years has been found by a family on the other side of the country.",
    "The central bank did not change its rate, and said that prices would rise more slowly.",
    "Scientists have found a way to store heat in salt for many months, and hope to build a plant.",
    "The singer has cancelled all of her concerts for the rest of the year because of a bad throat.",
    "He was the first man to swim around the island, and he did it in less than ten hours.",
    "A court has ruled that the company must pay its workers for the time they spend on the bus.",
    "The team lost its third game in a row, and the coach said that he would not resign.",
    "There will be rain in the north and some sun in the south on the first day of the week.",
    "The museum has bought a painting that had not been seen in public for more than a century.",
)
UNRELATED_INDONESIAN = (
    "Dewan kota mengatakan bahwa mereka akan memutuskan soal jembatan baru sebelum akhir tahun ini.",
    "Seekor anjing yang hilang selama dua tahun telah ditemukan oleh sebuah keluarga di pulau lain.",
    "Bank sentral tidak mengubah suku bunga dan mengatakan bahwa harga akan naik lebih lambat.",
    "Para peneliti menemukan cara untuk menyimpan panas di dalam garam selama berbulan-bulan.",
    "Penyanyi itu telah membatalkan semua konser karena tenggorokannya sakit sejak hari Senin.",
    "Ia adalah orang pertama yang berenang mengelilingi pulau itu dalam waktu kurang dari sepuluh jam.",
    "Pengadilan memutuskan bahwa perusahaan itu harus membayar para pekerja untuk waktu di dalam bus.",
    "Tim itu kalah untuk ketiga kalinya dan pelatih mengatakan bahwa ia tidak akan mundur.",
    "Akan turun hujan di bagian utara dan cuaca cerah di bagian selatan pada awal pekan ini.",
    "Museum itu telah membeli sebuah lukisan yang tidak pernah terlihat selama lebih dari satu abad.",
)


@pytest.mark.parametrize(
    ("texts", "language"), [(UNRELATED, "en"), (UNRELATED_INDONESIAN, "id"), (UNRELATED, "")]
)
def test_ten_unrelated_articles_stay_apart(texts, language):
    articles = Corpus.from_articles(
        Article(id=str(number), text=text, language=language) for number, text in enumerate(texts)
    )
    assert len(np.unique(group(articles).story)) >= 9


@pytest.mark.parametrize("texts", [(), ("",), ("", "…", ""), (FIRE,), ("", FIRE, "")])
def test_articles_without_words_are_stories_of_their_own(texts):
    assert group(corpus(*texts)).story.tolist() == list(range(len(texts)))


MIXED = (
    FIRE,
    FOOTBALL,
    FIRE_AGAIN,
    VOLCANO,
    INQUIRY,
    "東京で地震がありました。",
    "東京の地震",
    "",
    "harbour",
)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(len(MIXED))), st.sampled_from([1, 2]))
def test_order_of_input_and_workers_change_nothing(order, n_jobs):
    days = tuple(float(number) for number in range(len(MIXED)))
    straight = group(corpus(*MIXED, days=days))
    shuffled = corpus(
        *(MIXED[place] for place in order),
        days=tuple(days[place] for place in order),
        ids=tuple(f"{place:03}" for place in order),
    )
    found = group(shuffled, n_jobs=n_jobs)
    assert found.event.tobytes() == straight.event.tobytes()
    assert found.story.tobytes() == straight.story.tobytes()


def test_the_merge_of_two_articles_is_found():
    found = group(corpus(FIRE, FIRE_AGAIN, FOOTBALL))
    cosine = float((found.vectors.matrix @ found.vectors.matrix.T)[0, 1])
    assert found.events_merged.distance(0, 1) == pytest.approx(1 - cosine)
    assert found.events_merged.distance(0, 0) == 0
    assert found.events_merged.distance(0, 2) is None


def test_short_texts_are_joined_at_less_similarity():
    cuts = [cut_for_length(0.77, words, 0.12) for words in (1, 5, 10, 250, 2000, 9000)]
    assert cuts == sorted(cuts, reverse=True)
    assert cuts[0] == cuts[1] < 1
    assert cuts[4] == cuts[5] > 0
    assert cuts[3] == pytest.approx(0.77)
