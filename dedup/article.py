"""One news article as it comes from a reader."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec


class Article(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One input document.

    Attributes
    ----------
    id : str
        Unique within a run, at most 512 bytes of UTF-8.
    text : str
        The body, paragraphs separated by newlines; valid Unicode without NUL.
    title : str
        The headline, empty where unknown.
    url : str
        Where it stood, empty where unknown.
    source : str
        The outlet's registered domain or name, empty where unknown.
    published_at : datetime or None
        Instant with time zone.
    published_precision : {"day", "second"}
        How much of `published_at` was told; a day stands for its first second.
    language : str
        ISO 639-1 code, empty where unknown.
    version : int
        Higher replaces lower where an id comes more than once.
    status : {"live", "withdrawn"}
        A withdrawn article leaves groups and stories.
    metadata : dict
        Every field that has no place above, untouched.
    """

    id: str
    text: str
    title: str = ""
    url: str = ""
    source: str = ""
    published_at: datetime | None = None
    published_precision: Literal["day", "second"] = "second"
    language: str = ""
    version: int = 0
    status: Literal["live", "withdrawn"] = "live"
    metadata: dict[str, Any] = {}
