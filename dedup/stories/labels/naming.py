"""Names of stories: the pair, name or headline phrase that a person would use.

The articles of a story are read for their names and words (`reading`, `characters`), these are weighed
(`weights`), labels are put together from them (`candidates`), written as the articles write them (`spelling`),
and no two stories of a run get the same one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
from joblib import effective_n_jobs

from dedup.corpus import NO_DATE
from dedup.processes import in_processes
from dedup.stories.background import fold, name_words
from dedup.stories.identity import chronological
from dedup.stories.labels.candidates import Candidate, candidates
from dedup.stories.labels.characters import is_spaceless, read_characters
from dedup.stories.labels.countries import english_label
from dedup.stories.labels.drafts import Draft, KeptDrafts
from dedup.stories.labels.finder import NameFinder
from dedup.stories.labels.lexicon import Lexicon
from dedup.stories.labels.names import WORD, Memo, clean_title, opening
from dedup.stories.labels.openings import read_opening
from dedup.stories.labels.reading import read_words
from dedup.stories.labels.spelling import Speller
from dedup.stories.labels.weights import weigh
from dedup.text.language import find_languages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from dedup.corpus import Corpus
    from dedup.settings import LabelSettings
    from dedup.stories.labels.units import Key, Reading

#: Times the opening that is read of a story without any headline.
_UNTITLED_READING = 4
#: Labels of a story that may be chosen where the better ones are taken.
_LABELS_KEPT = 3
#: Characters of an opening that stand in for a missing headline.
_HEADLINE_CHARACTERS = 60
_Sameness = tuple[str, ...]
#: Labels whose words are remembered: stories and their only events mostly have the same.
_LABELS_REMEMBERED = 1 << 17

#: Fewer stories than this are not worth another process.
_STORIES_A_WORKER = 2000


@dataclass(frozen=True, slots=True)
class StoryLabel:
    """The name of one story.

    Attributes
    ----------
    label : str
        Distinct among the stories that were labelled together.
    label_en : str or None
        The label with every part in English; None where a part has no sure English form.
    keywords : tuple of str
        Names and words of the story, weightiest first.
    representative : int
        Row of the article that stands for the story.
    """

    label: str
    label_en: str | None
    keywords: tuple[str, ...]
    representative: int


def label_stories(
    corpus: Corpus,
    groups: NDArray[np.int64],
    originals: NDArray[np.int64],
    settings: LabelSettings,
    *,
    lexicon: Lexicon | None = None,
    languages: Sequence[str] | None = None,
    closeness: NDArray[np.float32] | None = None,
    drafts: KeptDrafts | None = None,
    n_jobs: int = 1,
) -> list[StoryLabel]:
    """Name every story or event of a corpus.

    Parameters
    ----------
    corpus : Corpus
        Articles without boilerplate.
    groups : ndarray of int64, shape (n,)
        Story or event of each article, numbered from 0 without gaps.
    originals : ndarray of int64, shape (n,)
        Row of the original of each article; its own row where it is no copy.
    settings : LabelSettings
        Lengths and counts.
    lexicon : Lexicon, optional
        Word statistics of `corpus` or an earlier one; built here where absent.  One serves stories and events.
    languages : sequence of str, length n, optional
        Of each article; found here where absent.
    closeness : ndarray of float32, shape (n,), optional
        Cosine of each article with its story (`dedup.stories.closeness`): long stories are read from the
        middle, and the representative is one of the closest.
    drafts : KeptDrafts, optional
        What was drafted so far, by this call for stories or by earlier runs; drafts of this call are added.
    n_jobs : int, default 1
        Processes; the result is the same for any number.

    Returns
    -------
    list of StoryLabel
        One per story, in the order of their numbers.
    """
    if languages is None:
        languages, _ = find_languages(corpus)
    lexicon = lexicon or Lexicon.from_corpus(corpus, settings, languages=languages)
    if closeness is None:
        closeness = np.zeros(len(corpus), np.float32)
    members = _members(groups)
    chosen = [_texts_to_read(corpus, rows, originals, settings, closeness) for rows in members]
    named = drafts or KeptDrafts.for_one_run(corpus)
    keys = [named.key(rows, closeness) for rows in chosen]
    known = {key: draft for key in keys if (draft := named.drafts.get(key))}
    unknown = {key: rows for key, rows in zip(keys, chosen, strict=True) if key not in known}
    workers = min(effective_n_jobs(n_jobs), -(-len(unknown) // _STORIES_A_WORKER)) or 1
    shares = [list(unknown.values())[worker::workers] for worker in range(workers)]
    calls = [(corpus, share, settings, lexicon, languages, closeness) for share in shares]
    for worker, drafted in enumerate(in_processes(_drafts, calls, processes=workers)):
        for key, draft in zip(list(unknown)[worker::workers], drafted, strict=True):
            known[key] = draft
            named.drafts.add(key, draft)
    return _distinct([known[key] for key in keys], chosen, [len(rows) for rows in members])


def _members(groups: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """List the rows of each group, ascending."""
    order = np.argsort(groups, kind="stable").astype(np.int64)
    bounds = np.flatnonzero(np.diff(groups[order])) + 1
    return np.split(order, bounds) if len(groups) else []


def _drafts(
    corpus: Corpus,
    chosen: Sequence[tuple[int, ...]],
    settings: LabelSettings,
    lexicon: Lexicon,
    languages: Sequence[str],
    closeness: NDArray[np.float32],
) -> list[Draft]:
    """Draft the labels of stories from the articles chosen of each."""
    finders = Memo(partial(NameFinder.of_language, lexicon=lexicon))
    return [_draft(corpus, rows, settings, lexicon, languages, finders, closeness) for rows in chosen]


def _draft(
    corpus: Corpus,
    rows: Sequence[int],
    settings: LabelSettings,
    lexicon: Lexicon,
    languages: Sequence[str],
    finders: Memo[str, NameFinder],
    closeness: NDArray[np.float32],
) -> Draft:
    """Collect the possible labels of one story from the articles of `rows`, best first."""
    language = Counter(languages[row] for row in rows).most_common(1)[0][0]
    finder = finders[language]
    titles = [clean_title(corpus.titles[row], lexicon.outlets) for row in rows]
    length = settings.opening_characters * (1 if any(titles) else _UNTITLED_READING)
    openings = [opening(corpus.texts[row], length) for row in rows]
    if is_spaceless("".join(titles) or openings[0]):
        readings, units = read_characters(titles, openings, finder.words)
    else:
        found = [
            lexicon.openings[row]
            if lexicon.openings is not None and length == settings.opening_characters
            else read_opening(text, finder.keys)
            for row, text in zip(rows, openings, strict=True)
        ]
        readings, units = read_words(titles, openings, found, finder)
    weights = weigh(readings, units, lexicon, finder.words)
    speller = Speller(units, lexicon, finder.words)
    ranked = sorted(
        candidates(readings, units, weights, speller), key=lambda c: (-c.score, -len(c.text), c.text)
    )
    middle = _representative([float(closeness[row]) for row in rows], readings, weights)
    return Draft(
        ranked[:_LABELS_KEPT],
        _keywords(_well_attested(weights, readings), speller, settings.keywords),
        middle,
        language,
        titles[middle] or " ".join(openings[middle][:_HEADLINE_CHARACTERS].split()),
        _day(int(corpus.published[rows[0]])),
    )


def _representative(close: Sequence[float], readings: Sequence[Reading], weights: Mapping[Key, float]) -> int:
    """Choose the article that is closest to the story and whose headline says most; the earliest of equals."""
    heads = [{piece.key for piece in reading.pieces if piece.key} for reading in readings]
    said = [sum(sorted(weights[key] for key in head)) for head in heads]
    most = max(said) or 1.0
    return max(range(len(readings)), key=lambda i: (round(close[i] + said[i] / most, 6), -i))


def _day(seconds: int) -> str:
    return "" if seconds == NO_DATE else datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _texts_to_read(
    corpus: Corpus,
    rows: NDArray[np.int64],
    originals: NDArray[np.int64],
    settings: LabelSettings,
    closeness: NDArray[np.float32],
) -> tuple[int, ...]:
    """Choose the articles that name a story: originals, not copies; of many the closest, from all its time."""
    own = rows[originals[rows] == rows]
    rows = own if len(own) else rows
    limit = settings.articles_read
    if len(rows) > limit:
        spans = np.array_split(chronological(corpus, rows), limit)
        rows = np.array([span[np.argmax(closeness[span])] for span in spans])
    return tuple(chronological(corpus, rows).tolist()) if len(rows) > 1 else (int(rows[0]),)


def _well_attested(weights: Mapping[Key, float], readings: Sequence[Reading]) -> dict[Key, float]:
    """Keep the units that stand in a headline, in two openings or twice in one."""
    seen: Counter[Key] = Counter()
    for reading in readings:
        seen.update({piece.key: 2 for piece in reading.pieces if piece.key})
        seen.update(reading.opening)
    return {key: weight for key, weight in weights.items() if seen[key] > 1}


def _keywords(weights: Mapping[Key, float], speller: Speller, limit: int) -> tuple[str, ...]:
    """Write the weightiest units that are no part of each other."""
    chosen: list[str] = []
    taken: set[str] = set()
    for key in sorted(weights, key=lambda key: (-weights[key], key)):
        if len(chosen) == limit:
            break
        if not taken & set(key):
            chosen.append(speller(key))
            taken.update(key)
    return tuple(chosen)


@lru_cache(maxsize=_LABELS_REMEMBERED)
def _sameness(label: str) -> _Sameness:
    """Give what labels that read the same have in common: their words, in any order, however joined.

    Examples
    --------
    >>> _sameness("Iran–Israel") == _sameness("Israel-Iran") == _sameness("Israel and Iran")
    True
    """
    folded = fold(label)
    words = [part for word in WORD.findall(folded) for part in word.split("-")]
    joined = name_words()["conjunctions"]
    return tuple(sorted(word for word in words if word not in joined)) or (folded,)


def _distinct(
    drafts: Sequence[Draft], chosen: Sequence[tuple[int, ...]], sizes: Sequence[int]
) -> list[StoryLabel]:
    """Give each story the best of its labels that no larger story has taken."""
    taken: dict[_Sameness, int] = {}
    labels: dict[int, StoryLabel] = {}
    for number in sorted(range(len(drafts)), key=lambda number: (-sizes[number], number)):
        draft = drafts[number]
        label = next(label for label in _with_fallbacks(draft, taken) if _sameness(label.text) not in taken)
        taken[_sameness(label.text)] = 1
        english = english_label(label.names, draft.language) if label.names else None
        if draft.language == "en":
            english = label.text
        labels[number] = StoryLabel(label.text, english, draft.keywords, chosen[number][draft.representative])
    return [labels[number] for number in range(len(drafts))]


def _with_fallbacks(draft: Draft, taken: dict[_Sameness, int]) -> Iterator[Candidate]:
    """Yield a story's labels, then the best with a keyword, the headline, the same with a day and a number."""
    yield from draft.candidates
    if draft.candidates:
        best = draft.candidates[0].text
        others = [word for word in draft.keywords if fold(word) not in fold(best)]
        yield from (Candidate(f"{best}: {word}", 0.0, ()) for word in others)
    yield Candidate(draft.headline, 0.0, ())
    dated = f"{draft.headline} ({draft.day})" if draft.day else draft.headline
    yield Candidate(dated, 0.0, ())
    while True:
        # Counts on from the last story of that headline, so that ten thousand equal ones stay linear.
        same = _sameness(dated)
        taken[same] += 1
        yield Candidate(f"{dated} · {taken[same]}", 0.0, ())
