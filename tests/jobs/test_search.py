"""The index answers questions in any script, whatever is in them."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import jobs.search
from dedup.errors import DamagedStateError, NoInputError, UsageError
from jobs.cli import command_line
from jobs.ledger.rows import Change
from jobs.records import ArticleRow, Commit, DuplicateGroup, Kind, Record, Story
from jobs.search import search
from jobs.sinks.sink import Generation
from jobs.sinks.sqlite_index import SqliteIndex

ARTICLES = {
    "ferry": (
        "Ferry turns back off Halden",
        "The ferry to Halden turned back on Monday. The harbour is closed.",
    ),
    "inquiry": ("Inquiry begins", "Water entered the engine room of the ferry, the inquiry heard."),
    "moscow": ("Utusan Taliban tiba di Moskow", "Delegasi Taliban bertemu utusan Rusia di Moskow, Rabu."),
    "kabul": ("Kedutaan dibuka", "Bendera Taliban berkibar di Kabul; Rusia mengakui pemerintah baru."),
    "chinese": ("塔利班代表团抵达莫斯科", "塔利班代表团星期三抵达莫斯科，与俄罗斯特使会谈。"),
    "thai": ("ตาลีบันเยือนมอสโก", "คณะผู้แทนตาลีบันเดินทางถึงกรุงมอสโกเมื่อวันพุธ"),
    "japanese": ("タリバン代表団がモスクワに到着", "タリバンの代表団は水曜日にモスクワに到着した。"),
    "accents": ("Café über Łódź", "Élysée: réunion à huis clos sur l’économie."),
    "alone": ("Rice crackers", "Sago noodles are dried on roofs."),
}
STORIES = {
    "story-sea": ("Halden ferry", ["ferry", "harbour"], ["ferry", "inquiry"]),
    "story-taliban": (
        "Rusia–Taliban",
        ["Taliban", "Rusia", "Moskow"],
        ["moscow", "kabul", "chinese", "thai"],
    ),
    "story-japan": ("モスクワ会談", [], ["japanese"]),
    "story-rest": ("Łódź", [], ["accents"]),
    "story-alone": ("Sago", ["noodles"], ["alone"]),
}


def change(kind: Kind, row: Record) -> Change:
    encoded = msgspec.json.encode(row)
    id_ = getattr(row, f"{kind}_id")
    return Change(generation=1, sequence=1, kind=kind, op="upsert", id=id_, encoded=encoded)


def article(id_: str, story: str, original: str | None = None) -> ArticleRow:
    title, text = ARTICLES[original or id_]
    return ArticleRow(
        article_id=id_, duplicate_group="dup-ferry" if original else None,
        relation=("original" if id_ == original else "exact") if original else None,
        original_id=original, similarity=None, event_id="event", story_id=story, title=title, url="",
        source="news.example", published_at="2021-05-06T01:05:00Z", language="", text=text,
    )  # fmt: skip


def story(id_: str) -> Story:
    label, keywords, ids = STORIES[id_]
    return Story(
        story_id=id_, label=label, label_en=None, keywords=keywords, representative_id=ids[0],
        headline=ARTICLES[ids[0]][0], first_mover_id=ids[0], first_published=None, last_published=None,
        article_count=len(ids), distinct_count=len(ids), source_count=1, timeline=[], events=[],
    )  # fmt: skip


def make_index(path: Path, changes: Iterable[Change]) -> Path:
    with SqliteIndex(path) as sink:
        sink.write(Generation(Commit(generation=1, counts={}, history=""), iter(changes)))
    return path


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    group = DuplicateGroup(duplicate_group_id="dup-ferry", original_id="ferry", article_ids=["ferry", "copy"],
                           article_count=2, source_count=2)  # fmt: skip
    articles = [article(id_, name) for name, (_, _, ids) in STORIES.items() for id_ in ids if id_ != "ferry"]
    copies = [article(id_, "story-sea", "ferry") for id_ in ("ferry", "copy")]
    changes = [
        *(change("story", story(id_)) for id_ in STORIES),
        change("duplicate_group", group),
        *(change("article", row) for row in [*articles, *copies]),
    ]
    return make_index(tmp_path_factory.mktemp("index") / "news.db", changes)


@pytest.mark.parametrize(
    ("query", "stories", "articles"),
    [
        ("taliban moskow", ["story-taliban"], ["moscow", "kabul"]),
        ("TALIBAN  Moskow!", ["story-taliban"], ["moscow", "kabul"]),
        ("taliban kabul", ["story-taliban"], ["kabul", "moscow"]),
        ("ferry", ["story-sea"], ["ferry", "inquiry"]),
        ("harbour closed", ["story-sea"], ["ferry"]),
        ('"turned back"', ["story-sea"], ["ferry"]),
        ("harb", ["story-sea"], ["ferry"]),
        ("塔利班", ["story-taliban"], ["chinese"]),
        ("塔利班 莫斯科", ["story-taliban"], ["chinese"]),
        ("塔利班访问莫斯科", ["story-taliban"], ["chinese"]),
        ("ตาลีบัน", ["story-taliban"], ["thai"]),
        ("มอสโก", ["story-taliban"], ["thai"]),
        ("モスクワ", ["story-japan"], ["japanese"]),
        ("CAFE uber łodz", ["story-rest"], ["accents"]),
        ("economie", ["story-rest"], ["accents"]),
        ("l'économie", ["story-rest"], ["accents"]),
        ("xyzzy-plugh", [], []),
    ],
)
def test_questions_are_answered(query: str, stories: list[str], articles: list[str], index: Path) -> None:
    answer = search(index, query)
    assert [found.story_id for found in answer.stories] == stories
    assert [found.article_id for found in answer.articles] == articles


def test_copies_are_counted_not_listed(index: Path) -> None:
    (found,) = search(index, "harbour closed").articles
    assert (found.article_id, found.copies) == ("ferry", 1)


def test_words_that_only_a_copy_has_find_its_group_once(tmp_path: Path) -> None:
    original, *copies = (
        msgspec.structs.replace(article(id_, "story-sea", "ferry"), article_id=id_, title=title, text=text)
        for id_, title, text in (
            ("ferry", "Ferry turns back", "The ferry to Halden turned back."),
            ("copy-1", "Skipper praised", "The ferry to Halden turned back. Skipper Olsen was calm."),
            (
                "copy-2",
                "Skipper praised by all",
                "The ferry to Halden turned back. Skipper Olsen was very calm.",
            ),
        )
    )
    rows = [change("article", row) for row in (original, *copies)]
    index = make_index(tmp_path / "news.db", [change("story", story("story-sea")), *rows])
    (found,) = search(index, "skipper olsen").articles
    assert (found.article_id, found.title, found.found_in) == ("ferry", "Ferry turns back", "copy-1")
    assert "**Skipper** **Olsen**" in found.snippet.replace("**Skipper Olsen**", "**Skipper** **Olsen**")
    assert [hit.story_id for hit in search(index, "olsen").stories] == ["story-sea"]
    (found,) = search(index, "halden").articles
    assert found.found_in == "ferry"


def told(id_: str, name: str, text: str) -> Change:
    """Give an article of its own words."""
    row = msgspec.structs.replace(article("alone", name), article_id=id_, title="", text=text)
    return change("article", row)


def about(name: str, label: str, articles: int) -> Change:
    row = msgspec.structs.replace(
        story("story-alone"), story_id=name, label=label, keywords=[], headline="", article_count=articles
    )
    return change("story", row)


def test_the_best_hits_rank_a_story_not_its_size(tmp_path: Path) -> None:
    weak = "The council met. " * 6 + "A ferry was mentioned by the way. " + "The budget was passed. " * 6
    changes = [
        about("story-three", "Voyage", 3),
        about("story-large", "Council", 9),
        about("story-pair", "Ferry ferry ferry and much else besides, of many other things", 2),
        about("story-single", "Ferry", 1),
        *(told(f"best-{n}", "story-three", f"Ferry aground: ferry ferry. {n}") for n in range(3)),
        *(told(f"weak-{n}", "story-large", f"{weak} {n}") for n in range(9)),
        *(told(f"other-{n}", "story-single", f"Rain number {n}.") for n in range(9)),
    ]
    index = make_index(tmp_path / "news.db", changes)
    found = [hit.story_id for hit in search(index, "ferry").stories]
    assert found == ["story-single", "story-pair", "story-three", "story-large"]


@pytest.mark.parametrize("weaker", range(5))
def test_one_more_article_that_answers_never_lowers_a_story(weaker: int, tmp_path: Path) -> None:
    changes = [
        about("story-lead", "Voyage", 1 + weaker),
        about("story-next", "Journey", 9),
        told("best", "story-lead", "Ferry aground: ferry, ferry."),
        told("second", "story-next", "The ferry turned back, another ferry did not, and all were well."),
        *(told(f"weak-{n}", "story-lead", f"{'The council met. ' * 20} A ferry. {n}") for n in range(weaker)),
        *(told(f"other-{n}", "story-rest", f"Rain number {n}.") for n in range(30)),
    ]
    index = make_index(tmp_path / "news.db", changes)
    assert [hit.story_id for hit in search(index, "ferry").stories] == ["story-lead", "story-next"]


def test_what_has_all_words_comes_before_what_has_more_of_some(tmp_path: Path) -> None:
    changes = [
        about("story-quake", "Rescue", 1),
        about("story-prison", "Earth, earth and earth", 9),
        told("quake", "story-quake", "The council met. " * 40 + "It spoke of the earth quake."),
        told("prison", "story-prison", "Earth: prisoners dug through earth, and earth again."),
        *(told(f"other-{n}", "story-rest", f"Rain number {n}.") for n in range(30)),
    ]
    index = make_index(tmp_path / "news.db", changes)
    answer = search(index, "earth quake")
    assert [hit.story_id for hit in answer.stories] == ["story-quake", "story-prison"]
    assert [hit.article_id for hit in answer.articles] == ["quake", "prison"]
    answer = search(index, "earth quake", limit=1)
    assert [hit.story_id for hit in answer.stories] == ["story-quake"]
    assert [hit.article_id for hit in answer.articles] == ["quake"]


def test_a_known_word_is_not_taken_for_the_beginning_of_others(tmp_path: Path) -> None:
    changes = [
        about("story-sea", "Sea", 1),
        about("story-football", "Ferryhill", 5),
        told("sea", "story-sea", "The ferry turned back."),
        told("football", "story-football", "Ferryhill won again."),
    ]
    index = make_index(tmp_path / "news.db", changes)
    for query in ("ferry", "ferry unheard-of"):
        answer = search(index, query)
        assert [hit.story_id for hit in answer.stories] == ["story-sea"]
        assert [hit.article_id for hit in answer.articles] == ["sea"]
    assert [hit.story_id for hit in search(index, "ferryh won").stories] == ["story-football"]


def test_asterisks_of_a_text_are_no_marks(tmp_path: Path, capfd) -> None:
    text = "He wrote **never** and ** again about the ferry."
    changes = [about("story-one", "One", 1), told("a", "story-one", text)]
    index = make_index(tmp_path / "news.db", changes)
    (found,) = search(index, "ferry").articles
    assert found.snippet_parts == ["He wrote **never** and ** again about the ", "ferry", "."]
    assert found.snippet == "He wrote **never** and ** again about the **ferry**."
    assert command_line(["search", "ferry", "--index", str(index)]) == 0
    assert "He wrote **never** and ** again about the ferry." in capfd.readouterr().out


def test_an_answer_is_of_one_generation_though_a_feed_comes_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = make_index(
        tmp_path / "news.db", [about("story-sea", "Sea", 1), told("old", "story-sea", "A ferry.")]
    )
    find_articles = jobs.search._articles

    def find_after_a_feed(*arguments: Any) -> Any:
        with SqliteIndex(index) as sink:
            changes = iter([told("new", "story-sea", "Another ferry.")])
            sink.write(Generation(Commit(generation=2, counts={}, history=""), changes))
        return find_articles(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(jobs.search, "_articles", find_after_a_feed)
        answer = search(index, "ferry")
    assert (answer.generation, [hit.article_id for hit in answer.articles]) == (1, ["old"])
    answer = search(index, "ferry")
    assert (answer.generation, {hit.article_id for hit in answer.articles}) == (2, {"old", "new"})


def test_no_heading_stands_over_nothing(tmp_path: Path, capfd) -> None:
    index = make_index(tmp_path / "news.db", [about("story-one", "Regatta", 1)])
    assert command_line(["search", "regatta", "--index", str(index)]) == 0
    told = capfd.readouterr().out
    assert "Stories" in told
    assert "Articles" not in told


def test_the_part_that_answers_is_shown(index: Path) -> None:
    (found,) = search(index, "俄罗斯特使").articles
    assert "**俄罗斯特使**" in found.snippet
    assert "\u200b" not in found.snippet


def test_the_number_of_answers_is_bounded(index: Path) -> None:
    answer = search(index, "taliban ferry sago 塔利班 ตาลีบัน", limit=2)
    assert (len(answer.stories), len(answer.articles)) == (2, 2)


HOSTILE = ['"', '"a" OR', "NEAR(", "a* AND NOT b", "title:x", "^", "{x y}: z", "a + b", "--'", "\0", "\ud800",
           "(" * 500, "x " * 3000, "*" * 9, '""', "\N{ZERO WIDTH SPACE}", "塔" * 3000, "AND", "OR OR", "NOT", "\\",
           "%s{}", "ﷺ", "é" * 50]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_no_question_is_an_error(query: str, index: Path) -> None:
    search(index, query)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=60))
@example("\u0301\u0301a")
def test_no_question_that_anybody_thinks_of_is_an_error(index: Path, query: str) -> None:
    search(index, query)


def test_the_command_prints_json_or_text(index: Path, capfd) -> None:
    assert command_line(["search", "taliban", "moskow", "--index", str(index), "--json", "--limit", "1"]) == 0
    answer = json.loads(capfd.readouterr().out)
    assert [row["label"] for row in answer["stories"]] == ["Rusia–Taliban"]
    assert [row["article_id"] for row in answer["articles"]] == ["moscow"]
    assert command_line(["search", "taliban moskow", "--index", str(index)]) == 0
    told = capfd.readouterr().out
    assert told.index("Rusia–Taliban") < told.index("Utusan Taliban tiba di Moskow")
    assert command_line(["search", "xyzzy", "--index", str(index)]) == 0
    assert capfd.readouterr().out == "Nothing found.\n"


def test_what_is_no_index_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoInputError, match="no index here"):
        search(tmp_path / "missing", "x")
    (tmp_path / "text").write_text("not a database at all, but long enough to be one " * 10)
    sqlite3.connect(tmp_path / "empty.db").close()
    for name in ("text", "empty.db"):
        with pytest.raises(UsageError, match="no index of this version"):
            search(tmp_path / name, "x")


@pytest.fixture
def read_only(index: Path) -> Iterator[Path]:
    """The index in a folder that nobody else may write to."""
    folder = Path(tempfile.mkdtemp(prefix="nd-read-only-"))
    (folder / "news.db").write_bytes(index.read_bytes())
    folder.chmod(0o555)
    yield folder / "news.db"
    folder.chmod(0o755)
    shutil.rmtree(folder)


def stories_found_by_another_user(index: Path) -> int:
    """Search as somebody for whom the mode of a folder holds; 99 where the answer is refused."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if os.geteuid() == 0:
                os.setuid(65534)
            code = len(search(index, "taliban moskow").stories)
        except DamagedStateError:
            code = 99
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_an_index_can_be_searched_where_nobody_may_write(read_only: Path) -> None:
    assert stories_found_by_another_user(read_only) == 1


def test_what_a_killed_feed_left_is_not_passed_over(read_only: Path) -> None:
    read_only.parent.chmod(0o755)
    read_only.with_name("news.db-wal").write_bytes(b"written, and not yet where it belongs")
    read_only.parent.chmod(0o555)
    assert stories_found_by_another_user(read_only) == 99
