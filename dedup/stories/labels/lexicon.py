"""What a corpus says of its words: which are names, in what spelling, and how common."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from dedup.stories.background import background, fold
from dedup.stories.labels.characters import grams, is_spaceless
from dedup.stories.labels.names import WORD, Memo, bare, mentions, opening, outlet_names
from dedup.stories.labels.openings import Openings
from dedup.text.language import find_languages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

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
    openings : Openings or None
        What was counted, by article; nothing of those in scripts without spaces.  None where the articles were
        those of an earlier run.
    """

    articles: int
    documents: Counter[str]
    upper: Counter[str]
    lower: Counter[str]
    spellings: dict[str, str]
    acronyms: frozenset[str]
    located: Counter[str]
    determined: Counter[str]
    runs: Counter[tuple[str, ...]]
    outlets: frozenset[str]
    openings: Openings | None

    @classmethod
    def from_corpus(
        cls, corpus: Corpus, settings: LabelSettings, *, languages: Sequence[str] | None = None
    ) -> Lexicon:
        """Count the words of every headline and opening of `corpus`, whose languages are found where absent."""
        if languages is None:
            languages, _ = find_languages(corpus)
        openings, documents = Openings(), Counter[str]()
        spelled: Counter[str] = Counter()
        located: Counter[str] = Counter()
        determined: Counter[str] = Counter()
        runs: Counter[tuple[str, ...]] = Counter()
        folded: Memo[str, str] = Memo(lambda word: fold(bare(word)))
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

    def without_openings(self) -> Lexicon:
        """Give the same for articles that were not counted."""
        return replace(self, openings=None)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give what was counted as the bytes of a JSON object, names ascending."""
        counted = {
            field.name: getattr(self, field.name) for field in fields(self) if field.name != "openings"
        }
        counted["runs"] = {" ".join(run): count for run, count in self.runs.items()}
        encoded = msgspec.json.encode(counted, order="deterministic")
        return {"lexicon": np.frombuffer(encoded, np.uint8)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Lexicon:
        """Take what `to_arrays` gave."""
        counted = msgspec.json.decode(arrays["lexicon"].tobytes())
        for name in ("documents", "upper", "lower", "located", "determined"):
            counted[name] = Counter(counted[name])
        counted["runs"] = Counter({tuple(run.split(" ")): count for run, count in counted["runs"].items()})
        counted |= {name: frozenset(counted[name]) for name in ("acronyms", "outlets")}
        return cls(**counted, openings=None)

    @property
    def digest(self) -> bytes:
        """BLAKE2b of what was counted, 16 bytes."""
        return hashlib.blake2b(self.to_arrays()["lexicon"].data, digest_size=16).digest()

    def name_share(self, word: str) -> float | None:
        """Give the share of capitals among a folded word's occurrences within sentences; None if unseen."""
        upper, lower = self.upper[word], self.lower[word]
        return upper / (upper + lower) if upper + lower else None
