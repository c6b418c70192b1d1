"""A JSON file that is one document: one article, or an array of them."""

from __future__ import annotations

import io
import json
import re
from itertools import count
from typing import TYPE_CHECKING

import msgspec

from dedup.errors import BadDataError
from jobs.readers.json_lines import TOO_DEEP, decode
from jobs.readers.streams import READ_BYTES, DamagedStreamError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jobs.readers.opened import OpenInput, Record

#: Items are cut out first and decoded one by one: a broken one does not take the others along.
_items = msgspec.json.Decoder(list[msgspec.Raw]).decode

_SEPARATORS = re.compile(r"[ \t\r\n,]+")

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
        document = read_whole(opened)
    except DamagedStreamError as error:
        opened.give_up(1, str(error))
        return
    if not document[:READ_BYTES].lstrip().startswith(b"["):
        record = decode(document, 1, opened)
        yield from _unwrapped(record) if record is not None else ()
        return
    for number, item in enumerate(cut_items(document, opened), 1):
        record = decode(item, number, opened)
        if record is not None:
            yield number, record


def recognises(head: bytes) -> bool:
    """Whether an object or an array begins here."""
    return head.lstrip().startswith((b"{", b"["))


def read_whole(opened: OpenInput) -> bytes:
    """Give all plain bytes.

    Raises
    ------
    BadDataError
        Where there are more than ``max_document_bytes``.
    DamagedStreamError
        Where a compressed stream breaks off.
    """
    limit = opened.settings.max_document_bytes
    document = io.BytesIO()
    for piece in opened.pieces():
        document.write(piece)
        if document.tell() > limit:
            raise BadDataError(
                f"is one JSON document of more than {limit} bytes; turn it into JSON Lines (jq -c '.[]')",
                file=opened.file,
            )
    return document.getvalue()


def cut_items(document: bytes, opened: OpenInput) -> Iterable[bytes]:
    """Cut an array into its items; what lies beyond broken syntax is rejected."""
    try:
        return map(bytes, _items(document))
    except (ValueError, RecursionError):
        return _items_before_damage(document, opened)


def wrapper_of(document: bytes) -> str | None:
    """Name the key of an object under which its articles are a list; None for one article, or an array."""
    try:
        record = msgspec.json.decode(document)
    except (ValueError, RecursionError):
        return None
    return _wrapper(record) if isinstance(record, dict) else None


def _items_before_damage(document: bytes, opened: OpenInput) -> Iterator[bytes]:
    """Cut out items with a decoder that lets more pass, so that what is wrong with one is found in that one.

    After broken syntax nobody knows where the next item begins: the rest is one rejection.
    """
    text = document.decode("utf-8", "surrogateescape")
    cut = json.JSONDecoder().raw_decode
    place = text.index("[") + 1
    for number in count(1):
        place = _after_separators(text, place)
        if text[place : place + 1] == "]":
            return
        try:
            _, end = cut(text, place)
        except RecursionError:
            opened.give_up(number, TOO_DEEP)
            return
        except ValueError as error:
            opened.give_up(number, f"broken JSON: {error}; the file is not read beyond")
            return
        yield text[place:end].encode("utf-8", "surrogateescape")
        place = end


def _after_separators(text: str, place: int) -> int:
    found = _SEPARATORS.match(text, place)
    return found.end() if found else place


def _unwrapped(record: dict[str, object]) -> Iterator[Record]:
    """Give the articles of a list within the object, where that is all it holds of articles."""
    wrapper = _wrapper(record)
    inner = record[wrapper] if wrapper else [record]
    yield from enumerate(inner, 1)  # type: ignore[arg-type]  # a list of objects, as the wrapper says


def _wrapper(record: dict[str, object]) -> str | None:
    for wrapper in WRAPPERS:
        inner = record.get(wrapper)
        if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
            return wrapper
    return None
