"""How characters fold, from Python's Unicode database: what the tables of `dedup.text.alphabet` are made from.

Folding is stronger than Unicode's NFKC_Casefold: case, accents, vowel points, wide and styled forms, digits of
other scripts, invisible characters and look-alike letters all disappear.  Composed and decomposed forms fold
alike because everything ends up decomposed.

Nothing imports this but ``docs/build_alphabet.py``, which writes the tables anew, and the tests.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np
import regex

from dedup.text.alphabet import (
    DROPPED,
    EXTEND,
    GAP,
    KIND_BITS,
    LETTER,
    MAPPED,
    MAX_EXPANSION,
    SINGLE,
    Alphabet,
)

#: Scripts written without blanks between words: each character is a token of its own.
UNSPACED_SCRIPTS = ("Han", "Hiragana", "Katakana", "Bopomofo", "Thai", "Lao", "Khmer", "Myanmar",
                    "New_Tai_Lue", "Tai_Tham", "Balinese", "Javanese", "Cham", "Tai_Viet")  # fmt: skip

#: Letters end here.
_END_OF_LETTERS = 0x32400
_CODE_POINTS = 0x110000
_MAYBE_IGNORABLE = [
    *range(0xD800),
    *range(0xE000, 0x10000),
    *range(0x1B000, 0x1E000),
    *range(0xE0000, 0xE1000),
]
#: Unified ideographs stand for themselves; three blocks of them are most of Unicode's letters.
#: Syllables of Hangul decompose by arithmetic, which the database does not list.
HANGUL = range(0xAC00, 0xD7A4)
_HAN = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0x20000, 0x2A6E0))

_IGNORABLE = regex.compile(r"\p{Default_Ignorable_Code_Point}")
_UNSPACED = regex.compile("|".join(rf"[\p{{scx={script}}}\p{{sc={script}}}]" for script in UNSPACED_SCRIPTS))
#: Unicode calls these letters, but they only lengthen others.
_TATWEEL, _PROLONGED_SOUND = "\u0640", "\u30fc\uff70"
#: Letters by category that are typed for an apostrophe, which is a gap.
_APOSTROPHES = "\u02b9\u02ba\u02bb\u02bc\u02bd\ua78c"
#: The vowels AM of Thai and Lao decompose into a mark and a letter; whole, they stay one token.
_WHOLE = "\u0e33\u0eb3"


@cache
def lookalikes() -> dict[str, str]:
    """Map letters that pass for a Latin one to that letter (``lookalikes.tsv``, lower case)."""
    table = files(__package__).joinpath("lookalikes.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return {letter: latin for _, letter, latin in rows}


def is_accent(character: str) -> bool:
    """Whether a combining mark may be dropped: accents and vowel points, not the vowels of Indic scripts.

    Canonical combining classes tell them apart: 1 overlays, 10 to 36 the points of Hebrew, Arabic and Syriac,
    200 and up what stands above, below or across any letter.
    """
    place = unicodedata.combining(character)
    return place == 1 or 10 <= place <= 36 or place >= 200 or unicodedata.category(character) == "Me"


@lru_cache(maxsize=1 << 12)
def kind_of(character: str) -> int:
    """Classify one character that no folding changes."""
    category = unicodedata.category(character)[0]
    if _IGNORABLE.match(character) or character == _TATWEEL:
        return DROPPED
    if category == "M":
        return DROPPED if is_accent(character) else EXTEND
    if category not in "LN" or character in _APOSTROPHES:
        return GAP
    return SINGLE if _UNSPACED.match(character) or character in _PROLONGED_SOUND else LETTER


def _decomposed_lower(character: str) -> str:
    """Lower-case and decompose, twice because either step may open work for the other."""
    folded = character
    for _ in range(2):
        folded = unicodedata.normalize("NFKD", folded.casefold())
    return folded


def folded_form(character: str) -> str:
    """Give the form in which `character` is compared: empty, a blank, or one or more characters.

    Parameters
    ----------
    character : str of length 1

    Examples
    --------
    >>> [folded_form(character) for character in "Éоﬁ٣™"]
    ['e', 'o', 'fi', '3', ' ']
    """
    kind = kind_of(character)
    if kind in (GAP, DROPPED):
        return " " if kind == GAP else ""
    if character in _WHOLE:
        return character
    folded = "".join(map(_fold_part, _decomposed_lower(character)))
    return folded if len(folded.encode()) <= MAX_EXPANSION * len(character.encode()) else character


@lru_cache(maxsize=1 << 12)
def _fold_part(character: str) -> str:
    """Fold one character that is decomposed and in lower case."""
    kind = kind_of(character)
    if kind in (GAP, DROPPED):
        return " " if kind == GAP else ""
    value = unicodedata.decimal(character, None)
    return lookalikes().get(character, character) if value is None else str(value)


def build() -> Alphabet:
    """Build the tables."""
    codes = np.zeros(_CODE_POINTS, np.uint32)
    pool: list[int] = []
    places: dict[str, int] = {}
    for code in _to_fold():
        character = chr(code)
        folded = character if _is_plain(character) else folded_form(character)
        if folded in (character, "", " "):
            codes[code] = {"": DROPPED, " ": GAP}.get(folded, kind_of(character))
            continue
        if folded not in places:
            places[folded] = len(pool)
            pool += [ord(part) << KIND_BITS | kind_of(part) for part in folded]
        codes[code] = places[folded] << 11 | len(folded) << KIND_BITS | MAPPED
    codes[[ord(character) for character in _IGNORABLE.findall("".join(map(chr, _MAYBE_IGNORABLE)))]] = DROPPED
    for block in _HAN:
        codes[block.start : block.stop] = SINGLE
    return Alphabet(codes, np.array(pool, np.uint32))


def _is_plain(character: str) -> bool:
    """Whether nothing in Unicode's tables folds a character; a short cut for most letters of most scripts."""
    return (
        not unicodedata.decomposition(character)
        and not HANGUL.start <= ord(character) < HANGUL.stop
        and character.casefold() == character
        and unicodedata.decimal(character, None) is None
        and character not in lookalikes()
    )


def _to_fold() -> list[int]:
    """List the code points that are more than a gap, without the large blocks that never fold."""
    spans = [range(_HAN[0].start), range(_HAN[0].stop, _HAN[1].start), range(_HAN[1].stop, 0xD800)]
    spans += [range(0xE000, _HAN[2].start), range(_HAN[2].stop, _END_OF_LETTERS)]
    kinds = {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Mn", "Mc", "Me"}
    return [code for span in spans for code in span if unicodedata.category(chr(code)) in kinds]
