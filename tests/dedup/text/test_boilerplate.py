"""What counts as boilerplate, and what never does.  All sites and articles here are invented."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.article import Article
from dedup.corpus import Corpus
from dedup.settings import BoilerplateSettings
from dedup.text.boilerplate import Boilerplate, remove_boilerplate
from dedup.text.repeats import SiteLines

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = BoilerplateSettings()

HARBOUR = """\
The council of Port Arden voted on Monday to deepen the harbour so that larger ferries can land there.
Mayor Lena Holt said the work would take two summers and cost about nine million crowns.
Fishermen asked that the channel stay open during the herring season, which the council promised.
The first dredgers are expected in the bay before the end of April, the harbour office said."""

#: Words that invented articles are made of; each subject has its own.
SUBJECTS = {
    "farm": "barley harvest tractor meadow granary drought orchard cattle fodder irrigation dairy",
    "opera": "soprano premiere orchestra libretto conductor curtain aria rehearsal costume baritone",
    "space": "orbit launcher satellite telescope payload antenna crater booster module docking",
    "court": "verdict appeal prosecutor witness jury bail testimony magistrate indictment ruling",
    "rowing": "regatta coxswain oar lane sculls stroke boathouse podium sprint heat crew finish",
    "bank": "loan deposit interest broker ledger dividend audit merger currency bond lender",
    "storm": "thunder gust flood levee shelter rainfall forecast siren evacuation cyclone landfall",
    "school": "pupil classroom exam teacher timetable library lesson gymnasium chalk tuition",
}


def article(name: str, text: str, source: str = "", title: str = "") -> Article:
    return Article(id=name, text=text, source=source, title=title)


def run(*articles: Article, **changed: object) -> Boilerplate:
    return remove_boilerplate(
        Corpus.from_articles(articles), SETTINGS.model_copy(update=changed) if changed else SETTINGS
    )


def lines_left(result: Boilerplate, row: int = 0) -> list[str]:
    return [line for line in result.corpus.texts[row].split("\n") if line.strip()]


def alone(text: str) -> list[str]:
    return lines_left(run(article("a", text)))


def body(subject: str, seed: int, sentences: int = 8) -> list[str]:
    """Write sentences that no other subject, and no other seed, has."""
    draw = random.Random(f"{subject} {seed}")
    words = SUBJECTS[subject].split()
    return [
        " ".join(draw.choices(words, k=9)).capitalize() + f" {subject}{seed}{number} here."
        for number in range(sentences)
    ]


def outlet(count: int, *, source: str = "site.example") -> list[tuple[str, list[str]]]:
    """Give ids and sentences of unrelated articles of one outlet."""
    subjects = list(SUBJECTS)
    return [(f"{source}-{n:03d}", body(subjects[n % len(subjects)], n)) for n in range(count)]


def published(told: list[tuple[str, list[str]]], source: str = "site.example") -> list[Article]:
    return [article(name, "\n".join(lines), source) for name, lines in told]


# --- lines that repeat -------------------------------------------------------------------------------------


def test_a_footer_on_unrelated_articles_of_an_outlet_goes() -> None:
    footer = "Arden Post is the paper of the bay and is delivered every morning."
    told = [(name, [*lines, footer]) for name, lines in outlet(16)]
    result = run(*published(told))
    assert all(footer not in text for text in result.corpus.texts)
    assert [text.split("\n")[:-1] for text in result.corpus.texts] == [lines for _, lines in outlet(16)]
    assert {reason for row in range(16) for _, _, reason in result.of(row)} == {"repeated"}


def test_an_article_by_itself_is_cleaned_by_lines_that_are_known() -> None:
    footer = "Arden Post is the paper of the bay and is delivered every morning."
    told = [(name, [*lines, footer]) for name, lines in outlet(16)]
    found = run(*published(told))
    known = SiteLines.from_arrays(found.site_lines.to_arrays())
    for name, source, left in (("new", "site.example", 8), ("other", "other.example", 9), ("none", "", 9)):
        sentences = [*body("bank", 99), footer]
        one = Corpus.from_articles([article(name, "\n".join(sentences), source)])
        assert len(lines_left(remove_boilerplate(one, SETTINGS, known=known))) == left


def test_known_lines_are_the_only_ones_that_go() -> None:
    footer = "Arden Post is the paper of the bay and is delivered every morning."
    articles = Corpus.from_articles(published([(name, [*lines, footer]) for name, lines in outlet(16)]))
    result = remove_boilerplate(articles, SETTINGS, known=SiteLines.none())
    assert list(result.corpus.texts) == list(articles.texts)


def test_the_lines_that_were_found_go_again_when_they_are_known() -> None:
    told = outlet(16) + [(f"b{name}", lines) for name, lines in outlet(16, source="second.example")]
    for number, (_, lines) in enumerate(told):
        lines.insert(number % 5, "Ferry Workers Threaten Strike Before the Long Weekend")
        lines.append(f"Share this article with {number % 3} friends today")
    articles = published(told[:16]) + published(told[16:], "second.example") + published(outlet(3, source=""))
    found = run(*articles)
    again = remove_boilerplate(found.original, SETTINGS, known=found.site_lines)
    assert len(found) > 32
    for column in ("row", "start", "stop", "reason"):
        assert getattr(again, column).tolist() == getattr(found, column).tolist()


def test_headlines_between_paragraphs_go_when_they_stand_in_three_unrelated_articles() -> None:
    linked = "Ferry Workers Threaten Strike Before the Long Weekend"
    told = outlet(16)
    for _, lines in told[:3]:
        lines.insert(4, linked)
    result = run(*published(told))
    assert sum(linked in text for text in result.corpus.texts) == 0


def test_headlines_below_a_repeated_heading_go_though_each_is_new() -> None:
    told = outlet(16)
    for n, (_, lines) in enumerate(told):
        lines += [
            "From the House of the Arden Post",
            f"• Ferry Number {n} Leaves the Harbour Without Its Captain",
        ]
    result = run(*published(told))
    assert not any("Captain" in text for text in result.corpus.texts)


def test_flashes_of_one_line_below_a_repeated_sign_stay() -> None:
    told = outlet(16)
    told += [
        (f"flash{n}", ["*** Flash ***", f"Ferry Number {n} Leaves Harbour Without Its Captain"])
        for n in range(12)
    ]
    for _, lines in told[:16]:
        lines.insert(0, "*** Flash ***")
    assert sum("Captain" in text for text in run(*published(told)).corpus.texts) == 12


def test_an_articles_own_title_stays_where_others_link_to_it() -> None:
    title = "Ferry Workers Threaten Strike Before the Long Weekend"
    told = outlet(16)
    for _, lines in told[1:6]:
        lines.insert(4, title)
    told[0][1].insert(0, title)
    articles = [
        article(name, "\n".join(lines), "site.example", title if n == 0 else "")
        for n, (name, lines) in enumerate(told)
    ]
    texts = list(run(*articles).corpus.texts)
    assert texts[0].startswith(title)
    assert not any(title in text for text in texts[1:])


def test_background_that_follow_ups_share_stays() -> None:
    background = [
        "The bridge over the Sill collapsed in the night of the second of May after weeks of heavy rain.",
        "Eleven people were hurt and the railway to the coast has been closed to all traffic ever since.",
    ]
    words = [
        "bridge",
        "sill",
        "pillar",
        "railway",
        "inspector",
        "girder",
        "debris",
        "crane",
        "ministry",
        "engineer",
        "detour",
        "scaffold",
    ]
    follow_ups = []
    for number in range(6):
        draw = random.Random(number)
        news = [" ".join(draw.sample(words, 9)).capitalize() + f" {number}{k} now." for k in range(5)]
        follow_ups.append((f"bridge-{number}", [*news, *background]))
    result = run(*published(outlet(24) + follow_ups))
    kept = [text for text in result.corpus.texts if background[0] in text and background[1] in text]
    assert len(kept) == 6


@pytest.mark.parametrize("copies", [2, 3, 8, 30])
def test_an_article_that_its_outlet_prints_again_keeps_its_body(copies: int) -> None:
    again = [article(f"again-{n}", HARBOUR, "site.example") for n in range(copies)]
    result = run(*published(outlet(16)), *again)
    assert [text for text in result.corpus.texts if text == HARBOUR] == [HARBOUR] * copies


def test_versions_of_one_article_keep_their_body() -> None:
    versions = [
        article(
            f"v{n}",
            HARBOUR + f"\nCorrection number {n} was added to this report by the night desk.",
            "site.example",
        )
        for n in range(8)
    ]
    result = run(*versions)
    assert len(result) == 0


def test_text_that_outlets_print_alike_stays() -> None:
    wire = [article(f"wire-{n}", HARBOUR, f"outlet{n}.example") for n in range(20)]
    assert list(run(*wire).corpus.texts) == [HARBOUR] * 20


def test_a_name_set_apart_as_a_link_within_a_sentence_stays() -> None:
    told = outlet(16)
    for n, (_, lines) in enumerate(told[:6]):
        lines[2:2] = [f"On day {n} the minister", "Lena Holt", "visited the bay and spoke to the crews."]
    result = run(*published(told))
    assert sum("Lena Holt" in text for text in result.corpus.texts) == 6


def test_nothing_is_counted_for_an_outlet_seen_a_few_times() -> None:
    told = [
        (name, [*lines, "Arden Post is the paper of the bay and is delivered every morning."])
        for name, lines in outlet(5)
    ]
    assert len(run(*published(told))) == 0


def test_without_sources_articles_count_as_one_outlet() -> None:
    told = [(name, [*lines, "Printed on Recycled Paper in Our Own House"]) for name, lines in outlet(16)]
    result = run(*published(told, source=""))
    assert not any("Recycled" in text for text in result.corpus.texts)
    assert not any("Recycled" in text for text in run(*published(told, source="")).corpus.texts)


def test_an_agency_tail_goes_from_wrapped_text_and_the_text_stays() -> None:
    told = []
    for name, lines in outlet(24):
        text = " ".join(lines)
        words, wrapped, line = text.split(), [], ""
        for word in words:
            if len(line) + len(word) > 60:
                wrapped.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        told.append((name, [*wrapped, line, " Agency"]))
    result = run(*published(told))
    for (_, lines), text in zip(told, result.corpus.texts, strict=True):
        assert text.split("\n")[: len(lines) - 1] == lines[:-1]
        assert "Agency" not in text


# --- structure of one article ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "added",
    [
        "ADVERTISEMENT",
        "SCROLL TO CONTINUE WITH CONTENT",
        "Baca Juga: Harga Kopi Naik Lagi Pekan Ini",
        "Simak juga 'Kapal Feri Kandas di Muara, Apa Sebabnya?':",
        "[Gambas:Video 20detik]",
        "[Gambas:Instagram]",
        "(abc/def)",
        "Editor: Lena Holt",
        "(Reporting by Lena Holt; Editing by Ola Brandt)",
        "Lea también: Suben otra vez los precios del café",
        "Lesen Sie auch: Kaffee wird wieder teurer",
        "À lire aussi : Le café est de nouveau plus cher.",
        "Читайте также: Кофе снова подорожал",
        "اقرأ أيضا: ارتفاع أسعار القهوة من جديد",
        "यह भी पढ़ें: कॉफी फिर महंगी हुई",
        "関連記事：コーヒーがまた値上がり",
        "延伸阅读：咖啡价格再次上涨",
        "อ่านเพิ่มเติม: กาแฟขึ้นราคาอีกครั้ง",
        "Xem thêm: Giá cà phê lại tăng",
        "Share on Facebook",
        "Follow us on Twitter",
        "Copyright © 2031 Arden Post. All rights reserved.",
    ],
)
def test_site_phrases_go_and_their_neighbours_stay(added: str) -> None:
    lines = HARBOUR.split("\n")
    assert alone("\n".join([*lines[:2], added, *lines[2:]])) == lines


def test_a_read_also_line_takes_the_headline_below_it() -> None:
    lines = HARBOUR.split("\n")
    assert alone("\n".join([lines[0], "Baca juga:", "Harga Kopi Naik Lagi Pekan Ini", *lines[1:]])) == lines


def test_a_read_also_line_does_not_take_the_paragraph_below_it() -> None:
    lines = HARBOUR.split("\n")
    assert alone("\n".join([lines[0], "Baca Juga", *lines[1:]])) == lines


def test_a_mark_of_a_video_goes_from_the_middle_of_a_paragraph() -> None:
    first, *others = HARBOUR.split("\n")
    assert alone("\n".join([f"{first}[Gambas:Video 20detik] {others[0]}", *others[1:]])) == [
        f"{first} {others[0]}",
        *others[1:],
    ]


def test_a_link_with_a_dash_is_cut_out_of_a_paragraph() -> None:
    before = "Pemerintah kota menutup pelabuhan lama mulai Senin pagi."
    after = "Wali kota mengatakan penutupan berlangsung dua bulan."
    assert alone(f"{before}BACA JUGA - Harga Kopi Naik Lagi di Pasar Induk Pekan Ini {after}") == [
        before + after
    ]


def test_a_subheading_after_a_link_at_the_end_stays() -> None:
    subheading = "The Harbour That the Whole Town Wanted"
    lines = HARBOUR.split("\n")
    text = "\n".join([*lines, "Baca juga: Harga Kopi Naik Lagi Pekan Ini", subheading])
    assert alone(text) == [*lines, subheading]


def test_three_headlines_below_a_link_go() -> None:
    listed = [
        "Harga Kopi Naik Lagi Pekan Ini",
        "Kapal Feri Kandas di Muara Sungai",
        "Orkestra Menemukan Kembali Dirigennya",
    ]
    lines = HARBOUR.split("\n")
    assert alone("\n".join([lines[0], "Baca juga", *listed, *lines[1:]])) == lines


def test_a_place_before_the_dash_of_its_text_stays() -> None:
    told = outlet(16)
    for _, lines in told:
        lines[0:1] = ["Arden", f"- {lines[0]}"]
    assert all(text.startswith("Arden\n- ") for text in run(*published(told)).corpus.texts)


def test_rows_of_tables_stay_though_others_have_them() -> None:
    told = outlet(40)
    for n, (_, lines) in enumerate(told[:8]):
        lines += [
            "Share one crown against five crowns",
            f"Net {n}12 against 3{n}4",
            f"Revenue {n}5.2 against {n}6.1",
        ]
    texts = list(run(*published(told)).corpus.texts)
    assert sum("Share one crown" in text for text in texts) == 8


def test_a_link_glued_into_a_paragraph_is_cut_at_the_end_of_its_headline() -> None:
    before = "Pemerintah kota menutup pelabuhan lama mulai Senin pagi."
    after = "Wali kota mengatakan penutupan berlangsung dua bulan."
    assert alone(f"{before}Baca Juga: Harga Kopi Naik Lagi di Pasar Induk Pekan Ini {after}") == [
        before + after
    ]


@pytest.mark.parametrize(
    "heading", ["Berita Terkait", "Related articles", "Mest läst", "Похожие новости", "人気記事"]
)
def test_a_link_list_goes_with_its_heading(heading: str) -> None:
    listed = [
        "- Coffee Prices Rise Again in Arden Market",
        "-",
        "Who Will Pay for the New Ferry Terminal?",
        "Trending",
        "- One More Bridge Closes",
    ]
    assert alone("\n".join([HARBOUR, heading, *listed])) == HARBOUR.split("\n")


def test_headlines_without_a_heading_go_after_the_end_of_the_text() -> None:
    tail = [
        "Coffee Prices Rise Again in the Markets of Arden and Sill",
        "Who Will Pay for the New Terminal That Nobody Wanted?",
        "Orchestra Finds Its Lost Conductor on the Night Train to Berg",
        "Seven Islands, One Doctor and a Very Slow Boat",
    ]
    assert alone("\n".join([HARBOUR, *tail])) == HARBOUR.split("\n")


@pytest.mark.parametrize(
    "tail",
    [
        ["Line-up of the home side:", "Marta Quist", "Ola Brandt", "Per Sandvik", "Ines Roth", "Jan Holm"],
        [
            "1. Beat the eggs with the sugar until pale",
            "2. Fold in the flour and the melted butter",
            "3. Bake for forty minutes in a low oven",
        ],
        [
            "Butter 250 g: 4.90 crowns in most shops",
            "Coffee 500 g: 12.50 crowns in most shops",
            "Sugar 1 kg: 2.10 crowns in most shops",
        ],
        [
            "Departure on Monday at eight from the north pier of Arden",
            "Departure on Tuesday at nine from the north pier of Arden",
            "Departure on Friday at ten from the north pier of Arden",
        ],
        ["Home is the sailor", "Home from the bay", "And the lamp in the window", "Burns until day"],
        [
            "Marta Quist – director of the harbour office",
            "Ola Brandt – head of the ferry company",
            "Per Sandvik – speaker of the fishermen of Arden",
        ],
        ["Mayor Lena Holt of the City of Port Arden"],
        [
            "Verse of the Ferrymen of Port Arden Bay",
            "Meaning: the Sea Gives Us All That We Have",
            "Song of the Lamp in the Window by Night",
            "Meaning: the Light Burns on Until Daybreak",
            "Chorus of the Ferrymen of the Whole Coast",
        ],
        [
            "What did the council agree?",
            "Deepen the channel before larger ferries can land",
            "Keep fishing open throughout the herring season",
            "Move every dredger out before winter storms come",
            "Pay each crew whose boats must lie idle meanwhile",
        ],
    ],
)
def test_lists_that_belong_to_the_article_stay(tail: list[str]) -> None:
    lines = [*HARBOUR.split("\n"), *tail]
    assert alone("\n".join(lines)) == lines


@pytest.mark.parametrize(
    "lines",
    [
        [
            "The sea was grey and the sky was grey",
            "And nothing moved upon the bay",
            "But one white gull",
            "At end of day",
        ],
        ["Minister Opens New Harbour in Arden", "Ferry Company Orders Two Ships", "Coffee Prices Rise Again"],
        [
            "10:02 Kick-off in a cold wind",
            "10:17 Goal for the home side",
            "10:31 A yellow card for the keeper",
        ],
        ["ท่าเรือแห่งใหม่จะเปิดในเดือนเมษายน", "นายกเทศมนตรีกล่าวว่าจะใช้เวลาสองปี", "ชาวประมงขอให้เปิดร่องน้ำไว้"],
        ["港口将于四月开放", "市长表示工程需要两年", "渔民要求保持航道畅通", "议会已经答应"],
        [
            "What will the harbour cost?",
            "Nine million crowns, says the mayor",
            "Who will pay?",
            "The city will",
        ],
    ],
)
def test_bodies_that_are_not_written_in_sentences_stay(lines: list[str]) -> None:
    assert alone("\n".join(lines)) == lines


def test_a_long_article_in_thai_keeps_its_last_paragraphs() -> None:
    paragraph = (
        "นายกเทศมนตรีกล่าวว่าโครงการขุดลอกท่าเรือจะใช้เวลาสองฤดูร้อนและใช้งบประมาณราวเก้าล้านคราวน์ "
        "โดยชาวประมงขอให้เปิดร่องน้ำไว้ในช่วงฤดูปลา"
    )
    ending = [
        "สภาเมืองรับปากว่าจะเปิดร่องน้ำไว้",
        "เรือขุดลำแรกจะมาถึงก่อนสิ้นเดือนเมษายน",
        "ท่าเรือเดิมจะปิดในเดือนหน้า",
        "ผู้โดยสารควรตรวจสอบตารางเวลา",
    ]
    lines = [f"{paragraph} {n}" for n in range(6)] + ending
    assert alone("\n".join(lines)) == lines


def test_a_body_in_one_paragraph_comes_through() -> None:
    text = HARBOUR.replace("\n", " ")
    assert alone(text) == [text]


def test_an_article_of_nothing_but_boilerplate_keeps_its_text_and_is_counted() -> None:
    text = "ADVERTISEMENT\nBaca Juga: Harga Kopi Naik Lagi Pekan Ini\nBagikan"
    result = run(article("a", text), article("b", HARBOUR))
    assert result.corpus.texts[0] == text
    assert result.kept_whole.tolist() == [True, False]
    assert result.counters["articles_kept_whole"] == 1


def test_an_ordinary_sentence_that_begins_with_a_site_phrase_stays() -> None:
    lines = [
        "More from the harbour than from the fields, the town has lived for three hundred years.",
        "Read also the small print, the mayor told the crews, before you sign anything at all.",
        *HARBOUR.split("\n"),
    ]
    assert alone("\n".join(lines)) == lines


# --- the result --------------------------------------------------------------------------------------------


def mixed_corpus() -> list[Article]:
    footer = "Printed on Recycled Paper in Our Own House"
    told = [(name, [*lines, footer]) for name, lines in outlet(12)]
    return [
        *published(told),
        article("z", HARBOUR + "\r\nADVERTISEMENT\r\nBaca Juga: Ünïcödé Wörds Everywhere Again 東京\n", ""),
    ]


def test_removed_pieces_lie_where_the_result_says() -> None:
    articles = sorted(mixed_corpus(), key=lambda one: one.id)
    result = run(*articles)
    for piece in range(len(result)):
        raw = articles[int(result.row[piece])].text.encode()
        assert raw[result.start[piece] : result.stop[piece]].decode() == result.text(piece)
    for row, one in enumerate(articles):
        left, at = b"", 0
        for start, stop, _ in result.of(row):
            left += one.text.encode()[at:start]
            at = stop
        left += one.text.encode()[at:]
        assert result.corpus.texts[row].split() == left.decode().split()


def test_order_and_number_of_workers_do_not_matter() -> None:
    articles = mixed_corpus()
    one = run(*articles)
    shuffled = random.Random(4).sample(articles, len(articles))
    other = remove_boilerplate(Corpus.from_articles(shuffled), SETTINGS, n_jobs=2)
    assert one.corpus.texts.data.tobytes() == other.corpus.texts.data.tobytes()
    for name in ("row", "start", "stop", "reason"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_switched_off_it_changes_nothing() -> None:
    result = run(*mixed_corpus(), enabled=False)
    assert result.corpus is result.original
    assert len(result) == 0


def test_counts_by_outlet_add_up() -> None:
    result = run(*mixed_corpus())
    told = result.by_outlet()
    assert (
        sum(one["pieces_removed"] for one in told.values())
        == len(result)
        == result.counters["pieces_removed"]
    )
    assert told["site.example"]["articles"] == 12
    assert result.top_pieces("site.example")[0] == (
        "Printed on Recycled Paper in Our Own House",
        "repeated",
        12,
    )


def test_no_articles_and_empty_articles_pass() -> None:
    assert len(run()) == 0
    assert list(run(article("a", ""), article("b", " \n\n ")).corpus.texts) == ["", " \n\n "]


def test_a_text_of_headings_only_is_read_in_linear_time() -> None:
    text = "\n".join(["Trending"] * 200_000 + [HARBOUR])
    run(article("warm", HARBOUR))
    started = time.process_time()
    run(article("a", text))
    assert time.process_time() - started < 3


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80), max_size=8
    )
)
def test_what_is_left_is_a_part_of_what_came(texts: list[str]) -> None:
    articles = [article(f"{n}", text, "a" if n % 2 else "") for n, text in enumerate(texts)]
    result = run(*articles)
    for one in articles:
        row = result.corpus.ids.index(one.id)
        rest = iter(one.text)
        assert all(letter in rest for letter in result.corpus.texts[row])
        assert bool(one.text.strip()) == bool(result.corpus.texts[row].strip())


@pytest.mark.shared
def test_the_example_articles_lose_their_links_and_nothing_else(shared_data: Path) -> None:
    found = sorted((shared_data / "examples").glob("*.txt"))
    articles = [article(path.name, path.read_text("utf-8")) for path in found]
    for batch in ([articles[0]], [articles[1]], articles):
        result = run(*batch)
        for one in batch:
            left = lines_left(result, result.corpus.ids.index(one.id))
            came = [line for line in one.text.split("\n") if line.strip()]
            body_lines = came[: came.index("Berita Terkait")] if "Berita Terkait" in came else came
            cues = ("Baca Juga", "SCROLL", "Simak juga")
            assert left == [line for line in body_lines if not line.startswith(cues)]
