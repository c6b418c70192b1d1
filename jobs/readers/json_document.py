"""A JSON file that is one document: one article, or an array of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from dedup.errors import BadDataError
from jobs.readers.json_lines import decode
from jobs.readers.streams import DamagedStreamError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.readers.opened import OpenInput, Record

#: Items are cut out first and decoded one by one: a broken one does not take the others along.
_items = msgspec.json.Decoder(list[msgspec.Raw]).decode

#: Keys under which exports wrap their list of articles.
WRAPPERS = ("articles", "items", "results", "data", "@graph")


def read(opened: OpenInput) -> Iterator[Record]:
    """Give the items of an array, counted from 1, or the one object.

    Raises
    ------
    BadDataError
        Where the file is larger than ``max_document_bytes``.
    """
    try:
        document = _whole(opened)
    except DamagedStreamError as error:
        opened.reject(1, str(error))
        return
    if not document.lstrip().startswith(b"["):
        record = decode(document, 1, opened)
        del document
        yield from _unwrapped(record) if record is not None else ()
        return
    try:
        items = _items(document)
    except RecursionError:
        opened.reject(1, "nested too deeply")
        return
    except ValueError as error:
        opened.reject(1, f"broken JSON: {error}")
        return
    for number, item in enumerate(items, 1):
        record = decode(item, number, opened)
        if record is not None:
            yield number, record


def recognises(head: bytes) -> bool:
    """Whether an object or an array begins here."""
    return head.lstrip().startswith((b"{", b"["))


def _whole(opened: OpenInput) -> bytes:
    limit = opened.settings.max_document_bytes
    document = bytearray()
    for piece in opened.pieces():
        document += piece
        if len(document) > limit:
            raise BadDataError(
                f"is one JSON document of more than {limit} bytes; turn it into JSON Lines (jq -c '.[]')",
                file=opened.file,
            )
    return bytes(document)


def _unwrapped(record: dict[str, object]) -> Iterator[Record]:
    """Give the articles of a list within the object, where that is all it holds of articles."""
    for wrapper in WRAPPERS:
        inner = record.get(wrapper)
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            yield from enumerate(inner, 1)
            return
    yield 1, record
