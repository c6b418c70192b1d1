"""Servers that tests of sinks share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.sinks.servers import NotInstalled, postgres_server, redis_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL."""
    try:
        with postgres_server() as url:
            yield url
    except NotInstalled as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def redis_socket() -> Iterator[Path]:
    """The socket of a Redis."""
    try:
        with redis_server() as socket:
            yield socket
    except NotInstalled as missing:
        pytest.skip(str(missing))
