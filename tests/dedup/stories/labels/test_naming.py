"""Labels of small invented stories in many languages."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from dedup.article import Article
from dedup.corpus import Corpus
from dedup.settings import LabelSettings
from dedup.stories.labels import Lexicon, StoryLabel, label_stories

Story = list[tuple[str, str]]

RUSIA: Story = [
    (
        "Rusia Undang Taliban ke Pertemuan di Moskow",
        (
            "Pemerintah Rusia mengundang perwakilan Taliban ke Moskow. Utusan khusus Rusia, Viktor Lebedenko, "
            "mengatakan Taliban sudah menjawab undangan itu."
        ),
    ),
    (
        "Taliban Sambut Ajakan Rusia",
        "Juru bicara Taliban menyambut ajakan Rusia dan berharap pertemuan segera digelar di Moskow.",
    ),
    (
        "Hubungan Rusia dan Taliban Menghangat",
        "Hubungan Rusia dan Taliban menghangat. Lebedenko menyebut Rusia belum akan memberi pengakuan.",
    ),
]
GEMPA: Story = [
    (
        "Gempa Guncang Pulau Serani",
        "Gempa berkekuatan 5,1 mengguncang Pulau Serani. Warga Pulau Serani berlarian ke luar rumah.",
    ),
    (
        "Warga Pulau Serani Mengungsi Usai Gempa",
        "Ratusan warga Pulau Serani mengungsi setelah gempa merusak rumah mereka.",
    ),
]


def label(language: str, *stories: Story, source: str = "") -> list[StoryLabel]:
    articles, groups = [], []
    for number, story in enumerate(stories):
        for place, (title, text) in enumerate(story):
            name = f"{number:03}-{place:03}"
            articles.append(Article(id=name, title=title, text=text, language=language, source=source))
            groups.append(number)
    rows = np.arange(len(articles))
    return label_stories(Corpus.from_articles(articles), np.array(groups), rows, LabelSettings())


def test_two_actors_make_a_pair_in_the_language_of_the_articles_and_in_english():
    found = label("id", RUSIA, GEMPA)[0]
    assert found.label == "Rusia–Taliban"
    assert found.label_en == "Russia–Taliban"


def test_a_label_with_a_part_that_has_no_sure_english_form_has_no_english_form():
    assert label("id", RUSIA, GEMPA)[1].label_en is None


def test_a_place_and_what_happened_there_name_an_event():
    found = label("id", RUSIA, GEMPA)[1].label
    assert "Serani" in found
    assert "gempa" in found.lower()


def test_articles_without_headlines_are_named_from_their_bodies():
    story = [("", text) for _, text in RUSIA]
    assert label("id", story)[0].label == "Rusia–Taliban"


@pytest.mark.parametrize(
    ("language", "title", "text", "turned"),
    [
        ("id", "Warga Tak Wajib Bayar Retribusi Pasar", "Retribusi pasar tak lagi dipungut.", "wajib"),
        (
            "en",
            "No mines damage reported after tremor",
            "The tremor left every shaft intact.",
            "mines damage",
        ),
    ],
)
def test_no_label_begins_behind_a_word_that_denies_it(language, title, text, turned):
    assert not label(language, [(title, text)], GEMPA)[0].label.lower().startswith(turned)


def test_a_headline_in_capitals_does_not_shout():
    story = [
        (
            "NORLAND INVITES OREVIAN REBELS TO TALKS",
            "Norland has invited the Orevian rebels to talks in its capital. Officials in Norland said so.",
        ),
        (
            "REBELS ACCEPT TALKS IN NORLAND",
            "The rebels accepted the talks, officials in Norland said on Monday.",
        ),
    ]
    found = label("en", story)[0]
    assert "Norland" in found.label
    assert not any(word.isupper() for word in found.label.split())
    assert found.label_en == found.label


def test_an_office_is_no_part_of_a_name():
    story = [
        (
            "Governor Anna Whitlock signs river bill",
            (
                "Texas Governor Anna Whitlock signed the river bill. Whitlock said rivers matter. "
                "Anna Whitlock has fought for the river bill for years."
            ),
        ),
        ("Whitlock: river bill is law", "The river bill is law after Governor Anna Whitlock signed it."),
    ]
    found = label("en", story)[0]
    assert "Whitlock" in found.label
    assert "Governor" not in found.label
    assert "river bill" in found.label.lower()


def test_a_first_name_does_not_stand_for_a_person():
    story = [
        (
            "Joko Santarno Lantik Menteri",
            "Joko Santarno melantik menteri baru. Menurut Joko Santarno, tugas berat.",
        ),
        ("Menteri Baru Joko Santarno", "Menteri baru dilantik. Joko Santarno berharap banyak kepada mereka."),
    ]
    found = label("id", story)[0]
    assert "Joko" not in found.label.replace("Joko Santarno", "")
    assert "Joko" not in found.keywords


def test_the_outlet_and_the_day_do_not_name_a_story():
    story = [
        (
            "Kabar Serani: Jembatan Lomba Ambruk",
            "Kabarserani, Senin - Jembatan Lomba ambruk pada hari Senin.",
        ),
        ("Jembatan Lomba Ambruk Diterjang Banjir", "Kabarserani mencatat Jembatan Lomba ambruk hari Senin."),
    ]
    found = label("id", story, source="kabarserani.co.id")[0]
    assert "Jembatan Lomba" in found.label
    assert "kabarserani" not in " ".join((found.label, *found.keywords)).lower()
    assert "Senin" not in found.keywords


def test_words_that_lost_the_space_between_them_are_parted():
    other = [
        ("Budi Hartoto Temui Petani", f"Menurut Budi Hartoto, panen {word} baik.")
        for word in ("padi", "jagung")
    ]
    glued = [
        ("Kunjungan Kerja", "Rombongan bersama PresidenBudi Hartoto tiba. Kata Presiden itu, semua siap.")
    ]
    assert not any("PresidenBudi" in word for word in label("id", other + glued)[0].keywords)


def test_keywords_are_distinct_and_no_parts_of_each_other():
    for found in label("id", RUSIA, GEMPA):
        folded = [word.lower() for word in found.keywords]
        assert len(set(folded)) == len(folded)
        assert not any(a != b and a in b.split() for a in folded for b in folded)
        assert "dan" not in folded


LANGUAGES: list[tuple[str, Story, tuple[str, ...]]] = [
    (
        "de",
        [
            (
                "Koalition streitet über Deichgesetz",
                (
                    "Die Koalition streitet über das Deichgesetz. Ministerin Hanna "
                    "Brügge verteidigt das Deichgesetz, Jonas Ohlert lehnt es ab."
                ),
            ),
            (
                "Brügge und Ohlert ringen um Deichgesetz",
                (
                    "Im Streit um das Deichgesetz trafen sich Hanna Brügge und "
                    "Jonas Ohlert. Die Koalition sucht einen Ausweg."
                ),
            ),
        ],
        ("Deichgesetz",),
    ),
    (
        "fr",
        [
            (
                "Réforme des phares : Delambre face aux marins",
                (
                    "Luc Delambre a reçu les marins. La réforme des "
                    "phares reste contestée, mais Luc Delambre ne cède pas."
                ),
            ),
            (
                "La réforme des phares au Sénat",
                "Le Sénat examine la réforme des phares voulue par Luc Delambre.",
            ),
        ],
        ("réforme des phares",),
    ),
    (
        "ru",
        [
            (
                "Россия и Норландия провели переговоры",
                (
                    "Россия и Норландия провели переговоры. Россию представлял "
                    "Иван Осокин. В Норландии довольны, а России нужно время."
                ),
            ),
            (
                "Норландия просит Россию о помощи",
                "Норландия попросила Россию о помощи. Министр Норландии ждёт.",
            ),
        ],
        ("Россия", "Норландия"),
    ),
    (
        "tr",
        [
            (
                "Rusya'dan Norlandiya'ya davet",
                (
                    "Rusya, Norlandiya temsilcilerini davet etti. Rusya'nın elçisi "
                    "Norlandiya'nın daveti kabul ettiğini söyledi."
                ),
            ),
            (
                "Norlandiya heyeti Rusya'da",
                "Norlandiya heyeti Rusya'ya gitti. Heyet Rusya'da iki gün kalacak.",
            ),
        ],
        ("Rusya", "Norlandiya"),
    ),
    (
        "ar",
        [
            (
                "روسيا تدعو طالبان إلى مؤتمر",
                "دعت روسيا حركة طالبان إلى مؤتمر دولي. وقال المبعوث إن طالبان قبلت.",
            ),
            ("طالبان تشارك في محادثات مع روسيا", "أعلنت طالبان مشاركتها في محادثات مع روسيا."),
        ],
        ("روسيا", "طالبان"),
    ),
    (
        "hi",
        [
            ("रूस ने तालिबान को बुलाया", "रूस ने तालिबान को सम्मेलन में बुलाया है। तालिबान ने न्योता स्वीकार किया।"),
            ("तालिबान और रूस की बातचीत", "तालिबान का दल रूस पहुंचा। रूस ने अभी फैसला नहीं किया है।"),
        ],
        ("रूस", "तालिबान"),
    ),
    (
        "zh",
        [
            ("俄罗斯邀请塔利班出席会议", "俄罗斯宣布已邀请塔利班代表出席会议。塔利班发言人表示接受邀请。"),
            ("塔利班代表团抵达俄罗斯", "塔利班代表团周二抵达俄罗斯。俄罗斯官员将与塔利班会谈。"),
        ],
        ("俄罗斯", "塔利班"),
    ),
    (
        "ja",
        [
            (
                "ロシア、タリバンを会議に招待",
                "ロシアはタリバンの代表団を会議に招待した。タリバンは参加する。",
            ),
            ("タリバン代表団、ロシア側と会談", "タリバンの代表団がロシアの特使と会談した。"),
        ],
        ("ロシア", "タリバン"),
    ),
    (
        "th",
        [
            ("รัสเซียเชิญตาลีบันประชุม", "รัสเซียเชิญตาลีบันเข้าร่วมการประชุม ตาลีบันตอบรับคำเชิญ"),
            ("ตาลีบันหารือกับรัสเซีย", "ตาลีบันส่งผู้แทนไปหารือกับรัสเซีย โฆษกตาลีบันพอใจ"),
        ],
        ("รัสเซีย", "ตาลีบัน"),
    ),
]


@pytest.mark.parametrize(("language", "story", "parts"), LANGUAGES, ids=[row[0] for row in LANGUAGES])
def test_names_are_found_in_every_script(language: str, story: Story, parts: tuple[str, ...]):
    found = label(language, story)[0].label
    assert all(part in found for part in parts), found


@pytest.mark.parametrize("title", ["", "?", "…", "12.500", "dan yang di", "Video", "Senin"])
@pytest.mark.parametrize("language", ["id", "zh", "xx", ""])
def test_a_story_with_nothing_to_name_still_gets_a_label(language: str, title: str):
    found = label(language, [(title, "dan di yang ini itu 12 34.")], [(title, "dan di yang ini itu 12 34.")])
    assert all(name.label for name in found)
    assert found[0].label != found[1].label


def test_no_two_stories_share_a_label():
    labels = [found.label.lower() for found in label("id", RUSIA, RUSIA, RUSIA[:1], RUSIA[:1], GEMPA, GEMPA)]
    assert len(set(labels)) == len(labels)


def test_two_names_in_either_order_are_one_label():
    turned = [
        (
            "Taliban Kirim Utusan ke Rusia",
            "Taliban mengirim utusan ke Rusia. Rusia menerima Taliban di Moskow.",
        ),
        ("Taliban dan Rusia Bertemu", "Taliban dan Rusia bertemu. Utusan Taliban pulang dari Rusia besok."),
    ]
    labels = [found.label for found in label("id", RUSIA, turned)]
    assert labels[0] == "Rusia–Taliban"
    assert set(labels[1].replace("-", "–").split("–")) != {"Rusia", "Taliban"}


def test_a_name_and_its_initials_are_no_pair():
    story = [
        (
            "Persatuan Nelayan Serani Tolak Tambang",
            "Persatuan Nelayan Serani (PNS) menolak tambang. Ketua PNS bicara di kantor Persatuan Nelayan Serani.",
        ),
        ("PNS Tolak Tambang", "Kata PNS, tambang merusak laut. Persatuan Nelayan Serani akan menggugat."),
    ]
    for found in label("id", story):
        assert not {"PNS", "Persatuan Nelayan Serani"} <= set(found.label.split("–"))


def test_without_headlines_who_acts_weighs_more_than_where():
    story = [
        (
            "",
            (
                f"Norlandia mengundang Orevia ke perundingan {word}. Orevia menjawab Norlandia. Warga sekitar "
                "Kotaraya menunggu, sebab keadaan Kotaraya genting dan harga sekitar Kotaraya naik."
            ),
        )
        for word in ("damai", "dagang")
    ]
    assert set(label("id", story, GEMPA)[0].label.split("–")) == {"Norlandia", "Orevia"}


def test_a_story_of_one_event_is_named_alike_with_and_without_what_was_drafted_before():
    articles = [
        Article(id=f"{n}{m}", title=title, text=text, language="id")
        for n, story in enumerate((RUSIA, GEMPA))
        for m, (title, text) in enumerate(story)
    ]
    corpus, rows = Corpus.from_articles(articles), np.arange(5)
    stories, events = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 2, 2])
    shared = Lexicon.from_corpus(corpus, LabelSettings())
    label_stories(corpus, stories, rows, LabelSettings(), lexicon=shared)
    after = label_stories(corpus, events, rows, LabelSettings(), lexicon=shared)
    assert after == label_stories(corpus, events, rows, LabelSettings())


def test_stories_that_tell_the_same_on_other_days_are_told_apart_by_day():
    def article(day: int) -> Article:
        published = datetime(2021, 3, day, tzinfo=UTC)
        text = "Harga emas Antara Mulia naik."
        return Article(id=str(day), title="Harga Emas", text=text, language="id", published_at=published)

    corpus = Corpus.from_articles(map(article, range(1, 9)))
    rows = np.arange(len(corpus))
    labels = [found.label for found in label_stories(corpus, rows, rows, LabelSettings())]
    assert len(set(labels)) == len(labels)
    assert any("2021-03-0" in label for label in labels)


def test_ten_thousand_equal_headlines_get_labels_in_linear_time():
    articles = [Article(id=f"{n:05}", title="Prakiraan Cuaca", text="", language="id") for n in range(10_000)]
    rows = np.arange(len(articles))
    labels = label_stories(Corpus.from_articles(articles), rows, rows, LabelSettings())
    assert len({found.label for found in labels}) == len(labels)


def test_the_representative_is_an_original_that_speaks_of_the_story():
    story = [*RUSIA, ("Cuaca Hari Ini", "Hujan turun di beberapa tempat, kata badan cuaca.")]
    articles = [
        Article(id=f"{n}", title=title, text=text, language="id")
        for n, (title, text) in enumerate([*story, RUSIA[0]])
    ]
    corpus = Corpus.from_articles(articles)
    originals = np.array([0, 1, 2, 3, 0])
    found = label_stories(corpus, np.zeros(5, np.int64), originals, LabelSettings())[0]
    assert found.representative in {0, 1, 2}


def test_the_representative_is_close_to_the_middle_of_the_story():
    corpus = Corpus.from_articles(
        Article(id=f"{n}", title="Rusia Undang Taliban", text=RUSIA[0][1], language="id") for n in range(3)
    )
    closeness = np.array([0.1, 0.2, 0.9], np.float32)
    groups, rows = np.zeros(3, np.int64), np.arange(3)
    found = label_stories(corpus, groups, rows, LabelSettings(), closeness=closeness)[0]
    assert found.representative == 2


def test_labels_do_not_depend_on_the_order_of_the_input_or_the_number_of_workers(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("dedup.stories.labels.naming._STORIES_A_WORKER", 1)
    articles = [
        Article(id=f"{n}{m}", title=title, text=text, language="id")
        for n, story in enumerate((RUSIA, GEMPA))
        for m, (title, text) in enumerate(story)
    ]
    corpora = [Corpus.from_articles(order) for order in (articles, articles[::-1])]
    groups, rows = np.array([0, 0, 0, 1, 1]), np.arange(5)
    one, two = (label_stories(corpus, groups, rows, LabelSettings()) for corpus in corpora)
    assert one == two == label_stories(corpora[0], groups, rows, LabelSettings(), n_jobs=2)


def test_no_articles_have_no_labels():
    nothing = np.zeros(0, np.int64)
    assert label_stories(Corpus.from_articles([]), nothing, nothing, LabelSettings()) == []
