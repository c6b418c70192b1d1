"""Articles, outlets and sizes as a report names them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from dedup.corpus import NO_DATE
from dedup.duplicates.evidence import outlets as outlet_codes
from jobs.report.limits import HEADLINE_CHARACTERS, NAMED_OUTLETS, URL_CHARACTERS
from jobs.report.records import ArticleNote, Count, SizeClass
from jobs.tables import instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from dedup.corpus import Corpus

#: First sizes of the classes that groups and stories are counted in, after sizes that stand alone.
_LARGER_SIZES = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000)

_GAP = " […] "


def shorten(text: str, limit: int) -> str:
    """Write `text` on one line of at most `limit` characters.

    Examples
    --------
    >>> shorten("The ferry turned back on Monday", 16)
    'The ferry turne…'
    """
    flat = " ".join(text[: 4 * limit].split())
    return flat if len(flat) <= limit and len(text) <= 4 * limit else flat[: limit - 1] + "…"


def shorten_inside(text: str, limit: int) -> str:
    """Keep the beginning and the end of `text` where it has more than `limit` characters."""
    if len(text) <= limit:
        return text
    half = max(0, limit - len(_GAP)) // 2
    return f"{text[:half].rstrip()}{_GAP}{text[len(text) - half :].lstrip()}"


def headline(corpus: Corpus, row: int) -> str:
    """Give the title of an article, else how its text begins."""
    title = shorten(corpus.titles[row], HEADLINE_CHARACTERS)
    return title or shorten(corpus.texts[row][: 4 * HEADLINE_CHARACTERS], HEADLINE_CHARACTERS)


def note(corpus: Corpus, row: int) -> ArticleNote:
    """Name article `row`."""
    url = corpus.urls[row]
    return ArticleNote(
        article_id=corpus.ids[row],
        headline=headline(corpus, row),
        outlet=corpus.source(row),
        url=url if len(url) <= URL_CHARACTERS else "",
        published=instant(int(corpus.published[row])),
    )


def period(corpus: Corpus, rows: NDArray[np.int64] | slice) -> tuple[str | None, str | None]:
    """Give the first and the last date among `rows`."""
    dates = corpus.published[rows]
    dates = dates[dates != NO_DATE]
    return (instant(int(dates.min())), instant(int(dates.max()))) if len(dates) else (None, None)


def counted_names(names: Iterable[str], limit: int | None = None) -> list[Count]:
    """Count names, the commonest first, ties by name."""
    ranked = sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))
    return [Count(name=name, count=number) for name, number in ranked[:limit]]


def outlets_of(corpus: Corpus, rows: NDArray[np.int64]) -> tuple[list[Count], int]:
    """Count the articles of `rows` by outlet, the busiest first, unnamed ones left out; and count the outlets."""
    names = counted_names(name for row in rows.tolist() if (name := corpus.source(row)))
    return names[:NAMED_OUTLETS], len(names)


class Outlets:
    """Outlets by number, whatever the case of their names.

    Attributes
    ----------
    names : list of str
        By number; number 0 is the empty name, for articles without an outlet.
    of : ndarray of int64, shape (n,)
        Number of each article's outlet.
    """

    def __init__(self, corpus: Corpus) -> None:
        self.of: NDArray[np.int64] = outlet_codes(corpus).astype(np.int64) + 1
        spelling = {name.casefold(): name for name in reversed(corpus.source_names)}
        self.names = ["", *(spelling[name] for name in sorted(spelling))]


def size_classes(sizes: NDArray[np.int64]) -> list[SizeClass]:
    """Count groups by size: sizes below ten by themselves, larger ones in classes; empty classes are left out.

    Parameters
    ----------
    sizes : ndarray of int64
        Articles of each group, one and more.
    """
    firsts = [*range(1, 10), *_LARGER_SIZES]
    classes = []
    for least, after in zip(firsts, [*firsts[1:], 1 << 62], strict=True):
        inside = sizes[(sizes >= least) & (sizes < after)]
        if len(inside):
            most = after - 1 if after < 1 << 62 else int(inside.max())
            classes.append(SizeClass(least=least, most=most, number=len(inside), articles=int(inside.sum())))
    return classes
