"""Lines of a stream of bytes, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def split_lines(pieces: Iterable[bytes], *, max_bytes: int) -> Iterator[bytes | None]:
    """Give each line without its newline, or None for one longer than `max_bytes`.

    Parameters
    ----------
    pieces : iterable of bytes
        Of any length.
    max_bytes : int
        At most this and one piece are held; the rest of a longer line is passed over, not kept.
    """
    held: list[bytes] = []
    held_bytes = 0
    for piece in pieces:
        head, newline, rest = piece.partition(b"\n")
        held_bytes += len(head)
        if held_bytes <= max_bytes:
            held.append(head)
        else:
            held.clear()
        if not newline:
            continue
        yield b"".join(held) if held_bytes <= max_bytes else None
        *whole, last = rest.split(b"\n")
        for line in whole:
            yield line if len(line) <= max_bytes else None
        held, held_bytes = [last], len(last)
        if held_bytes > max_bytes:
            held.clear()
    if held_bytes:
        yield b"".join(held) if held_bytes <= max_bytes else None
