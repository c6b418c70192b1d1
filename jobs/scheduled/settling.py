"""Events that no article joins any more: one row of terms each, so that their stories can go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedup.corpus import NO_DATE
from dedup.stories.settled import SettledEvents, as_settled, event_sums, sums_of
from dedup.stories.vectors import term_vectors
from dedup.text.boilerplate import remove_boilerplate
from dedup.text.language import find_languages
from jobs.ledger.windows import SECONDS_A_DAY
from jobs.scheduled.intake import content_digest
from jobs.scheduled.opening import event_content, originals_of, stored_corpus

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from dedup.analysis import Analysis
    from dedup.model import Model
    from dedup.settings import Settings
    from jobs.ledger.commit import Commit
    from jobs.ledger.ledger import Ledger
    from jobs.scheduled.opening import Opened, Settled
    from jobs.settings import StateSettings

_KIND = "settled"

#: Parts that are kept apart before they are written as one.
_PARTS = 8


class KeyedSums:
    """Sums of events in parts, each event under the key of its articles.

    Attributes
    ----------
    keys : ndarray of uint64, shape (k,)
        Of the events of all parts, one part behind another.
    parts : list of SettledEvents
    """

    def __init__(self, keys: Sequence[NDArray[np.uint64]], parts: Sequence[SettledEvents]) -> None:
        self.keys = np.concatenate([np.zeros(0, np.uint64), *keys])
        self.parts = list(parts)

    def and_also(self, keys: NDArray[np.uint64], sums: SettledEvents) -> KeyedSums:
        """Put another part behind."""
        return KeyedSums([self.keys, keys], [*self.parts, sums])

    def places(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Say where these keys, all of which are here, stand."""
        order = np.argsort(self.keys, kind="stable")
        return order[np.searchsorted(self.keys, keys, sorter=order)]

    def gather(self, places: NDArray[np.int64]) -> SettledEvents:
        """Give the events at some places."""
        first = np.cumsum([0, *(len(part) for part in self.parts)])
        part = np.searchsorted(first, places, side="right") - 1
        return SettledEvents.gather(self.parts, part, places - first[part])


def find_sums(
    settled: Settled, ledger: Ledger, model: Model | None, settings: Settings, *, n_jobs: int
) -> tuple[SettledEvents | None, NDArray[np.uint64]]:
    """Give the sums of the settled events of a run, in their order, and the keys they are stored under.

    Those that no run has stored are made from the texts, by the model; an event is known by what its articles
    hold, so that one that was corrected since is made again.  Rows stay as the model weighed them that was in
    force when they were made: a new model leaves them as they are.
    """
    keys = _keys(settled.contents[event] for event in settled.events)
    if not len(keys):
        return None, keys
    stored = _stored(ledger)
    missing = np.flatnonzero(~np.isin(keys, stored.keys))
    if len(missing):
        articles = [settled.articles[settled.events[place]] for place in missing]
        stored = stored.and_also(keys[missing], _made(ledger, articles, model, settings, n_jobs))
    sums = stored.gather(stored.places(keys))
    ledger.release_pages()
    return sums, keys


def keep_sums(
    commit: Commit,
    ledger: Ledger,
    opened: Opened,
    analysis: Analysis,
    used: tuple[SettledEvents | None, NDArray[np.uint64]],
    settings: StateSettings,
) -> None:
    """Store the sums that later runs will ask for: those used, and those of events that no window holds."""
    if opened.is_small:  # nothing was settled, and what is stored belongs to another time
        return
    used_sums, used_keys = used
    leaving_keys, leaving_sums = _leaving(opened, analysis, settings)
    wanted = KeyedSums([used_keys, leaving_keys], [used_sums or SettledEvents.none(), leaving_sums])
    held = _stored(ledger)
    if len(held.parts) >= _PARTS:
        commit.drop_arrays(_KIND)
        held = KeyedSums([], [])
    new = np.flatnonzero(~np.isin(wanted.keys, held.keys))
    if len(new):
        commit.write_arrays(_KIND, {"keys": wanted.keys[new], **wanted.gather(new).to_arrays()})


def _keys(contents: Iterable[bytes]) -> NDArray[np.uint64]:
    return np.frombuffer(b"".join(contents), np.uint64)


def _stored(ledger: Ledger) -> KeyedSums:
    parts = ledger.read_arrays(_KIND)
    return KeyedSums([part["keys"] for part in parts], [SettledEvents.from_arrays(part) for part in parts])


def _leaving(
    opened: Opened, analysis: Analysis, settings: StateSettings
) -> tuple[NDArray[np.uint64], SettledEvents]:
    """Sum the open events that will be out of the windows around the newest article."""
    corpus, event = analysis.corpus, analysis.stories.event
    latest = np.full(len(analysis.stories.event_story), np.iinfo(np.int64).min)
    placed = np.array(
        [_placed(opened, id_, at) for id_, at in zip(corpus.ids, corpus.published.tolist(), strict=True)]
    )
    np.maximum.at(latest, event, placed)
    leaving = np.flatnonzero(latest < opened.as_of - settings.open_window_days * SECONDS_A_DAY)
    order = np.argsort(event, kind="stable")
    bounds = np.searchsorted(event[order], np.stack((leaving, leaving + 1)))
    contents = (
        event_content(_content(opened, analysis, row) for row in order[a:b].tolist()) for a, b in bounds.T
    )
    return _keys(contents), event_sums(analysis.stories, leaving)


def _content(opened: Opened, analysis: Analysis, row: int) -> tuple[str, bytes, str]:
    """Give id, digest and original of an open article."""
    ids, original = analysis.corpus.ids, int(analysis.duplicates.original[row])
    arrived = opened.arrived.get(ids[row])
    digest = opened.stored[ids[row]].digest if arrived is None else content_digest(arrived)
    return ids[row], digest, ids[original]


def _placed(opened: Opened, id_: str, published: int) -> int:
    """Give when an article counts as published; see `jobs.scheduled.rows.article_rows`."""
    if published != NO_DATE:
        return published
    return opened.as_of if id_ in opened.arrived else opened.stored[id_].placed_at


def _made(
    ledger: Ledger, events: Sequence[Sequence[str]], model: Model | None, settings: Settings, n_jobs: int
) -> SettledEvents:
    number = {id_: place for place, ids in enumerate(events) for id_ in ids}
    corpus, rows = stored_corpus(ledger, number)
    cleaned = remove_boilerplate(
        corpus, settings.boilerplate, known=model.lines if model else None, n_jobs=n_jobs
    ).corpus
    texts = np.unique(originals_of(rows))
    languages, _ = find_languages(cleaned, common=model.languages if model else None, n_jobs=n_jobs)
    vectors = term_vectors(
        cleaned,
        texts,
        settings.stories,
        languages=languages,
        statistics=model.terms if model else None,
        n_jobs=n_jobs,
    )
    event = np.array([number[corpus.ids[row]] for row in texts], np.int64)
    return as_settled(*sums_of(vectors, event, None))
