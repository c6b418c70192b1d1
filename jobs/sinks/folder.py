"""A folder with files of whole generations, which take their places one by one; a small file says how far."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, ClassVar

import msgspec

from dedup.errors import CannotWriteError, DamagedStateError
from jobs.records import Commit
from jobs.sinks.disk import sync_folder, writing
from jobs.sinks.files import locked, make_folder
from jobs.sinks.sink import Cursor, Sink

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Holds the mark of the last generation whose files are complete.
COMMIT_FILE = "commit.json"

#: What is marked before the first generation is complete: the folder is a feed's.
NOTHING = Commit(generation=0, counts={}, history="")

_TEMPORARY = re.compile(r"\.(.+)\.tmp")


class Mark(Commit, frozen=True, kw_only=True):
    """What `COMMIT_FILE` holds: a commit, and the form of the files it speaks of; empty where none is told."""

    form: str = ""


class GenerationFolder(Sink):
    """What sinks share that write files for each generation.

    The files of a generation have names and bytes that depend on it alone, so that one which was interrupted is
    simply written again.  Only then `COMMIT_FILE` is replaced: files of later generations do not count yet.
    Files may be taken away once they were used; `COMMIT_FILE` has to stay, because a folder without it is
    somebody else's, and says what form its files have: two forms in one folder would have one mark.  Nothing is
    removed but files of the sink's own names in its own folders.

    Parameters
    ----------
    folder : Path
        Made where it is missing; empty at first.

    Attributes
    ----------
    form : str
        What stands before the folder after ``--to``.
    own_folders : tuple of str
        Folders within `folder` in which files of generations lie.
    own_files : re.Pattern
        What the names of those files are.

    Raises
    ------
    CannotWriteError
        Where it cannot be made or written to, or holds other things, or a feed of another form.
    StateLockedError
        Where another feed writes there.
    DamagedStateError
        Where `COMMIT_FILE` cannot be read.
    """

    whole = True
    form: ClassVar[str]
    own_folders: ClassVar[tuple[str, ...]]
    own_files: ClassVar[re.Pattern[str]]

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        make_folder(folder)
        with ExitStack() as resources, writing(folder):
            resources.enter_context(locked(folder))
            self._claim()
            for place, name in self._files(temporary=True):  # left by a feed that was killed
                if self.own_files.fullmatch(name):
                    place.unlink(missing_ok=True)
            self._resources = resources.pop_all()

    def _claim(self) -> None:
        """Refuse what is another's; leave `COMMIT_FILE` in a folder that is empty, as a sign for the next feed."""
        mark = self._mark()
        if mark is None:
            self._refuse_others()
            self.commit(NOTHING)
        elif mark.form != self.form:
            held = mark.form or "unknown"
            raise CannotWriteError(
                f"holds a feed of the form {held}, not {self.form}; name a new folder, or an empty one",
                file=str(self._folder),
            )

    def _refuse_others(self) -> None:
        held = [place for place in self._folder.iterdir() if place.name != f".{COMMIT_FILE}.tmp"]
        if held and all(map(self._looks_own, held)):
            raise CannotWriteError(
                f"{COMMIT_FILE} is missing, which says whose files these are; move the folder away and feed again",
                file=str(self._folder),
            )
        if held:
            raise CannotWriteError(
                "holds other things than a feed; name a new folder, or an empty one", file=str(self._folder)
            )

    def _looks_own(self, place: Path) -> bool:
        """Tell whether a file has a name as the sink gives, or a folder holds nothing else."""
        if place.name in self.own_folders and place.is_dir():
            return all(self.own_files.fullmatch(_final(inner.name)) for inner in place.iterdir())
        return "." in self.own_folders and self.own_files.fullmatch(_final(place.name)) is not None

    def _files(self, *, temporary: bool = False) -> Iterator[tuple[Path, str]]:
        """Give what lies in the own folders, each with its name, or with the one it was to get."""
        for folder in map(self._folder.joinpath, self.own_folders):
            for place in list(folder.iterdir()) if folder.is_dir() else ():
                if not temporary:
                    yield place, place.name
                elif match := _TEMPORARY.fullmatch(place.name):
                    yield place, match[1]

    def close(self) -> None:
        """Let other feeds in."""
        self._resources.close()

    def cursor(self) -> Cursor | None:
        """Read `COMMIT_FILE`."""
        mark = self._mark()
        return Cursor.of(mark) if mark else None

    def _mark(self) -> Mark | None:
        place = self._folder / COMMIT_FILE
        try:
            return msgspec.json.decode(place.read_bytes(), type=Mark)
        except FileNotFoundError:
            return None
        except (msgspec.DecodeError, OSError) as error:
            raise DamagedStateError(f"cannot be read: {error}", file=str(place)) from error

    def rewind(self, generation: int) -> None:
        """Take everything away where the feed starts over; other files are simply written again."""
        if generation:
            return
        self.commit(NOTHING)
        with writing(self._folder):
            for place, name in self._files():
                if self.own_files.fullmatch(name):
                    place.unlink(missing_ok=True)

    def commit(self, commit: Commit) -> None:
        """Say that all files up to this generation are there."""
        with self.new_file(COMMIT_FILE) as file:
            mark = Mark(**msgspec.structs.asdict(commit), form=self.form)
            file.write(msgspec.json.encode(mark) + b"\n")

    @contextmanager
    def new_file(self, name: str) -> Iterator[IO[bytes]]:
        """Open the file that takes the place `name`, durably, when the block ends well."""
        place = self._folder / name
        temporary = place.with_name(f".{place.name}.tmp")
        with writing(place):
            try:
                place.parent.mkdir(exist_ok=True)
                with temporary.open("wb") as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                temporary.replace(place)
                sync_folder(place.parent)
            finally:
                temporary.unlink(missing_ok=True)


def _final(name: str) -> str:
    """Give the name that a file was to get."""
    temporary = _TEMPORARY.fullmatch(name)
    return temporary[1] if temporary else name
