"""Dates that others decide: whatever the runs and their order, they are those of one run over all."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.ledger import Ledger
from jobs.ledger.check import check_tables
from jobs.run import read_articles_of
from jobs.tables import instant
from tests.jobs.scheduled import corpora
from tests.jobs.scheduled.corpora import NOW, Record, feed

#: Windows so narrow that most runs open few of the articles before them.
NARROW = {"refit_below": 0, "refit_growth": 1e9, "refit_turnover": 1.0, "story_window_days": 20} | {
    "duplicate_window_days": 10,
    "event_window_days": 10,
}


def dated(id_: str, date: str, outlet: str = "Gazette", **parts: object) -> Record:
    text = f"Report {id_} of the {outlet} on what the council of {id_} decided."
    return {
        "id": id_,
        "title": f"Report {id_}",
        "text": text,
        "source": outlet,
        "lang": "en",
        "date": date,
    } | parts


RECORDS = [
    dated("proof", "25/04/2021"),
    dated("asked", "10/05/2021 08:00"),
    dated("near", "2021-05-14T08:00:00Z", "Courier"),
    dated("month-first", "04/25/2021", version=1),
    dated("month-first", "2021-04-25T08:00:00Z", version=2),
    dated("zone", "2021-05-11 09:00", "kabar.co.id", lang="id"),
    *(dated(f"wib-{n}", f"2021-01-0{n} 08:00 WIB", "berita.co.id", lang="id") for n in range(1, 4)),
    dated("gone", "2021-06-11T08:00:00+09:00", "kabar.co.id", lang="id"),
    {"id": "gone", "status": "withdrawn", "version": 1},
]
EXPECTED = {
    "proof": "2021-04-25T00:00:00Z",
    "asked": "2021-05-10T08:00:00Z",
    "near": "2021-05-14T08:00:00Z",
    "month-first": "2021-04-25T08:00:00Z",
    "zone": "2021-05-11T02:00:00Z",
    **{f"wib-{n}": f"2021-01-0{n}T01:00:00Z" for n in range(1, 4)},
}


def dates(state: Path) -> dict[str, str | None]:
    """Give the dates that the feed has told last."""
    told: dict[str, str | None] = {}
    with Ledger.open(state) as ledger:
        check_tables(ledger)
        for change in ledger.changes(0):
            if change.kind == "article" and change.row is not None:
                told[change.id] = change.row["published_at"]
            elif change.kind == "article":
                del told[change.id]
    return told


def test_a_plain_run_finds_the_dates_of_a_first_scheduled_one(tmp_path: Path) -> None:
    corpus = read_articles_of([corpora.write(tmp_path, "all.jsonl", RECORDS)], corpora.settings(), now=NOW)
    assert dict(zip(corpus.ids, map(instant, corpus.published.tolist()), strict=True)) == EXPECTED


def test_a_correction_is_the_later_one_by_what_its_date_means(tmp_path: Path) -> None:
    proofs = [record for record in RECORDS if record["id"].startswith("wib")]
    first = dated("x", "2021-08-16 10:00", "kabar.co.id", lang="id")  # three in the night, as the clocks show
    corrected = dated("x", "2021-08-16 11:00 WIB", "kabar.co.id", lang="id", text="Corrected: it was rice.")
    for name, runs in {
        "one": [[*proofs, first, corrected]],
        "two": [[*proofs, first], [corrected]],
        "back": [[*proofs, corrected], [first]],
    }.items():
        feed(tmp_path / name, runs)
        with Ledger.open(tmp_path / name / "state") as ledger:
            assert ledger.texts(["x"]) == {"x": corrected["text"]}


def test_a_date_stays_when_what_decided_it_is_out_of_the_windows(tmp_path: Path) -> None:
    feed(tmp_path, [RECORDS[:2], RECORDS[2:3]], corpora.settings(**NARROW))
    assert dates(tmp_path / "state")["asked"] == "2021-05-10T08:00:00Z"
    with Ledger.open(tmp_path / "state") as ledger:
        assert not {change.id for change in ledger.changes(1)} & {"proof", "asked"}


def test_what_a_late_run_shows_dates_old_articles_again(tmp_path: Path) -> None:
    late = [dated(f"late-{n}", f"2{n}/12/2021") for n in range(2)]
    feed(tmp_path, [RECORDS[1:2], late], corpora.settings(**NARROW))
    assert dates(tmp_path / "state")["asked"] == "2021-05-10T08:00:00Z"
    notices = [{"id": record["id"], "status": "withdrawn"} for record in late]
    feed(tmp_path, [notices], corpora.settings(**NARROW))
    assert dates(tmp_path / "state") == {"asked": "2021-10-05T08:00:00Z"}


def split(data: st.DataObject) -> list[list[Record]]:
    shuffled = data.draw(st.permutations(RECORDS))
    cuts = data.draw(st.sets(st.integers(1, len(RECORDS) - 1), max_size=4))
    return [shuffled[a:b] for a, b in pairwise(sorted({0, *cuts, len(RECORDS)}))]


def check_split(data: st.DataObject, folder: Path) -> None:
    feed(folder, split(data), corpora.settings(**data.draw(st.sampled_from([NARROW, {}]))))
    assert dates(folder / "state") == EXPECTED


example = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@settings(example, max_examples=5)
@given(data=st.data())
def test_any_split_in_any_order_gives_the_dates_of_one_run(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_split(data, tmp_path_factory.mktemp("split"))


@pytest.mark.slow
@settings(example, max_examples=60)
@given(data=st.data())
def test_many_splits_give_the_dates_of_one_run(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_split(data, tmp_path_factory.mktemp("split"))
