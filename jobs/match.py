"""`newsdedup match`: copies and story of articles that are not in the state, which stays as it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from dedup.article import Article
from dedup.corpus import NO_DATE, Corpus
from dedup.duplicates.groups import precedence
from dedup.duplicates.lookup import CopyIndex
from dedup.duplicates.verification import verify
from dedup.errors import UsageError
from dedup.stories.lookup import StoryIndex
from dedup.stories.settled import SettledEvents
from dedup.text.boilerplate import remove_boilerplate
from dedup.text.language import find_languages
from jobs.ledger.bound_settings import compare_settings
from jobs.readers import read_articles, resolve_ids
from jobs.records import Record, Relation
from jobs.run import live, workers
from jobs.scheduled.modelling import stored_model
from jobs.scheduled.opening import originals_of, stored_corpus, surroundings
from jobs.scheduled.settling import find_sums
from jobs.tables import DECIMALS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedup.duplicates.pairs import Pairs
    from dedup.model import Model
    from jobs.config import JobSettings
    from jobs.ledger.ledger import Ledger
    from jobs.readers import PlacedArticle, Rejections
    from jobs.scheduled.opening import Settled

#: What a relation is seen from the other side.
_REVERSED: dict[str, Relation] = {"abridged": "expanded", "expanded": "abridged"}


class MatchedCopy(msgspec.Struct, frozen=True, kw_only=True):
    """A known article that the new one is a copy of, or that copies it.

    Attributes
    ----------
    relation : str
        What the new article is to it.
    similarity : float
        Jaccard similarity, 0 to 1.
    """

    article_id: str
    relation: Relation
    similarity: float
    reason: str


class Match(Record, frozen=True, kw_only=True):
    """What a run would make of one article.

    Attributes
    ----------
    relation, original_id, similarity
        As in ``assignments.jsonl``; None without copies.
    copies : list of MatchedCopy
        Every verified copy, the most similar first.
    event_id, story_id, label : str or None
        Where it would go; None where that is an event or a story of its own.
    closeness : float
        Mean cosine with the event, else with the story it goes to, else with the nearest one; 1 for a copy.
    seconds : float
        What this answer took.
    """

    article_id: str
    relation: Relation | None
    original_id: str | None
    similarity: float | None
    copies: list[MatchedCopy]
    event_id: str | None
    story_id: str | None
    label: str | None
    closeness: float
    seconds: float


class Matcher:
    """Holds the newest part of a state in memory and says what a run would make of an article.

    It sees the articles that a run with articles of the newest date would look at again, and all stories in
    their window.  What a run decides for several articles together, it decides for each alone: an article that
    would make two events one still goes to the nearer of them.  One that would be the original of known articles
    goes on with their event where the others in that are near enough to it, or where there are none.

    Parameters
    ----------
    ledger : Ledger
        May be closed afterwards.
    settings : JobSettings

    Raises
    ------
    UsageError
        Where the state holds no articles yet.
    BadSettingsError
        Where the state was made with settings that do not go together with these.

    Examples
    --------
    ::

        with Ledger.open(Path("/var/lib/news")) as ledger:
            matcher = Matcher(ledger, load_settings())
        print(matcher.match(Article(id="new", title="Ferry turns back", text="…")).story_id)
    """

    def __init__(self, ledger: Ledger, settings: JobSettings) -> None:
        compare_settings(ledger, settings.stages)
        self._stages, self._jobs = settings.stages, workers(settings)
        # A run that ends waits for the block: what takes long comes behind it.
        with ledger.reading():
            raw, settled, self._labels = self._load(ledger, settings)
        sums, _ = find_sums(settled, ledger, self._model, self._stages, n_jobs=self._jobs)
        self._corpus = self._cleaned(raw)
        self._copies = CopyIndex(self._corpus.texts, self._stages.duplicates, n_jobs=self._jobs)
        self._original = originals_of(self._rows)
        self._stories = self._story_index(settled, sums or SettledEvents.none())

    def _load(self, ledger: Ledger, settings: JobSettings) -> tuple[Corpus, Settled, dict[str, str]]:
        """Read the articles near the newest date, the settled events beside them, and labels of stories."""
        model, as_of = stored_model(ledger), ledger.meta("as_of")
        if model is None or as_of is None:
            raise UsageError("the state holds no articles yet", file=str(ledger.folder.path))
        self._model: Model = model
        ids, settled, _ = surroundings(ledger, np.array([int(as_of)]), settings.state)
        raw, self._rows = stored_corpus(ledger, ids)
        stories = {row.story_id or "" for row in self._rows.values()} | set(settled.stories.values())
        labels = {id_: story.label for id_, story in ledger.stories(stories).items()}
        return raw, settled, labels

    def _story_index(self, settled: Settled, sums: SettledEvents) -> StoryIndex:
        rows = self._rows.values()
        story_of = {row.event_id or "": row.story_id or "" for row in rows}
        self._event_ids = [*sorted(story_of), *settled.events]
        self._story_ids = sorted({*story_of.values(), *settled.stories.values()})
        number = {id_: place for place, id_ in enumerate(self._event_ids)}
        story_number = {id_: place for place, id_ in enumerate(self._story_ids)}
        stories = [story_of[id_] for id_ in sorted(story_of)] + [
            settled.stories[id_] for id_ in settled.events
        ]
        return StoryIndex(
            self._corpus,
            self._original,
            np.array([number[row.event_id or ""] for row in rows], np.int64),
            sums,
            np.array([story_number[id_] for id_ in stories], np.int64),
            self._model,
            self._stages.stories,
            self._languages(self._corpus),
            n_jobs=self._jobs,
        )

    def _cleaned(self, corpus: Corpus) -> Corpus:
        settings = self._stages.boilerplate
        return remove_boilerplate(corpus, settings, known=self._model.lines, n_jobs=self._jobs).corpus

    def _languages(self, corpus: Corpus) -> list[str]:
        return find_languages(corpus, common=self._model.languages, n_jobs=self._jobs)[0]

    def match(self, article: Article) -> Match:
        """Say what a run would make of `article`.

        Parameters
        ----------
        article : Article
            As it was read; boilerplate is removed here.  A known article of the same id is passed over among
            the copies.
        """
        started = time.perf_counter()
        cleaned = self._cleaned(Corpus.from_articles([article]))
        copies, original, led = self._find_copies(cleaned)
        if original is not None:
            row = self._rows[original.article_id]
            event_id, story_id, closeness = row.event_id, row.story_id, 1.0
        else:
            near = self._stories.nearest(cleaned, self._languages(cleaned)[0], led)
            event_id = self._event_ids[near.event] if near.event >= 0 else None
            story_id = self._story_ids[near.story] if near.story >= 0 else None
            closeness = near.closeness
        return Match(
            article_id=article.id,
            relation=original.relation if original else "original" if copies else None,
            original_id=original.article_id if original else article.id if copies else None,
            similarity=original.similarity if original else 1.0 if copies else None,
            copies=copies,
            event_id=event_id,
            story_id=story_id,
            label=self._labels.get(story_id) if story_id else None,
            closeness=round(closeness, DECIMALS),
            seconds=round(time.perf_counter() - started, 4),
        )

    def _find_copies(self, new: Corpus) -> tuple[list[MatchedCopy], MatchedCopy | None, list[int]]:
        """Give all verified copies, the one that a run would call the original, and rows that it would lead."""
        found = self._copies.candidates(new.texts[0])
        # Whoever meets a copy is compared with its original as well, as in a run.
        rows = np.union1d(found, self._original[found])
        rows = rows[[self._corpus.ids[row] != new.ids[0] for row in rows.tolist()]]
        if not len(rows):
            return [], None, []
        few = Corpus.from_articles(
            [*(_article(self._corpus, row) for row in rows.tolist()), _article(new, 0)]
        )
        own = few.ids.index(new.ids[0])
        others = np.delete(np.arange(len(few)), own)
        ranks = precedence(few.published)
        pairs = verify(few, np.full(len(others), own), others, ranks, self._stages.duplicates)
        copies = [_copy(pairs, place, few, own) for place in np.flatnonzero(pairs.accepted).tolist()]
        copies.sort(key=lambda copy: (-copy.similarity, copy.article_id))
        originals = {self._corpus.ids[row] for row in self._original[rows].tolist()}
        rank_of = dict(zip(few.ids, ranks.tolist(), strict=True))
        leading = [copy for copy in copies if copy.article_id in originals]
        earlier = [copy for copy in leading if rank_of[copy.article_id] < rank_of[new.ids[0]]]
        best = min(earlier, key=lambda copy: (-copy.similarity, rank_of[copy.article_id]), default=None)
        row_of = dict(zip((self._corpus.ids[row] for row in rows.tolist()), rows.tolist(), strict=True))
        return copies, best, [] if best else [row_of[copy.article_id] for copy in leading]


def _copy(pairs: Pairs, place: int, corpus: Corpus, own: int) -> MatchedCopy:
    a, b = int(pairs.a[place]), int(pairs.b[place])
    relation = msgspec.convert(pairs.relation_name(place), Relation)
    return MatchedCopy(
        article_id=corpus.ids[a if b == own else b],
        relation=relation if b == own else _REVERSED.get(relation, relation),
        similarity=round(float(pairs.jaccard[place]), DECIMALS),
        reason=pairs.reason_in_words(place),
    )


def _article(corpus: Corpus, row: int) -> Article:
    at = int(corpus.published[row])
    return Article(
        id=corpus.ids[row],
        title=corpus.titles[row],
        text=corpus.texts[row],
        url=corpus.urls[row],
        source=corpus.source(row),
        published_at=None if at == NO_DATE else datetime.fromtimestamp(at, UTC),
        language=corpus.languages[row],
    )


def read_new(inputs: Sequence[str], settings: JobSettings, rejections: Rejections) -> list[PlacedArticle]:
    """Read articles to be matched; what does not go through is in `rejections`."""
    found = read_articles(inputs, settings.input, now=datetime.now(UTC), rejections=rejections)
    return list(live(resolve_ids(found, rejections), rejections))
