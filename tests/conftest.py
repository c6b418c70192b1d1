"""What several tests need."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

#: The same examples at every run of CI: a new one is for a person to find, not for somebody else's change.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")

REPOSITORY = Path(__file__).parents[1]


def shared_folder() -> Path:
    """Give the folder of real articles that measuring tests read; it need not exist."""
    return Path(os.environ.get("NEWSDEDUP_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real articles; a test that wants it is skipped where it is absent."""
    folder = shared_folder()
    if not folder.is_dir():
        pytest.skip(f"no folder of real articles at {folder}; set NEWSDEDUP_SHARED_DATA to measure on one")
    return folder
