"""Names in running text: which capitalised words are names, in what spelling, and how common.

Capitals tell names from words in the scripts that have them, except at the start of a sentence, in headlines
that capitalise every word and in German.  What a capital means is therefore learned from the whole corpus:
how often a word stands capitalised within a sentence, and how often in small letters (truecasing, Lita et al.
2003, *tRuEcasIng*).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import regex

from dedup.stories.background import background, fold, name_words
from dedup.stories.labels.characters import grams, is_spaceless
from dedup.text.language import find_languages

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedup.corpus import Corpus
    from dedup.settings import LabelSettings

T = TypeVar("T")

#: A word that stands in capitals throughout in this share of its places within sentences is an acronym.
_ACRONYM_SHARE = 0.3

#: A word: letters and digits, joined inside by hyphen, apostrophe, ampersand or dot.
WORD = regex.compile(
    r"(?:\p{Lu}\.){2,}"
    r"|[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c]*+(?:(?:[-'’&]|\.(?=[\p{Ll}\p{N}]))[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c]*+)*+"
)
_CAPITALISED = (
    r"(?:(?:\p{Lu}\.){2,}|\p{Lu}\.(?= \p{Lu})|\p{Lu}[\p{L}\p{M}\p{N}]*+(?:[-'’&]\p{L}[\p{L}\p{M}\p{N}]*+)*+)"
)
_PARTICLES = r"(?:of|of the|de|de la|del|da|dos|du|des|van|van der|von|von der|bin|binti|al|el|ibn)"
_RUN = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}])(?:(\p{{Ll}}[\p{{L}}\p{{M}}'’]*+) )?"
    rf"({_CAPITALISED}(?: (?:{_PARTICLES} )?{_CAPITALISED})*+)"
)
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


class Memo(dict[str, T]):
    """Remembers what `make` gave for each word: words are few, their occurrences many."""

    def __init__(self, make: Callable[[str], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, word: str) -> T:
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
    title = " ".join(_BRACKETED.sub(" ", title).split())
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
        before, run = match.groups()
        words = tuple(word for word in map(bare, run.split(" ")) if word)
        shouts = len(words) > 2 and run.isupper()
        if words and not shouts:
            start = match.start(2)
            found.append((Mention(words, before is None and _opens_sentence(text, start)), before or ""))
    return found


def _opens_sentence(text: str, start: int) -> bool:
    gap = text[max(start - 2, 0) : start]
    if gap == ". " and fold(text[max(start - 8, 0) : start - 2].rpartition(" ")[2]) in name_words()["titles"]:
        return False
    if gap[:1] == " " and gap[1:] in _QUOTES and text[start - 3 : start - 2].isalpha():
        return False
    return start == 0 or (gap not in {", ", " (", "; ", "& ", "/ "} and not gap.endswith(("/", "-")))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a corpus says of its words; built once and used for events and stories alike.

    Attributes
    ----------
    articles : int
        Number of articles counted.
    languages : list of str
        Language of each article, told or guessed.
    documents : Counter
        Articles that hold a word (folded) in headline or opening; without spaces, a few characters.
    upper, lower : Counter
        Occurrences of a word (folded) with a capital within a sentence, and in small letters.
    spellings : dict
        The commonest spelling within sentences by folded word.
    acronyms : frozenset of str
        Words (folded) that often stand in capitals throughout.
    located, determined : Counter
        Occurrences right after a preposition of place, and right after a word that marks a common noun.
    runs : Counter
        Occurrences of whole runs of two words and more, folded.
    outlets : frozenset of str
        Names of the corpus's own outlets, squeezed to letters and digits.
    """

    articles: int
    languages: list[str]
    documents: Counter[str]
    upper: Counter[str]
    lower: Counter[str]
    spellings: dict[str, str]
    acronyms: frozenset[str]
    located: Counter[str]
    determined: Counter[str]
    runs: Counter[tuple[str, ...]]
    outlets: frozenset[str]

    @classmethod
    def from_corpus(cls, corpus: Corpus, settings: LabelSettings) -> Lexicon:
        """Count the words of every headline and opening of `corpus`."""
        documents: Counter[str] = Counter()
        raw: Counter[str] = Counter()
        spelled: Counter[str] = Counter()
        located: Counter[str] = Counter()
        determined: Counter[str] = Counter()
        runs: Counter[tuple[str, ...]] = Counter()
        folded = Memo(lambda word: fold(bare(word)))
        languages = find_languages(corpus)
        for row in range(len(corpus)):
            words = background(languages[row])
            title, start = corpus.titles[row], opening(corpus.texts[row], settings.opening_characters)
            if is_spaceless(title or start[:100]):
                documents.update(grams(f"{title}\n{start}"))
                continue
            tokens = WORD.findall(start)
            raw.update(tokens)
            tokens += WORD.findall(title)
            documents.update({folded[word] for word in tokens})
            for mention, before in mentions(start):
                spelled.update(mention.words[mention.first :])
                if len(mention.words) > 1:
                    runs[mention.words] += 1
                if before in words.places:
                    located[fold(mention.words[0])] += 1
                elif before in words.determiners:
                    determined[fold(mention.words[-1])] += 1
        lower: Counter[str] = Counter({word: count for word, count in raw.items() if word[0].islower()})
        folded_runs: Counter[tuple[str, ...]] = Counter()
        for run, count in runs.items():
            folded_runs[tuple(map(fold, run))] += count
        upper: Counter[str] = Counter()
        for word, count in spelled.items():
            upper[fold(word)] += count
        # Ascending by count, so that the commonest spelling is the one that stays; ties by spelling.
        spellings = {
            fold(word): word for word, _ in sorted(spelled.items(), key=lambda item: (item[1], item[0]))
        }
        acronyms = frozenset(
            fold(word)
            for word, count in spelled.items()
            if len(word) > 1 and word.isupper() and count >= _ACRONYM_SHARE * upper[fold(word)]
        )
        return cls(
            len(corpus),
            languages,
            documents,
            upper,
            lower,
            spellings,
            acronyms,
            located,
            determined,
            folded_runs,
            outlet_names(corpus.source_names),
        )

    def name_share(self, word: str) -> float | None:
        """Give the share of capitals among a folded word's occurrences within sentences; None if unseen."""
        upper, lower = self.upper[word], self.lower[word]
        return upper / (upper + lower) if upper + lower else None


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
    return len(_CASED.findall(text)) * 2 > sum(letter.isalpha() for letter in text)
