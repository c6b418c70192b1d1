"""Text in one spelling: for reading (`normalise`) and for comparing (`fold`)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

from dedup.text.alphabet import fold_character

#: Combining marks in a row that are kept (UAX 15, stream-safe text); the time of normalising grows with the
#: square of this number.
MAX_MARKS = 30

_LONG_RUN_OF_MARKS = regex.compile(rf"(\p{{M}}{{{MAX_MARKS}}})\p{{M}}++")
_folded = lru_cache(maxsize=1 << 14)(fold_character)
_IGNORABLE = regex.compile(r"\p{Default_Ignorable_Code_Point}++")


def cap_marks(text: str) -> str:
    r"""Cut runs of combining marks to `MAX_MARKS`, so that normalising stays linear.

    Examples
    --------
    >>> len(cap_marks("e" + "\u0301" * 1000))
    31
    """
    return text if text.isascii() else _LONG_RUN_OF_MARKS.sub(r"\1", text)


def normalise(text: str) -> str:
    r"""Give `text` in NFKC without invisible characters; case and accents stay.

    Examples
    --------
    >>> normalise("ｎｅｗ\u00ads\u200b")
    'news'
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", cap_marks(_IGNORABLE.sub("", text)))


def fold(text: str) -> str:
    """Give `text` as it is compared: no case, accents, look-alike letters or punctuation; gaps are blanks.

    The compiled tokeniser does the same to bytes (`dedup.text.tokens`).

    Examples
    --------
    >>> fold("Ｃafé – Россия")
    'cafe   poccия'
    """
    return "".join(map(_folded, text))
