"""JSON Lines: one object a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.readers.opened import OpenInput, Record

_decode = msgspec.json.Decoder().decode


def read(opened: OpenInput) -> Iterator[Record]:
    """Give the object of each line; blank lines do not count as records."""
    for number, line in opened.lines():
        record = decode(line, number, opened) if line and not line.isspace() else None
        if record is not None:
            yield number, record


def decode(data: bytes | msgspec.Raw, number: int, opened: OpenInput) -> dict[str, object] | None:
    """Give one object; None, and rejected, where `data` is broken or something else."""
    try:
        value = _decode(data)
    except UnicodeDecodeError:
        opened.reject(number, "invalid UTF-8")
    except RecursionError:
        opened.reject(number, "nested too deeply")
    except msgspec.DecodeError as error:
        opened.reject(number, f"broken JSON: {error}")
    else:
        if isinstance(value, dict):
            return value
        opened.reject(number, f"not an object: a JSON {type(value).__name__}")
    return None


def recognises(head: bytes) -> bool:
    """Whether the first line is a whole object, or too long to tell."""
    first, newline, _ = head.lstrip().partition(b"\n")
    if not first.startswith(b"{"):
        return False
    try:
        return isinstance(_decode(first), dict)
    except (ValueError, RecursionError):
        return not newline
