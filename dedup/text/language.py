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


@cache
def _identifier(languages: frozenset[str] | None) -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    if languages is not None:
        identifier.set_languages(sorted(languages))
    return identifier


def find_languages(corpus: Corpus) -> list[str]:
    """Give the language of each article as a code of two or three letters, empty where there is no text.

    What an article says of itself is believed ("pt-BR" is read as "pt").  Others are guessed from their first
    `READ_CHARACTERS` characters by `py3langid` (Lui and Baldwin, "langid.py", ACL 2012), which is
    deterministic and works offline.
    """
    found = [language.lower().replace("_", "-").partition("-")[0] for language in corpus.languages]
    unknown = [row for row, language in enumerate(found) if not language]
    openings = {row: _opening(corpus, row) for row in unknown}
    for row, text in openings.items():
        found[row] = _guess(text, None)
    counts = Counter(filter(None, found))
    common = frozenset(code for code, count in counts.items() if count >= COMMON_SHARE * counts.total())
    known = common.intersection(_identifier(None).labels)
    if known:
        for row, text in openings.items():
            if found[row] not in common and len(text) < SHORT_CHARACTERS:
                found[row] = _guess(text, known)
    return found


def _opening(corpus: Corpus, row: int) -> str:
    title, body = corpus.titles[row], corpus.texts[row]
    return f"{title} {body}"[:READ_CHARACTERS].strip() if body else title[:READ_CHARACTERS].strip()


def _guess(text: str, among: frozenset[str] | None) -> str:
    return str(_identifier(among).classify(text)[0]) if text else ""
