"""A state refuses settings that what it stores was not made with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dedup.errors import BadSettingsError
from dedup.settings import BoilerplateSettings, DuplicateSettings, LabelSettings, Settings, StorySettings
from jobs.ledger.bound_settings import BINDING, compare_settings, keep_settings
from jobs.ledger.ledger import Ledger
from tests.jobs.ledger.factory import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "state", create=True) as ledger:
        with ledger.commit(started=NOW) as commit:
            keep_settings(commit, Settings())
        yield ledger


def test_the_same_settings_pass(ledger: Ledger) -> None:
    assert compare_settings(ledger, Settings()) == []
    assert ledger.meta("settings_digest") == Settings().digest


def test_a_new_state_takes_any(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "new", create=True) as ledger:
        assert compare_settings(ledger, Settings(duplicates=DuplicateSettings(seed=9))) == []


def test_settings_that_change_vectors_are_refused_by_name(ledger: Ledger) -> None:
    other = Settings(
        boilerplate=BoilerplateSettings(enabled=False),
        duplicates=DuplicateSettings(copy_jaccard=0.6),
        stories=StorySettings(title_weight=9),
    )
    with pytest.raises(BadSettingsError) as told:
        compare_settings(ledger, other)
    assert "boilerplate.enabled is True there and False now" in str(told.value)
    assert "stories.title_weight is" in str(told.value)
    assert "copy_jaccard" not in str(told.value)
    assert told.value.exit_code == 78


def test_settings_of_signatures_may_change_for_none_is_stored(ledger: Ledger) -> None:
    other = Settings(duplicates=DuplicateSettings(seed=9, permutations=64, shingle_words=4, least_words=9))
    assert sorted(compare_settings(ledger, other)) == [
        "duplicates.least_words",
        "duplicates.permutations",
        "duplicates.seed",
        "duplicates.shingle_words",
    ]


def test_cuts_and_labels_may_change_and_are_named(ledger: Ledger) -> None:
    other = Settings(stories=StorySettings(event_cut=0.6), labels=LabelSettings(keywords=3))
    assert compare_settings(ledger, other) == ["stories.event_cut", "labels.keywords"]


def test_a_setting_that_an_older_version_did_not_know_counts_with_its_default(ledger: Ledger) -> None:
    weight = float(StorySettings().title_weight)
    stored = Settings().model_dump_json().replace(f'"title_weight":{weight},', "")
    assert "title_weight" not in stored
    with ledger.commit(started=NOW) as commit:
        commit.set_meta("settings", stored)
    assert compare_settings(ledger, Settings()) == []
    with pytest.raises(BadSettingsError, match=rf"stories\.title_weight is {weight} there and 9\.0 now"):
        compare_settings(ledger, Settings(stories=StorySettings(title_weight=9)))


def test_every_binding_setting_exists() -> None:
    stages = Settings().model_dump()
    for name in BINDING:
        stage, field = name.split(".")
        assert field in stages[stage]
