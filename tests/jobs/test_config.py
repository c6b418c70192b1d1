"""Settings: flags before environment before file before defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedup.errors import BadSettingsError
from jobs.config import JobSettings, as_toml, load_settings, parse_assignments
from jobs.readers.fields import known_names
from jobs.settings import InputSettings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "newsdedup.toml"
    path.write_text("[stories]\nevent_cut = 0.5\nstory_cut = 0.6\n[run]\njobs = 3\n")
    return path


def test_each_place_wins_over_the_one_behind_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDEDUP_STORIES__STORY_CUT", "0.7")
    monkeypatch.setenv("NEWSDEDUP_RUN__JOBS", "4")
    settings = load_settings(file, {"run": {"jobs": 5}})
    assert (settings.stories.event_cut, settings.stories.story_cut, settings.run.jobs) == (0.5, 0.7, 5)


def test_without_a_file_there_are_defaults() -> None:
    assert load_settings().run.max_rejected == 0.01


def test_the_parts_of_an_article_are_those_that_readers_know() -> None:
    told = InputSettings.model_fields["fields"].description or ""
    *first, last = known_names()
    assert f"are {', '.join(first)} and {last}." in told


def test_an_unknown_name_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("[stories]\nevnt_cut = 0.5\n")
    with pytest.raises(BadSettingsError, match=r"bad\.toml: no setting is called stories\.evnt_cut"):
        load_settings(path)


def test_a_value_out_of_range_is_refused_by_name() -> None:
    with pytest.raises(BadSettingsError, match=r"stories\.event_cut = 7.*less than or equal to 1"):
        load_settings(None, {"stories": {"event_cut": 7}})


@pytest.mark.parametrize("content", [b"[stories\n", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(BadSettingsError, match="not a TOML file"):
        load_settings(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettingsError, match="cannot read the settings file"):
        load_settings(tmp_path / "none.toml")


def test_assignments_are_typed() -> None:
    given = ["stories.event_cut=0.7", "run.jobs=2", "input.timezone=Asia/Jakarta", "input.fields.text=body"]
    assert parse_assignments(given) == {
        "stories": {"event_cut": 0.7},
        "run": {"jobs": 2},
        "input": {"timezone": "Asia/Jakarta", "fields": {"text": "body"}},
    }


@pytest.mark.parametrize("text", ["event_cut=0.7", "stories.event_cut", "=1", "stories.=1"])
def test_an_assignment_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(BadSettingsError, match=r"STAGE\.NAME=VALUE"):
        parse_assignments([text])


def test_a_value_has_no_names_within() -> None:
    with pytest.raises(BadSettingsError, match=r"input\.format\.name lies within format"):
        parse_assignments(["input.format=csv", "input.format.name=csv"])


@pytest.mark.parametrize(
    "name", ["NEWSDEDUP_STORIS__EVENT_CUT", "NEWSDEDUP_STORIES_EVENT_CUT", "newsdedup_stories_event_cut"]
)
def test_a_variable_that_would_be_passed_over_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "0.5")
    with pytest.raises(BadSettingsError, match=f"variable {name} is no setting"):
        load_settings()


def test_variables_of_others_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NEWSDEDUP_SERVICE_HOST", "NEWSDEDUP_CONFIG", "NEWSDEDUP_SHARED_DATA"):
        monkeypatch.setenv(name, "x")
    assert load_settings().model_dump() == JobSettings.model_construct().model_dump()


def test_a_variable_for_a_whole_stage_is_json_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDEDUP_STORIES", '{"event_cut": 0.5}')
    assert load_settings().stories.event_cut == 0.5
    monkeypatch.setenv("NEWSDEDUP_STORIES", "0.5x")
    with pytest.raises(BadSettingsError, match=r'"stories".*NEWSDEDUP_STAGE__NAME'):
        load_settings()


def test_what_is_shown_can_be_used_again(tmp_path: Path) -> None:
    settings = load_settings(None, {"stories": {"event_cut": 0.61}})
    path = tmp_path / "shown.toml"
    path.write_text(as_toml(settings))
    again = load_settings(path)
    assert again.model_dump() == settings.model_dump()
    assert again.stages.digest == settings.stages.digest


def test_the_digest_tells_settings_apart() -> None:
    assert (
        load_settings(None, {"stories": {"event_cut": 0.61}}).stages.digest != load_settings().stages.digest
    )


def test_how_a_run_behaves_has_no_part_in_the_digest() -> None:
    assert load_settings(None, {"run": {"jobs": 7}}).stages.digest == load_settings().stages.digest
