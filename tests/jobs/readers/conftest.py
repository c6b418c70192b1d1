"""Reading in one line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import pytest

from jobs.readers import PlacedArticle, Rejections, read_articles
from jobs.settings import InputSettings

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2022, 1, 1, tzinfo=UTC)


class Read(NamedTuple):
    articles: list[PlacedArticle]
    log: Rejections

    @property
    def reasons(self) -> list[tuple[int | None, str]]:
        return [(rejection.line, rejection.reason) for rejection in self.log.rejected]


def read(*inputs: object, settings: InputSettings | None = None, **options: object) -> Read:
    log = Rejections()
    articles = read_articles(
        [str(each) for each in inputs],
        settings or InputSettings(),
        now=NOW,
        rejections=log,
        **options,  # type: ignore[arg-type]
    )
    return Read(list(articles), log)


@pytest.fixture(name="read", scope="session")
def reading() -> Callable[..., Read]:
    """A function that reads inputs whole."""
    return read
