"""Names in running text."""

from __future__ import annotations

import pytest

from dedup.article import Article
from dedup.corpus import Corpus
from dedup.settings import LabelSettings
from dedup.stories.background import background, fold
from dedup.stories.labels.countries import english_label, english_name
from dedup.stories.labels.finder import NameFinder
from dedup.stories.labels.forms import families
from dedup.stories.labels.lexicon import Lexicon
from dedup.stories.labels.names import bare, clean_title, mentions, opening, outlet_names


def names(text: str) -> list[tuple[str, bool]]:
    return [(" ".join(mention.words), mention.first) for mention, _ in mentions(text)]


def lexicon(*texts: str, language: str = "en", source: str = "") -> Lexicon:
    articles = (
        Article(id=f"{n:04}", text=text, language=language, source=source) for n, text in enumerate(texts)
    )
    return Lexicon.from_corpus(Corpus.from_articles(articles), LabelSettings())


@pytest.mark.parametrize(
    ("word", "left"),
    [
        ("Putin's", "Putin"),
        ("Ankara'da", "Ankara"),
        ("l’Élysée", "Élysée"),
        ("O'Brien", "O'Brien"),
        ("don't", ""),
        ("Taliban", "Taliban"),
    ],
)
def test_endings_behind_an_apostrophe_are_cut_and_names_with_one_are_not(word: str, left: str):
    assert bare(word) == left


def test_a_capital_at_the_start_of_a_sentence_is_marked():
    assert names("Rain fell in Port Halden. Ships waited.") == [
        ("Rain", True),
        ("Port Halden", False),
        ("Ships", True),
    ]


def test_an_initial_does_not_part_a_name():
    assert names("so said John F. Kennedy then") == [("John F. Kennedy", False)]


def test_a_name_in_quotation_marks_opens_no_sentence():
    assert names("движение «Талибан» растёт") == [("Талибан", False)]


def test_a_dateline_is_not_read():
    assert opening("HALDEN, Norland (Agency) - Ships waited in vain.", 100) == "Ships waited in vain."
    assert opening("Kabar.com, Jakarta - Kapal menunggu.", 100) == "Kapal menunggu."


def test_an_opening_ends_with_a_whole_word():
    assert opening("one two three", 9) == "one two"


def test_the_outlet_behind_a_headline_is_cut():
    outlets = outlet_names(["kabarserani.co.id"])
    assert clean_title("Jembatan Ambruk - Kabar Serani", outlets) == "Jembatan Ambruk"
    assert clean_title("Persik - Arema", outlets) == "Persik - Arema"


def test_initials_count_alike_with_and_without_dots():
    assert fold("U.S.") == fold("US")


def test_the_corpus_tells_names_from_words():
    counts = lexicon("We saw Halden and the ferry.", "They saw Halden and a Ferry and the ferry again.")
    assert counts.name_share("halden") == 1.0
    assert counts.name_share("ferry") == pytest.approx(1 / 3)
    assert counts.name_share("unknown") is None
    assert counts.documents["halden"] == 2


def test_a_glued_pair_is_parted_only_where_the_corpus_knows_its_parts():
    finder = NameFinder.of_language(
        "en",
        lexicon(
            "We met Presiden Budi.", "Presiden spoke, Budi too.", "Presiden Budi", "YouTube PresidenBudi"
        ),
    )
    assert finder.unglue("PresidenBudi") == ["Presiden", "Budi"]
    assert finder.unglue("YouTube") == ["YouTube"]


def test_inflected_forms_are_one_family_and_strangers_are_not():
    family = families(["россия", "россии", "россию", "росток", "путин", "путиным"], "ru")
    assert family["россия"] == family["россии"] == family["россию"]
    assert family["путин"] == family["путиным"]
    assert family["росток"] != family["россия"]
    assert families(["rusia", "rusiah"], "id") == {}


def test_months_and_days_are_known_in_the_language_and_in_english():
    assert {"senin", "agustus", "monday"} <= background("id").calendar
    assert "montag" in background("de").calendar
    assert background("xx").frequencies == {}


def test_countries_go_to_english_and_other_names_only_where_they_are_the_same():
    assert english_name("Amerika Serikat", "id") == "United States"
    assert english_name("Россия", "ru") == "Russia"
    assert english_name("Taliban", "id") == "Taliban"
    assert english_name("Mahkamah Agung", "id") is None
    assert english_name("AS", "id") is None
    assert english_label(["Rusia", "Mahkamah Agung"], "id") is None
    assert english_label(["Rusia", "Taliban"], "id") == "Russia–Taliban"
