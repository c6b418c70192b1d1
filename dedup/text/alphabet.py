"""What each Unicode character is to a comparison: a letter, a mark, a gap, or nothing at all.

The tables answer for one code point at a time, so that a compiled kernel can fold text of any script without
leaving the machine code.  They are kept in ``alphabet.npz``, made by `dedup.text.folding`: a text folds alike
under every Python, whatever version of Unicode that knows, and nobody waits while they are built.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Kinds of code points, the low bits of a `Alphabet.codes` entry.
GAP, LETTER, SINGLE, EXTEND, DROPPED, MAPPED = range(6)
KIND_BITS = 3

#: A folded form may be this many times as long as its source in UTF-8, which bounds the kernels' buffers.
MAX_EXPANSION = 3

TABLES = "alphabet.npz"


class Alphabet(NamedTuple):
    """Folding tables as arrays, in the form that kernels take.

    Attributes
    ----------
    codes : ndarray of uint32, shape (0x110000,)
        Per code point its kind in the low `KIND_BITS`; for `MAPPED` also where its folded form lies in
        `pool` (bits 11 and up) and how long that is (bits 3 to 10).
    pool : ndarray of uint32
        Folded forms one after another, each entry a code point above its kind, none of them `MAPPED`.
    """

    codes: NDArray[np.uint32]
    pool: NDArray[np.uint32]


@cache
def alphabet() -> Alphabet:
    """Load the tables (once per process, a hundredth of a second)."""
    with as_file(files(__package__).joinpath(TABLES)) as path, np.load(path, allow_pickle=False) as kept:
        return Alphabet(kept["codes"], kept["pool"])


def fold_character(character: str) -> str:
    """Give the form in which `character` is compared: empty, a blank, or one or more characters.

    Parameters
    ----------
    character : str of length 1

    Examples
    --------
    >>> [fold_character(character) for character in "Éоﬁ٣™"]
    ['e', 'o', 'fi', '3', ' ']
    """
    codes, pool = alphabet()
    entry = int(codes[ord(character)])
    kind = entry & ((1 << KIND_BITS) - 1)
    if kind == MAPPED:
        place, count = entry >> 11, entry >> KIND_BITS & 0xFF
        return "".join(chr(part >> KIND_BITS) for part in pool[place : place + count].tolist())
    return {GAP: " ", DROPPED: ""}.get(kind, character)
