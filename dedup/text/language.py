"""The language of each article, told or guessed."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

import numpy as np
from joblib import Parallel, delayed
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from dedup.compiled import kernel
from dedup.corpus import TextColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dedup.corpus import Corpus

#: Characters that are read to guess a language; 300 are enough for 499 of 500 English articles.
READ_CHARACTERS = 300

#: A text shorter than this is guessed among the languages that this share of the run is in, because
#: guesses on single headlines are wrong one time in ten.
SHORT_CHARACTERS = 150
COMMON_SHARE = 0.05

#: Codes that stand for another: withdrawn ones, and varieties that single headlines are easily taken for.
_STANDS_FOR = {
    "in": "id", "iw": "he", "ary": "ar", "arz": "ar", "pcm": "en", "wuu": "zh", "yue": "zh", "nb": "no",
    "nn": "no",
}  # fmt: skip

#: Texts a task.
_CHUNK_TEXTS = 4096


class _Model(NamedTuple):
    """What `py3langid` learnt: an automaton over bytes that finds features, and what each says of a language."""

    moves: NDArray[np.integer]
    rows: NDArray[np.int64]
    features: NDArray[np.integer]
    weights: NDArray[np.float32]
    priors: NDArray[np.float32]


@cache
def _model() -> tuple[_Model, tuple[str, ...]]:
    found = LanguageIdentifier.from_model_file(MODEL_FILE)
    model = _Model(
        np.asarray(found.tk_nextmove),
        np.asarray(found.tk_row, np.int64) << 8,
        np.asarray(found.tk_output),
        np.ascontiguousarray(found.nb_ptc, np.float32),
        np.asarray(found.nb_pc, np.float32),
    )
    return model, tuple(found.nb_classes)


def find_languages(
    corpus: Corpus, *, common: frozenset[str] | None = None, n_jobs: int = 1
) -> tuple[list[str], frozenset[str]]:
    """Tell the language of each article.

    A code of two letters that an article gives for itself is believed ("pt-BR" is read as "pt"); other words
    ("english") are not.  The rest is guessed from the first `READ_CHARACTERS` characters with the model of
    `py3langid` (Lui and Baldwin, "langid.py", ACL 2012), which is deterministic and works offline.

    Parameters
    ----------
    corpus : Corpus
    common : frozenset of str, optional
        Languages among which short texts are guessed; those of `COMMON_SHARE` of `corpus` where absent.
    n_jobs : int, default 1
        Threads; the result is the same for any number.

    Returns
    -------
    languages : list of str
        A code of two or three letters for each article, empty where there is no text.
    common : frozenset of str
        As given or found.
    """
    found = [_told(language) for language in corpus.languages]
    unknown = [row for row, language in enumerate(found) if not language]
    openings = [_opening(corpus, row) for row in unknown]
    for row, language in zip(unknown, _guess(openings, None, n_jobs), strict=True):
        found[row] = language
    if common is None:
        counts = Counter(filter(None, found))
        common = frozenset(code for code, count in counts.items() if count >= COMMON_SHARE * counts.total())
    known = common & frozenset(_model()[1]) if unknown else None
    if known:
        short = [
            (row, text)
            for row, text in zip(unknown, openings, strict=True)
            if found[row] not in common and len(text) < SHORT_CHARACTERS
        ]
        guesses = _guess([text for _, text in short], known, n_jobs)
        for (row, _), language in zip(short, guesses, strict=True):
            found[row] = language
    return found, common


def _told(language: str) -> str:
    code = language.strip().lower().replace("_", "-").partition("-")[0]
    return _STANDS_FOR.get(code, code) if len(code) == 2 else ""


def _opening(corpus: Corpus, row: int) -> str:
    """Give the beginning of title and text; a character has four bytes at most."""
    texts = corpus.texts
    start = int(texts.offsets[row])
    stop = min(int(texts.offsets[row + 1]), start + 4 * (READ_CHARACTERS + 4))
    body = texts.data[start:stop].tobytes().decode(errors="ignore")
    return f"{corpus.titles[row]} {body}".strip()[:READ_CHARACTERS]


def _guess(texts: Sequence[str], among: frozenset[str] | None, n_jobs: int) -> list[str]:
    """Guess the language of each of `texts`, empty for an empty text."""
    if not texts:
        return []
    model, codes = _model()
    allowed = np.array([among is None or code in among for code in codes], np.bool_)
    column = TextColumn.from_strings(map(_normal, texts))
    edges = range(0, len(texts), _CHUNK_TEXTS)
    parts = Parallel(n_jobs=n_jobs, prefer="threads")(
        delayed(_best)(column.data, column.offsets, low, min(low + _CHUNK_TEXTS, len(texts)), allowed, *model)
        for low in edges
    )
    guessed = (codes[number] for part in parts for number in part.tolist())
    return [_STANDS_FOR.get(code, code) if text else "" for code, text in zip(guessed, texts, strict=True)]


def _normal(text: str) -> str:
    """Prepare a text as the model's were: composed, and not all in capitals."""
    return normalize("NFC", text.lower() if text.isupper() else text)


@kernel
def _best(data, offsets, low, high, allowed, moves, rows, features, weights, priors):  # type: ignore[no-untyped-def]
    """Give the likeliest of the `allowed` languages of each text: naive Bayes over logarithmic counts."""
    best = np.zeros(high - low, np.int64)
    counts = np.zeros(len(weights), np.int64)
    seen = np.empty(len(weights), np.int64)
    scores = np.empty(len(priors))
    for text in range(low, high):
        found = 0
        state = 0
        for at in range(offsets[text], offsets[text + 1]):
            state = moves[rows[state] + data[at]]
            feature = features[state]
            if feature >= 0:
                if counts[feature] == 0:
                    seen[found] = feature
                    found += 1
                counts[feature] += 1
        for language in range(len(priors)):
            scores[language] = priors[language] if found else 0.0
        for k in range(found):
            times = np.log1p(np.float64(counts[seen[k]]))
            counts[seen[k]] = 0
            for language in range(len(priors)):
                scores[language] += times * weights[seen[k], language]
        chosen = -1
        for language in range(len(priors)):
            if allowed[language] and (chosen < 0 or scores[language] > scores[chosen]):
                chosen = language
        best[text - low] = chosen
    return best
