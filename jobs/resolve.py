"""`newsdedup resolve`: what an id that was published once stands for now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from dedup.errors import UsageError
from jobs.records import Record

if TYPE_CHECKING:
    from jobs.ledger.ledger import Ledger
    from jobs.ledger.rows import ArticleRow

ResolvedKind = Literal["article", "duplicate_group", "event", "story"]


class Resolved(Record, frozen=True, kw_only=True):
    """What became of an id.

    Attributes
    ----------
    id : str
        As asked.
    kind : {"article", "duplicate_group", "event", "story"}
    status : {"live", "redirected", "withdrawn", "ended"}
        A redirected id goes on as `current_id`.  An ended one stands for nothing: all articles of its group
        were withdrawn, or its only copy was.
    current_id : str or None
        None where nothing is left.
    row : dict or None
        What the state holds of `current_id`.
    """

    id: str
    kind: ResolvedKind
    status: Literal["live", "redirected", "withdrawn", "ended"]
    current_id: str | None
    row: dict[str, Any] | None


def resolve(ledger: Ledger, id_: str, *, article: bool = False) -> Resolved:
    """Say what an id stands for now.

    Parameters
    ----------
    ledger : Ledger
    id_ : str
        Of an article, duplicate group, event or story.
    article : bool, default False
        Take it for the id of an article, even where a group has the same one: publishers choose theirs freely.

    Raises
    ------
    UsageError
        Where no run published it.
    """
    with ledger.reading():
        kind = None if article else ledger.published_ids([id_]).get(id_)
        if kind is None:
            return _article(ledger, id_)
        current = follow(ledger, id_)
        row = _row(ledger, kind, current)
    if row is None:
        return Resolved(id=id_, kind=_kind(kind), status="ended", current_id=None, row=None)
    status: Literal["live", "redirected"] = "live" if current == id_ else "redirected"
    return Resolved(id=id_, kind=_kind(kind), status=status, current_id=current, row=row)


def follow(ledger: Ledger, id_: str) -> str:
    """Give the id at the end of all redirects from `id_`."""
    while (heir := ledger.heir(id_)) is not None:
        id_ = heir
    return id_


def _kind(kind: str) -> ResolvedKind:
    return msgspec.convert(kind, ResolvedKind)  # type: ignore[no-any-return]


def _article(ledger: Ledger, id_: str) -> Resolved:
    found = ledger.article_rows([id_]).get(id_)
    if found is None:
        raise UsageError(f"no article, group, event or story was ever published under the id {id_!r}")
    if found.status == "withdrawn":
        return Resolved(id=id_, kind="article", status="withdrawn", current_id=None, row=None)
    return Resolved(id=id_, kind="article", status="live", current_id=id_, row=_told(found))


def _told(row: ArticleRow) -> dict[str, Any]:
    names = (
        "title", "url", "source", "language", "duplicate_group", "relation", "original_id", "similarity",
        "event_id", "story_id",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}


def _row(ledger: Ledger, kind: str, id_: str) -> dict[str, Any] | None:
    if kind == "event":
        event = ledger.event_rows([id_]).get(id_)
        return None if event is None else _event(ledger, id_, msgspec.structs.asdict(event))
    found = ledger.stories([id_]) if kind == "story" else ledger.duplicate_groups([id_])
    return msgspec.to_builtins(found[id_]) if id_ in found else None


def _event(ledger: Ledger, id_: str, row: dict[str, Any]) -> dict[str, Any]:
    """Give an event with its articles."""
    return {**row, "article_ids": ledger.article_columns(events=[id_]).ids}
