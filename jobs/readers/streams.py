"""Bytes of an input: decompressed, digested on the way, bounded."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING, BinaryIO

import zstandard

from dedup.errors import BadDataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jobs.settings import InputSettings

READ_BYTES = 1 << 18

#: Most plain bytes handed on at a time.
OUTPUT_BYTES = 1 << 18

#: zstandard offers no cap on the output of one call.  A block of four bytes can stand for 128 KiB,
#: so a slice of 1 KiB never gives more than 32 MiB; slices this small cost a fifth of the speed.
ZSTD_SLICE_BYTES = 1 << 10

GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class DamagedStreamError(Exception):
    """A compressed stream broke off or does not decode; what came before is good."""


class Source:
    """Raw bytes of one file or of standard input, counted and digested as they are taken.

    Parameters
    ----------
    handle : binary file
        Read once, from front to back.
    advance : callable
        Told the number of bytes of each piece.
    """

    def __init__(self, handle: BinaryIO, advance: Callable[[int], None]) -> None:
        self._handle = handle
        self._advance = advance
        self._head = b""
        self._digest = hashlib.blake2b(digest_size=32)
        self.bytes = 0

    def peek(self) -> bytes:
        """Give the first bytes, at least a few thousand where there are as many, without taking them."""
        if not self._head:
            self._head = self._pull()
            while 0 < len(self._head) < 4096 and (more := self._pull()):
                self._head += more
        return self._head

    def pieces(self) -> Iterator[bytes]:
        """Give the rest of the bytes, piece by piece."""
        head, self._head = self._head, b""
        if head:
            yield head
        while piece := self._pull():
            yield piece

    @property
    def digest(self) -> str:
        """BLAKE2b-256 of the bytes taken so far."""
        return self._digest.hexdigest()

    def _pull(self) -> bytes:
        piece = self._handle.read(READ_BYTES)
        self._digest.update(piece)
        self.bytes += len(piece)
        self._advance(len(piece))
        return piece


def decompressed(source: Source, file: str, settings: InputSettings) -> Iterator[bytes]:
    """Give the plain bytes of `source`, whatever it is packed with; its first bytes tell, not its name.

    Raises
    ------
    BadDataError
        Where it unpacks to more than ``settings.max_expansion`` times its size.
    DamagedStreamError
        Where the packed stream breaks off or does not decode, after all that could be read.
    """
    head = source.peek()
    if head.startswith(GZIP_MAGIC):
        plain = _gunzip(source.pieces())
    elif head.startswith(ZSTD_MAGIC):
        plain = _unzstd(source.pieces(), settings.max_window_bytes)
    else:
        yield from source.pieces()
        return
    given = 0
    for piece in plain:
        given += len(piece)
        if given > settings.expansion_free_bytes and given > settings.max_expansion * source.bytes:
            raise BadDataError(
                f"unpacks to more than {settings.max_expansion} times its size, which articles never do; "
                "leave the file out, or raise max_expansion if you trust it",
                file=file,
            )
        yield piece


def _gunzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack gzip members that follow one another, zeros between them left out."""
    member, started = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), False
    before, rest = member, b""
    try:
        for piece in pieces:
            rest = piece if started else piece.lstrip(b"\0")
            while rest:
                started, before = True, member.copy()
                yield member.decompress(rest, OUTPUT_BYTES)
                rest = member.unconsumed_tail
                if member.eof:
                    rest = member.unused_data.lstrip(b"\0")
                    member, started = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), False
        yield member.flush()
    except zlib.error as error:
        yield from _up_to_damage(before, rest)
        raise DamagedStreamError(f"the gzip stream is damaged: {error}") from error
    if started and not member.eof:
        raise DamagedStreamError("the gzip stream is damaged: it breaks off")


def _up_to_damage(member: zlib._Decompress, rest: bytes) -> Iterator[bytes]:
    """Give what comes before the damage, which zlib keeps to itself: byte by byte from the state before."""
    try:
        for at in range(len(rest)):
            yield member.decompress(rest[at : at + 1])
    except zlib.error:
        return


def _unzstd(pieces: Iterator[bytes], max_window_bytes: int) -> Iterator[bytes]:
    """Unpack zstd frames that follow one another."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=max_window_bytes)
    frame, started = decompressor.decompressobj(), False
    try:
        for piece in pieces:
            for start in range(0, len(piece), ZSTD_SLICE_BYTES):
                rest = piece[start : start + ZSTD_SLICE_BYTES]
                while rest:
                    started = True
                    plain = frame.decompress(rest)
                    yield from (plain[at : at + OUTPUT_BYTES] for at in range(0, len(plain), OUTPUT_BYTES))
                    rest = b""
                    if frame.eof:
                        rest = frame.unused_data
                        frame, started = decompressor.decompressobj(), False
    except zstandard.ZstdError as error:
        raise DamagedStreamError(f"the zstd stream is damaged: {error}") from error
    if started:
        raise DamagedStreamError("the zstd stream is damaged: it breaks off")
