"""Names in running text: which capitalised words are names, in what spelling, and how common.

Capitals tell names from words in the scripts that have them, except at the start of a sentence, in headlines
that capitalise every word and in German.  What a capital means is therefore learned from the whole corpus:
how often a word stands capitalised within a sentence, and how often in small letters (truecasing, Lita et al.
2003, *tRuEcasIng*).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import regex

from dedup.stories.background import fold, name_words

if TYPE_CHECKING:
    from collections.abc import Callable

K = TypeVar("K")
T = TypeVar("T")

#: A word: letters and digits, joined inside by hyphen, apostrophe, ampersand or dot.
WORD = regex.compile(
    r"(?:\p{Lu}\.){2,}"
    r"|[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c]*+(?:(?:[-'’&]|\.(?=[\p{Ll}\p{N}]))[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c]*+)*+"
)
_CAPITALISED = (
    r"(?:(?:\p{Lu}\.){2,}|\p{Lu}\.(?= \p{Lu})|\p{Lu}[\p{L}\p{M}\p{N}]*+(?:[-'’&]\p{L}[\p{L}\p{M}\p{N}]*+)*+)"
)
_PARTICLES = r"(?:of|of the|de|de la|del|da|dos|du|des|van|van der|von|von der|bin|binti|al|el|ibn)"
_RUN = regex.compile(rf"(?<![\p{{L}}\p{{N}}]){_CAPITALISED}(?: (?:{_PARTICLES} )?{_CAPITALISED})*+")
#: The small word that ends a stretch of text.
_SMALL_WORD = regex.compile(r"(?<![\p{L}\p{N}])\p{Ll}[\p{L}\p{M}'’]*+ \Z")
#: What ends most sentences and clauses: no word is looked for before it.
_ENDS = frozenset('.,;:!?)("”«»–—-')
#: Characters before a name in which that word is sought.
_WORD_REACH = 24
_CASED = regex.compile(r"[\p{Lu}\p{Ll}]")
#: Before the first sentence: an outlet or agency, a place, a dash.
_DATELINE = regex.compile(
    r"^[^\p{L}\n]*(?:[\p{L}\p{N}]+\.(?:com|co\.id|id|net|org)\b[^\p{L}\n]{0,6})?"
    r"(?:\p{Lu}[\p{L}\p{N} .,/()'’]{1,50}?\s?(?:--?|–|—)\s*)?"
)
_QUOTES = frozenset("«„“\"‘'")
_BRACKETED = regex.compile(r"<[^<>]{0,40}>")
#: Between two sentences.
SENTENCE = regex.compile(r"(?<=[.!?…。！？][\"”’]?)\s+|\n+")
_ELISION = regex.compile(r"^(?:[cdjlmnst]|qu|dell|nell|sull|all|dall)['’](?=\p{L})", regex.IGNORECASE)
_NEGATION = regex.compile(r"n['’]t$", regex.IGNORECASE)
_ENDING = regex.compile(r"['’]\p{L}{0,5}$")
#: Where a capital follows small letters within a word, or a hyphen stands.
GLUED = regex.compile(r"(?<=\p{Ll}{3})(?=\p{Lu}\p{Ll}{2})|-")


class Memo(dict[K, T]):
    """Remembers what `make` gave for each word: words are few, their occurrences many."""

    def __init__(self, make: Callable[[K], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, word: K) -> T:
        made = self[word] = self._make(word)
        return made


class Mention(NamedTuple):
    """A run of capitalised words in a body.

    Attributes
    ----------
    words : tuple of str
        As they stand, endings after an apostrophe and elided articles cut.
    first : bool
        It opens a sentence, so that the capital of its first word says nothing.
    """

    words: tuple[str, ...]
    first: bool


def bare(word: str) -> str:
    """Cut an elided article (*l'Élysée*) and what an apostrophe attaches (*Putin's*, *Ankara'da*).

    Nothing is left of *don't*.
    """
    if "'" not in word and "’" not in word:
        return word
    word = _ELISION.sub("", word)
    if _NEGATION.search(word):
        return ""
    ending = _ENDING.search(word)
    if ending and not (ending.group()[1:2].isupper() and not word.isupper()):
        return word[: ending.start()]
    return word


def opening(text: str, limit: int) -> str:
    """Give the first `limit` characters of a body, up to a whole word, without the dateline."""
    start = text[: limit + 200]
    head = _DATELINE.match(start)
    if head:
        start = start[head.end() :]
    if len(start) <= limit:
        return start
    cut = max(start.rfind(" ", 0, limit), start.rfind("\n", 0, limit))
    return start[: cut if cut > limit // 2 else limit]


def clean_title(title: str, outlets: frozenset[str]) -> str:
    """Cut from a headline ticker symbols and tags in angle brackets, and the outlet's name at its end."""
    if "<" in title:
        title = _BRACKETED.sub(" ", title)
    title = " ".join(title.split())
    for sign in (" | ", " - ", " – ", " — "):
        head, found, tail = title.rpartition(sign)
        if found and squeeze(tail) in outlets:
            return head
    return title


def mentions(text: str) -> list[tuple[Mention, str]]:
    """List the runs of capitalised words of `text`, each with the small word right before it, if any.

    Lines that shout name nothing.
    """
    found = []
    for match in _RUN.finditer(text):
        run, start = match.group(), match.start()
        words = (run,) if run.isalpha() else tuple(word for word in map(bare, run.split(" ")) if word)
        shouts = len(words) > 2 and run.isupper()
        if words and not shouts:
            before = _small_word_before(text, start)
            found.append((Mention(words, not before and _opens_sentence(text, start)), before))
    return found


def _small_word_before(text: str, start: int) -> str:
    if text[start - 1 : start] != " " or start < 2 or text[start - 2] in _ENDS:
        return ""
    found = _SMALL_WORD.search(text[max(start - _WORD_REACH, 0) : start])
    return found.group()[:-1] if found else ""


def _opens_sentence(text: str, start: int) -> bool:
    gap = text[max(start - 2, 0) : start]
    if gap == ". " and fold(text[max(start - 8, 0) : start - 2].rpartition(" ")[2]) in name_words()["titles"]:
        return False
    if gap[:1] == " " and gap[1:] in _QUOTES and text[start - 3 : start - 2].isalpha():
        return False
    return start == 0 or (gap not in {", ", " (", "; ", "& ", "/ "} and not gap.endswith(("/", "-")))


def outlet_names(sources: list[str]) -> frozenset[str]:
    """Squeeze the outlets' names and domains to the forms in which articles mention them."""
    names = set()
    for source in sources:
        parts = [part for part in fold(source).split(".") if part not in {"www", "com", "co", "net", "org"}]
        names.add(squeeze(source))
        names.update(squeeze(part) for part in parts if len(part) > 2)
        names.update(squeeze(part) + "com" for part in parts if len(part) > 2)
    names.update(squeeze(agency) for agency in name_words()["agencies"])
    return frozenset(names - {""})


def squeeze(text: str) -> str:
    """Keep the letters and digits of `text`, in small letters."""
    return "".join(letter for letter in fold(text) if letter.isalnum())


def is_cased(text: str) -> bool:
    """Tell whether `text` is written in a script that has capitals."""
    if text.isascii():
        return True
    return len(_CASED.findall(text)) * 2 > sum(letter.isalpha() for letter in text)
