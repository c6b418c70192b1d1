"""Segments: immutable files of arrays, named by what is in them, verified before they are used."""

from __future__ import annotations

import hashlib
import io
import mmap
import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np

from dedup.errors import DamagedStateError
from jobs.ledger.seal import new_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from jobs.ledger.folder import StateFolder

#: Every array begins at such a multiple of bytes, as numpy's own format does.
_ALIGNMENT = 64

Arrays = dict[str, "NDArray[Any]"]


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A segment as the ledger names it.

    Attributes
    ----------
    number : int
        How articles refer to it.
    name : str
        File name in `segments/`.
    bytes : int
        Length of the file.
    digest : str
        BLAKE2b of the file, 16 bytes in hexadecimal.
    rows : int or None
        For texts: how many articles, dead ones too.
    """

    number: int
    name: str
    kind: str
    generation: int
    bytes: int
    digest: str
    rows: int | None = None


def write_segment(
    folder: StateFolder,
    arrays: Mapping[str, NDArray[Any]],
    *,
    number: int,
    kind: str,
    generation: int,
    rows: int | None = None,
) -> Segment:
    """Write `arrays` as one file and make it durable.

    The file is a sequence of arrays in numpy's format, each beginning at a multiple of 64 bytes; the first one
    holds the names of the others as JSON.

    Raises
    ------
    CannotWriteError
        Where any step fails; nothing is left then.
    """
    digest, size = new_digest(), 0
    for part in _encoded(arrays):
        digest.update(part)
        size += len(part)
    name = f"{generation:08d}-{kind}-{digest.hexdigest()[:16]}.npy"
    folder.publish(folder.segments / name, lambda file: file.writelines(_encoded(arrays)))
    return Segment(
        number=number,
        name=name,
        kind=kind,
        generation=generation,
        bytes=size,
        digest=digest.hexdigest(),
        rows=rows,
    )


def _encoded(arrays: Mapping[str, NDArray[Any]]) -> Iterable[memoryview]:
    """Give the bytes of the file piece by piece, without a copy of the larger ones."""
    names = np.frombuffer(msgspec.json.encode(list(arrays)), np.uint8)
    for array in (names, *arrays.values()):
        plain = np.asarray(array, order="C")
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(plain))
        yield header.getbuffer()
        yield plain.reshape(-1).view(np.uint8).data
        yield memoryview(bytes(-plain.nbytes % _ALIGNMENT))


class MappedArrays(NamedTuple):
    """The arrays of a segment, read-only, in a mapping of its file."""

    arrays: Arrays
    mapping: mmap.mmap

    def release(self) -> None:
        """Give back the memory of what was looked at; what is looked at again is read again."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self.mapping.madvise(mmap.MADV_DONTNEED)


def read_segment(folder: StateFolder, segment: Segment) -> MappedArrays:
    """Map a segment after its length and digest were verified.

    Raises
    ------
    DamagedStateError
        Where the file is missing or not what was written; it is named.
    """
    with _opened(folder, segment) as file:
        mapped = mmap.mmap(file.fileno(), segment.bytes, access=mmap.ACCESS_READ)
    try:
        return MappedArrays(_decoded(mapped), mapped)
    except (ValueError, msgspec.DecodeError) as error:
        # The digest is right: somebody wrote it so.
        raise DamagedStateError(
            f"does not hold plain arrays: {error}", file=str(folder.segments / segment.name)
        ) from error


def verify_segment(folder: StateFolder, segment: Segment) -> None:
    """Raise `DamagedStateError` where the file is missing or not what was written."""
    with _opened(folder, segment):
        pass


@contextmanager
def _opened(folder: StateFolder, segment: Segment) -> Iterator[IO[bytes]]:
    """Open and verify a segment, by reads: a disk that fails raises an error there, under a mapping a signal."""
    place = folder.segments / segment.name
    try:
        with os.fdopen(os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
            found = os.fstat(file.fileno()).st_size
            if found != segment.bytes:
                raise DamagedStateError(
                    f"is damaged: it has {found} bytes, and the ledger names {segment.bytes}", file=str(place)
                )
            if hashlib.file_digest(file, new_digest).hexdigest() != segment.digest:
                raise DamagedStateError(
                    "is damaged: its digest is not the one in the ledger", file=str(place)
                )
            yield file
    except FileNotFoundError as error:
        raise DamagedStateError("is missing, and the ledger names it", file=str(place)) from error
    except OSError as error:
        raise DamagedStateError(f"cannot be read: {error.strerror}", file=str(place)) from error


def _decoded(mapped: mmap.mmap) -> Arrays:
    names = msgspec.json.decode(_next_array(mapped).tobytes(), type=list[str])
    return {name: _next_array(mapped) for name in names}


def _next_array(mapped: mmap.mmap) -> NDArray[Any]:
    """Give the array at the file's position, in place, and move behind it."""
    np.lib.format.read_magic(_reader(mapped))
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(_reader(mapped))
    if dtype.hasobject or fortran:
        raise ValueError(f"{dtype} is not read")
    count = int(np.prod(shape, dtype=np.int64))
    array = np.frombuffer(mapped, dtype, count, mapped.tell()).reshape(shape)
    mapped.seek(array.nbytes + -array.nbytes % _ALIGNMENT, os.SEEK_CUR)
    return array


def _reader(mapped: mmap.mmap) -> IO[bytes]:
    return mapped  # type: ignore[return-value]  # numpy asks for `read` only
