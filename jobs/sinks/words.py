"""Text as the full-text index of SQLite can cut it into words, in any script.

Its tokeniser cuts at blanks and punctuation.  In scripts that are written without blanks between words, an
invisible blank goes around every character, so that each is a word and a name is a phrase of them; taken out
again, the text is what it was.
"""

from __future__ import annotations

import regex

#: Zero width space: no letter to the tokeniser, invisible to people.
BREAK = "\u200b"

_SCRIPTS = "".join(
    rf"\p{{sc={script}}}"
    for script in ("Han", "Hiragana", "Katakana", "Bopomofo", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan")
)
_UNSPACED = rf"(?:[[{_SCRIPTS}]&&\p{{L}}]|[ー々])"
_CLUSTER = regex.compile(rf"(?V1){_UNSPACED}\p{{M}}*+")
_EDGE = regex.compile(rf"(?V1)(?<=[\p{{L}}\p{{N}}\p{{M}}])(?={_UNSPACED})")
_WORD = regex.compile(r"[\p{L}\p{N}\p{M}\p{Co}]+")


def broken(text: str) -> str:
    r"""Put a `BREAK` around every character of a script without blanks.

    Examples
    --------
    >>> broken("塔利班 in 莫斯科").replace(BREAK, "|")
    '塔|利|班| in 莫|斯|科|'
    """
    if text.isascii() or not _CLUSTER.search(text):
        return text
    return _EDGE.sub(BREAK, _CLUSTER.sub(rf"\g<0>{BREAK}", text))


def unbroken(text: str) -> str:
    """Take every `BREAK` out again."""
    return text.replace(BREAK, "")


def words(text: str) -> list[str]:
    """List the words of `text` as the index knows them."""
    return _WORD.findall(broken(text))


def is_unspaced(word: str) -> bool:
    """Tell a word of a script without blanks."""
    return _CLUSTER.match(word) is not None
