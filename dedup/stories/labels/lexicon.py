"""What a corpus says of its words: which are names, in what spelling, and how common."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dedup.stories.background import background, fold
from dedup.stories.labels.characters import grams, is_spaceless
from dedup.stories.labels.names import WORD, Memo, bare, mentions, opening, outlet_names
from dedup.stories.labels.openings import Openings
from dedup.text.language import find_languages

if TYPE_CHECKING:
    from dedup.corpus import Corpus
    from dedup.settings import LabelSettings

#: A word that stands in capitals throughout in this share of its places within sentences is an acronym.
_ACRONYM_SHARE = 0.3


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
    openings : Openings
        What was counted, by article; nothing of those in scripts without spaces.
    drafts : dict
        What `dedup.stories.labels.naming` made of sets of articles so far, by settings and rows.
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
    openings: Openings
    drafts: dict[object, dict[tuple[int, ...], Any]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_corpus(cls, corpus: Corpus, settings: LabelSettings) -> Lexicon:
        """Count the words of every headline and opening of `corpus`."""
        openings, documents = Openings(), Counter[str]()
        spelled: Counter[str] = Counter()
        located: Counter[str] = Counter()
        determined: Counter[str] = Counter()
        runs: Counter[tuple[str, ...]] = Counter()
        folded: Memo[str, str] = Memo(lambda word: fold(bare(word)))
        languages = find_languages(corpus)
        for row in range(len(corpus)):
            words = background(languages[row])
            title, start = corpus.titles[row], opening(corpus.texts[row], settings.opening_characters)
            if is_spaceless(title or start[:100]):
                documents.update(grams(f"{title}\n{start}"))
                openings.add([], [])
                continue
            tokens, found = WORD.findall(start), mentions(start)
            openings.add(tokens, [mention for mention, _ in found])
            documents.update(set(map(folded.__getitem__, tokens + WORD.findall(title))))
            for mention, before in found:
                spelled.update(mention.words[mention.first :])
                if len(mention.words) > 1:
                    runs[mention.words] += 1
                if before in words.places:
                    located[fold(mention.words[0])] += 1
                elif before in words.determiners:
                    determined[fold(mention.words[-1])] += 1
        lower: Counter[str] = Counter(
            {word: count for word, count in openings.close().items() if word[0].islower()}
        )
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
            openings,
        )

    def name_share(self, word: str) -> float | None:
        """Give the share of capitals among a folded word's occurrences within sentences; None if unseen."""
        upper, lower = self.upper[word], self.lower[word]
        return upper / (upper + lower) if upper + lower else None
