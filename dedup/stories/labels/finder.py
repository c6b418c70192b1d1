"""Telling names from words, in running text and in headlines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from dedup.stories.background import Background, background, fold, name_words
from dedup.stories.labels.countries import territories
from dedup.stories.labels.names import GLUED, WORD, Memo, Mention, bare, squeeze

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dedup.stories.labels.lexicon import Lexicon

Words = tuple[str, ...]

#: From this share of capitals within sentences on, a word counts as a name.
_NAME_SHARE = 0.6
#: Names of more words than this are cut-up headlines and lists.
_LONGEST_NAME = 4
#: A word that neither the corpus nor this share of general text knows is taken for a name.
_RARE = 1e-6
#: A rarer word before a name is a first name.
_UNCOMMON = 2e-5
#: Where nouns have capitals: words that follow an article this often are nouns, not names.
_NOUN_SHARE = 0.15


class Span(NamedTuple):
    """A name or a word of a headline, from character `start` to `stop`."""

    start: int
    stop: int
    words: Words
    is_name: bool


class _Token(NamedTuple):
    start: int
    text: str

    @property
    def stop(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class NameFinder:
    """Tells names from words, by what corpus and language say.

    Attributes
    ----------
    lexicon : Lexicon
    words : Background
    countries : mapping
        Names of countries in the language, folded.
    country_keys : mapping
        The same by key.
    inflects : bool
        Whether words change their form so that families must be found.
    keys : mapping
        Folded form of a word as it stands.
    matter : mapping
        Whether a folded word may be a unit by itself.
    empty : mapping
        Whether a folded word names nothing: a date, rubric, number, office, function word or letter.
    folded : mapping
        Folded form of words as they stand.
    resolved : mapping
        What `resolve` gives for a run of capitalised words.
    outlets : mapping
        Whether words name an outlet or agency.
    """

    lexicon: Lexicon
    words: Background
    countries: Mapping[str, str]
    country_keys: Mapping[Words, str]
    inflects: bool
    keys: Memo[str, str]
    matter: Memo[str, bool]
    empty: Memo[str, bool]
    folded: Memo[Words, Words]
    resolved: Memo[Mention, Mention | None]
    outlets: Memo[Words, bool]

    @classmethod
    def of_language(cls, language: str, lexicon: Lexicon) -> NameFinder:
        """Prepare to find names in articles of `language`."""
        words, countries = background(language), territories(language)
        keys: Memo[str, str] = Memo(lambda word: fold(bare(word)))
        empty = Memo(partial(_is_empty, words, countries))
        matter: Memo[str, bool] = Memo(lambda word: len(word) > 2 and not empty[word])
        country_keys: dict[Words, str] = {(name,): name for name in countries}
        inflects = language == "ar" or language in name_words()["inflected"]
        folded: Memo[Words, Words] = Memo(lambda name: tuple(map(keys.__getitem__, name)))
        outlets: Memo[Words, bool] = Memo(lambda name: squeeze("".join(name)) in lexicon.outlets)
        # The finder that resolves is made with the memory of what it resolved.
        resolved: Memo[Mention, Mention | None] = Memo(lambda run: finder.resolve(run))  # noqa: PLW0108
        finder = cls(
            lexicon, words, countries, country_keys, inflects, keys, matter, empty, folded, resolved, outlets
        )
        return finder

    def is_name(self, word: str, *, capital_tells: bool) -> bool:
        """Tell whether a capitalised `word` is a name.

        `capital_tells` says whether the writer chose the capital, and not its place or the headline's style.
        """
        key = self.keys[word]
        if key in self.countries:
            return True
        share = self.lexicon.name_share(key)
        if share is None:
            stems = [key[:stop] for stop in range(len(key), 3, -1)[:4]]
            return capital_tells or not any(map(self._is_known, stems))
        if self.words.determiners and self.lexicon.determined[key] > _NOUN_SHARE * self.lexicon.upper[key]:
            return False
        return share >= (_NAME_SHARE / 2 if capital_tells else _NAME_SHARE)

    def _is_known(self, word: str) -> bool:
        return self.words.frequencies.get(word, 0.0) >= _RARE or self.lexicon.lower[word] > 0

    def resolve(self, mention: Mention) -> Mention | None:
        """Cut from a run of capitalised words what is no part of a name; None where nothing is left."""
        words = tuple(part for word in mention.words for part in self.unglue(word))
        if mention.first and not self.is_name(words[0], capital_tells=False) and not self._opens_name(words):
            words = words[1:]
        words = self.trim(words)
        if not self.may_name(words):
            return None
        if len(words) == 1 and not self.is_name(words[0], capital_tells=True):
            return None
        return Mention(words, mention.first)

    def _opens_name(self, words: Words) -> bool:
        """Tell whether an unknown word at the start of a sentence belongs to the name after it."""
        key = fold(words[0])
        unseen = self.lexicon.name_share(key) is None
        return len(words) > 1 and unseen and self.words.frequencies.get(key, 0.0) < _UNCOMMON

    def unglue(self, word: str) -> list[str]:
        """Part words that are written as one, if the corpus knows the parts better.

        They lost their space ("PresidenPrabowo") or share a hyphen ("Russia-Taliban").
        """
        if word.isalpha() and (word.islower() or word[1:].islower() or word.isupper()):
            return [word]
        parts: list[str] = GLUED.split(word)
        count = self.lexicon.documents
        better = all(part[:1].isupper() and count[fold(part)] > 2 * count[fold(word)] for part in parts)
        return parts if len(parts) > 1 and better else [word]

    def trim(self, words: Words) -> Words:
        """Cut offices, forms of address and function words from a name ("Texas Governor Rick Perry")."""
        for place in range(len(words) - 2, -1, -1):
            if _is_title(self.keys[words[place]]) and self._stands_alone(words[place + 1 :], words):
                words = words[place + 1 :]
                break
        while (
            len(words) > 1 and self._is_function(self.keys[words[0]]) and self._stands_alone(words[1:], words)
        ):
            words = words[1:]
        while len(words) > 1 and self._ends_badly(words[-1]):
            words = words[:-1]
        return words

    def _ends_badly(self, word: str) -> bool:
        key = self.keys[word]
        return key.rstrip(".") in self.words.calendar or _is_title(key) or self._is_function(key)

    def _is_function(self, key: str) -> bool:
        return self.words.is_function_word(key) and key not in self.countries

    def _stands_alone(self, rest: Words, whole: Words) -> bool:
        run = tuple(self.keys[word] for word in whole)
        return 2 * self.lexicon.upper[self.keys[rest[0]]] >= 3 * self.lexicon.runs[run]

    def may_name(self, words: Words) -> bool:
        """Tell whether `words` may name a story: not too many, and not all empty."""
        return 0 < len(words) <= _LONGEST_NAME and not all(self.empty[self.keys[word]] for word in words)

    def cut(self, title: str, known: Callable[[Words], int]) -> list[Span]:
        """Cut a headline into names and words.

        Parameters
        ----------
        title : str
        known : callable
            Occurrences of a name (folded) in the openings of the story: what they know is found first.
        """
        tokens = self._tokens(title)
        keys = tuple(self.keys[token.text] for token in tokens)
        tells = _capitals_tell(tokens)
        namelike = [
            token.text in self.countries
            or (
                token.text[:1].isalpha()
                and any(letter.isupper() for letter in token.text)
                and self.is_name(token.text, capital_tells=tells and place > 0)
            )
            for place, token in enumerate(tokens)
        ]
        spans, place = [], 0
        while place < len(tokens):
            length = _name_length(title, tokens[place:], keys[place:], namelike[place:], known)
            stop = place + max(length, 1)
            words = tuple(token.text for token in tokens[place:stop])
            if length:
                kept = self.trim(words)
                if kept != words and kept[-1] == words[-1]:
                    place += len(words) - len(kept)
                stop, words = place + len(kept), kept
            is_name = bool(length) and self.may_name(words)
            spans.append(Span(tokens[place].start, tokens[stop - 1].stop, words, is_name))
            place = stop
        return spans

    def _tokens(self, title: str) -> list[_Token]:
        tokens = []
        for match in WORD.finditer(title):
            start, word = match.start(), bare(match.group())
            start += match.group().find(word)
            for part in self.unglue(word) if word else [""]:
                start = title.index(part, start)
                tokens.append(_Token(start, part))
                start += len(part)
        return tokens


def _is_title(key: str) -> bool:
    key, listed = key.rstrip("."), name_words()
    return key in listed["titles"] or key.endswith(listed["title_endings"])


def _is_empty(words: Background, countries: Mapping[str, str], key: str) -> bool:
    key, listed = key.rstrip("."), name_words()
    return (
        len(key) < 2
        or key[0].isdigit()
        or key in words.calendar
        or key in listed["numerals"]
        or key.rstrip("0123456789,.") in listed["rubrics"]
        or _is_title(key)
        or (words.is_function_word(key) and key not in countries)
    )


def _name_length(
    title: str, tokens: Sequence[_Token], keys: Words, namelike: Sequence[bool], known: Callable[[Words], int]
) -> int:
    """Count the words of the name that begins a stretch of a headline; 0 where none does."""
    gaps = [title[a.stop : b.start] for a, b in pairwise(tokens[: _LONGEST_NAME + 1])]
    reach = next((place for place, gap in enumerate(gaps) if gap != " "), len(gaps)) + 1
    for length in range(min(_LONGEST_NAME, reach), 1, -1):
        if known(keys[:length]):
            return length
    if not namelike[0]:
        return 0
    length = 1
    while length < min(_LONGEST_NAME, reach) and namelike[length] and not known(keys[length - 1 : length]):
        if known(keys[length : length + 1]):
            break
        length += 1
    return length


def _capitals_tell(tokens: Sequence[_Token]) -> bool:
    """Tell whether a headline keeps capitals for names: half of its longer words begin small."""
    longer = [token.text for token in tokens if len(token.text) > 3 and token.text[0].isalpha()]
    small = sum(word[0].islower() for word in longer)
    return bool(longer) and 2 * small >= len(longer)
