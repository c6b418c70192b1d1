"""Text of an HTML body, as wires and feeds carry it."""

from __future__ import annotations

import html
import re

# Possessive and without "<" inside: linear on any input.
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*+)[^<>]*+>|<![^<>]*+>")

BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
    }
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"}
    | {"table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)
HIDDEN = frozenset({"script", "style", "template", "noscript"})


def is_markup(text: str) -> bool:
    """Whether `text` begins with a tag and closes one."""
    return text.lstrip()[:1] == "<" and "</" in text and _TAG.match(text.lstrip()) is not None


def plain_text(markup: str) -> str:
    r"""Give the text of `markup`, one line a block.

    Examples
    --------
    >>> plain_text("<p>Ships &amp; boats<br/>came <b>in</b>.</p><script>x()</script><p>Then left.</p>")
    'Ships & boats\ncame in.\nThen left.'
    """
    parts: list[str] = []
    start, hidden = 0, ""
    for tag in _TAG.finditer(markup):
        if not hidden:
            parts.append(markup[start : tag.start()])
        start = tag.end()
        name = (tag[2] or "").lower()
        if hidden:
            hidden = "" if tag[1] and name == hidden else hidden
        elif name in HIDDEN and not tag[1]:
            hidden = name
        elif name in BLOCKS:
            parts.append("\n")
    if not hidden:
        parts.append(markup[start:])
    lines = (" ".join(line.split()) for line in html.unescape("".join(parts)).split("\n"))
    return "\n".join(filter(None, lines))
