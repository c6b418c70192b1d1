"""Texts of a state as its last run compared them: without what belongs to the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedup.settings import Settings
from dedup.text.boilerplate import remove_boilerplate
from jobs.scheduled.modelling import stored_model
from jobs.scheduled.opening import stored_corpus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jobs.ledger.ledger import Ledger


class CleanedTexts:
    """Gives cleaned texts by id, with the repeated lines of outlets that are stored with the state.

    Parameters
    ----------
    ledger : Ledger
        Open for as long as texts are asked for.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        with ledger.reading():
            self._settings = settings_of(ledger).boilerplate
            model = stored_model(ledger)
        self._lines = model.lines if model else None

    def of(self, ids: Iterable[str]) -> dict[str, str]:
        """Give the texts of those articles that are live; as they were published, where no run has cleaned any."""
        with self._ledger.reading():  # a run may withdraw an article between two reads
            live = self._ledger.article_columns(ids=ids).ids
            if not live:
                return {}
            corpus, _ = stored_corpus(self._ledger, live)
        if self._lines is None:
            return dict(zip(corpus.ids, corpus.texts, strict=True))
        cleaned = remove_boilerplate(corpus, self._settings, known=self._lines).corpus
        return dict(zip(cleaned.ids, cleaned.texts, strict=True))


def settings_of(ledger: Ledger) -> Settings:
    """Give the settings of the last run over a state."""
    stored = ledger.meta("settings")
    return Settings.model_validate_json(stored) if stored else Settings()
