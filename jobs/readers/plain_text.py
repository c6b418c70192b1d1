"""A .txt file that is one article."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from jobs.readers.streams import DamagedStreamError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.readers.opened import OpenInput, Record

MAX_TITLE_CHARS = 200

#: A headline ends without a full stop; these end a sentence, a quotation or a list's heading.
SENTENCE_ENDS = tuple(".…:;,\"'”’»。．!?！？؟۔।")

#: A headline may ask or call, but then a blank line must set it off from the body.
CALLS = tuple("!?！？؟\"'”’»")


def read(opened: OpenInput) -> Iterator[Record]:
    """Give the file as one article, its path as id; a first line built like a title is the title."""
    held = bytearray()
    limit = opened.settings.max_line_bytes
    try:
        for piece in opened.pieces():
            held += piece[: max(0, limit - len(held))]
    except DamagedStreamError as error:
        opened.give_up(None, str(error))
        return
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(held, final=len(held) < limit)
    except UnicodeDecodeError:
        opened.reject(None, "invalid UTF-8")
        return
    title, body = split_title(text)
    yield None, {"id": opened.id, "title": title, "text": body}


def split_title(text: str) -> tuple[str, str]:
    r"""Take the first line as title where it is short, ends no sentence and has a longer body after it.

    Examples
    --------
    >>> split_title("Harbour opens again\nThe harbour of the town opened again on Monday.")
    ('Harbour opens again', 'The harbour of the town opened again on Monday.')
    >>> split_title("The harbour opened on Monday.\nShips came in.")
    ('', 'The harbour opened on Monday.\nShips came in.')
    """
    text = text.strip()
    first, _, rest = text.partition("\n")
    title, body = first.strip(), rest.strip()
    set_off = not rest.partition("\n")[0].strip()
    ends = title.endswith(SENTENCE_ENDS) and not (set_off and title.endswith(CALLS))
    if not title or len(title) > MAX_TITLE_CHARS or ends or len(body) <= len(title):
        return "", text
    return title, body
