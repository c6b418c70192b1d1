"""An audit of the sample corpus, made once for all tests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jobs.audit import Audit, audit
from tests.sample import SAMPLE


@pytest.fixture(scope="session")
def sample_audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """The audit with every file written."""
    folder = tmp_path_factory.mktemp("audit")
    return audit(SAMPLE, folder, write_deduplicated=True, now=datetime(2026, 11, 1, tzinfo=UTC))
