"""Names for machines: the ids of duplicate groups, events and stories.

An id is made from the earliest member alone, so that a group keeps its id while later articles join it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

import numpy as np

from dedup.corpus import NO_DATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.corpus import Corpus

Kind = Literal["dup", "event", "story"]


def group_ids(corpus: Corpus, groups: NDArray[np.int64], kind: Kind) -> list[str]:
    """Give every group an id such as ``story-1f0c5b7a9e42``.

    Parameters
    ----------
    corpus : Corpus
    groups : ndarray of int64, shape (n,)
        Group of each article, numbered from 0 without gaps; -1 for articles in none.
    kind : {"dup", "event", "story"}
        First part of the id.

    Returns
    -------
    list of str
        By group number.  The id is that of the group's earliest member (published, then article id; undated
        members last), so neither the order of the input nor the group's number has a part in it.

    Examples
    --------
    >>> from dedup.article import Article
    >>> from dedup.corpus import Corpus
    >>> corpus = Corpus.from_articles([Article(id="a", text="…"), Article(id="b", text="…")])
    >>> group_ids(corpus, np.array([0, 0]), "story")
    ['story-40f89e395b66422f']
    """
    return [group_id(corpus.ids[row], kind) for row in earliest_rows(corpus, groups)]


def group_id(article_id: str, kind: Kind) -> str:
    """Give the id of a group whose earliest member is `article_id`: 64 bits of BLAKE2b after `kind`.

    Two of a million groups share an id with a probability below one in thirty million.
    """
    digest = hashlib.blake2b(article_id.encode(), digest_size=8).hexdigest()
    return f"{kind}-{digest}"


def earliest_rows(corpus: Corpus, groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the row of each group's earliest member (published, then id; undated last), by group number."""
    rows = chronological(corpus, np.flatnonzero(groups >= 0))
    _, first = np.unique(groups[rows], return_index=True)
    return rows[first]


def chronological(corpus: Corpus, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sort `rows` by date, then id; undated articles last."""
    dates = corpus.published[rows]
    return rows[np.lexsort((rows, dates, dates == NO_DATE))]
