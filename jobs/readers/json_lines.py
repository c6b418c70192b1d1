"""JSON Lines: one object a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jobs.readers.opened import OpenInput, Record

#: Objects and arrays within one another; deeper ones would break whoever writes them out again.
MAX_DEPTH = 64
TOO_DEEP = f"nested too deeply: more than {MAX_DEPTH} levels"

_PLAIN = frozenset({str, int, float, bool, type(None)})
_decode = msgspec.json.Decoder().decode


def read(opened: OpenInput) -> Iterator[Record]:
    """Give the object of each line; blank lines do not count as records."""
    for number, line in opened.lines():
        record = decode(line, number, opened) if line and not line.isspace() else None
        if record is not None:
            yield number, record


def decode(data: bytes, number: int, opened: OpenInput) -> dict[str, object] | None:
    """Give one object; None, and rejected, where `data` is broken or something else."""
    try:
        value = _decode(data)
    except UnicodeDecodeError:
        opened.reject(number, "invalid UTF-8")
    except RecursionError:
        opened.reject(number, TOO_DEEP)
    except msgspec.DecodeError as error:
        opened.reject(number, f"broken JSON: {error}")
    else:
        if _is_deep(value):
            opened.reject(number, TOO_DEEP)
        elif isinstance(value, dict):
            return value
        else:
            opened.reject(number, f"not an object: a JSON {type(value).__name__}")
    return None


def _is_deep(value: object) -> bool:
    if isinstance(value, dict) and _PLAIN.issuperset(map(type, value.values())):
        return False  # as nearly all records
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        inner = (each.values() if isinstance(each, dict) else each for each in level)
        level = [child for each in inner for child in each if isinstance(child, (dict, list))]
        if not level:
            return False
    return True


def recognises(head: bytes) -> bool:
    """Whether the first line is a whole object, or too long to tell."""
    first, newline, _ = head.lstrip().partition(b"\n")
    if not first.startswith(b"{"):
        return False
    try:
        return isinstance(_decode(first), dict)
    except (ValueError, RecursionError):
        return not newline
