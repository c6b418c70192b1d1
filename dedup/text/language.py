"""The language of each article, told or guessed."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from py3langid.langid import MODEL_FILE, LanguageIdentifier

if TYPE_CHECKING:
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


@cache
def _identifier(languages: frozenset[str] | None) -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    if languages is not None:
        identifier.set_languages(sorted(languages))
    return identifier


def find_languages(corpus: Corpus) -> list[str]:
    """Give the language of each article as a code of two or three letters, empty where there is no text.

    A code of two letters that an article gives for itself is believed ("pt-BR" is read as "pt"); other words
    ("english") are not.  The rest is guessed from the first `READ_CHARACTERS` characters by `py3langid` (Lui
    and Baldwin, "langid.py", ACL 2012), which is deterministic and works offline.
    """
    found = [_told(language) for language in corpus.languages]
    unknown = [row for row, language in enumerate(found) if not language]
    openings = {row: _opening(corpus, row) for row in unknown}
    for row, text in openings.items():
        found[row] = _guess(text, None)
    counts = Counter(filter(None, found))
    common = frozenset(code for code, count in counts.items() if count >= COMMON_SHARE * counts.total())
    known = common & frozenset(_identifier(None).labels)
    if known:
        for row, text in openings.items():
            if found[row] not in common and len(text) < SHORT_CHARACTERS:
                found[row] = _guess(text, known)
    return found


def _told(language: str) -> str:
    code = language.strip().lower().replace("_", "-").partition("-")[0]
    return _STANDS_FOR.get(code, code) if len(code) == 2 else ""


def _opening(corpus: Corpus, row: int) -> str:
    return f"{corpus.titles[row]} {corpus.texts[row]}".strip()[:READ_CHARACTERS]


def _guess(text: str, among: frozenset[str] | None) -> str:
    if not text:
        return ""
    code = str(_identifier(among).classify(text)[0])
    return _STANDS_FOR.get(code, code)
