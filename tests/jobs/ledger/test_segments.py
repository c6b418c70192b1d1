"""Segments: arrays as they were written, and nothing else."""

from __future__ import annotations

import hashlib
import io
import pickle
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from dedup.corpus import TextColumn
from dedup.errors import DamagedStateError
from jobs.ledger.folder import SEGMENT, StateFolder
from jobs.ledger.segments import Segment, read_segment, write_segment
from jobs.ledger.texts import gather


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> StateFolder:
    return StateFolder.open(tmp_path_factory.mktemp("state"), create=True)


KINDS = st.sampled_from(["int64", "uint8", "uint16", "float32", "float64", "bool", "U5", "S3"])


@given(
    st.dictionaries(
        st.text(max_size=8),
        KINDS.flatmap(lambda kind: arrays_of.arrays(kind, arrays_of.array_shapes(max_dims=3, min_side=0))),
        max_size=4,
    )
)
def test_arrays_come_back_bit_for_bit(folder: StateFolder, written: dict[str, np.ndarray]) -> None:
    segment = write_segment(folder, written, number=1, kind="memory", generation=1)
    place = folder.segments / segment.name
    read = read_segment(folder, segment).arrays
    assert list(read) == list(written)
    for name, array in written.items():
        assert (read[name].dtype, read[name].shape) == (array.dtype, array.shape)
        assert read[name].tobytes() == array.tobytes()
        assert not read[name].flags.writeable
    assert SEGMENT.fullmatch(segment.name)
    place.unlink()


def test_arrays_in_any_memory_order_come_back_equal(folder: StateFolder) -> None:
    array = np.arange(12).reshape(3, 4)
    written = {"fortran": np.asfortranarray(array), "strided": array[:, ::2], "scalar": np.array(5)}
    read = read_segment(folder, write_segment(folder, written, number=1, kind="memory", generation=1)).arrays
    for name, before in written.items():
        np.testing.assert_array_equal(read[name], before)


def test_numpy_itself_reads_what_lies_in_a_segment(folder: StateFolder) -> None:
    segment = write_segment(folder, {"days": np.arange(3)}, number=1, kind="memory", generation=1)
    with (folder.segments / segment.name).open("rb") as file:
        assert msgspec.json.decode(np.load(file, allow_pickle=False).tobytes()) == ["days"]
        file.seek(-(file.tell()) % 64, 1)
        assert np.load(file, allow_pickle=False).tolist() == [0, 1, 2]


class Planted:
    """Would run a command if anything unpickled it."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.place,)


def test_a_crafted_segment_is_refused_and_runs_nothing(folder: StateFolder, tmp_path: Path) -> None:
    planted = Planted(tmp_path / "touched")
    names = io.BytesIO()
    np.save(names, np.frombuffer(b'["a"]', np.uint8))
    names.write(bytes(-names.tell() % 64))
    np.save(names, np.array([planted], object), allow_pickle=True)
    for content in (names.getvalue(), pickle.dumps(planted), b"\x93NUMPY", b"x" * 200):
        segment = Segment(
            number=1,
            name="00000001-memory-0123456789abcdef.npy",
            kind="memory",
            generation=1,
            bytes=len(content),
            digest=hashlib.blake2b(content, digest_size=16).hexdigest(),
        )
        (folder.segments / segment.name).write_bytes(content)
        with pytest.raises(DamagedStateError, match=r"does not hold plain arrays"):
            read_segment(folder, segment)
    assert not planted.place.exists()


def test_a_link_in_place_of_a_segment_is_not_followed(folder: StateFolder, tmp_path: Path) -> None:
    segment = write_segment(folder, {"days": np.arange(3)}, number=1, kind="memory", generation=7)
    place = folder.segments / segment.name
    (tmp_path / "copy").write_bytes(place.read_bytes())
    place.unlink()
    place.symlink_to(tmp_path / "copy")
    with pytest.raises(DamagedStateError, match="cannot be read"):
        read_segment(folder, segment)


@given(st.data())
def test_gathered_texts_are_those_asked_for_in_the_order_asked(data: st.DataObject) -> None:
    texts = {
        number: data.draw(st.lists(st.text(max_size=5), min_size=1, max_size=6), label=f"segment {number}")
        for number in (3, 7, -1)
    }
    places = [(number, row) for number, held in texts.items() for row in range(len(held))]
    asked = data.draw(st.lists(st.sampled_from(places), max_size=20))
    found = gather(
        {number: TextColumn.from_strings(held) for number, held in texts.items()},
        np.array([number for number, _ in asked], np.int64),
        np.array([row for _, row in asked], np.int64),
    )
    assert list(found) == [texts[number][row] for number, row in asked]
    assert not found.data[found.offsets[-1] :].any()


def test_a_text_of_an_unknown_segment_is_asked_for_in_vain() -> None:
    with pytest.raises(KeyError, match=r"no texts are stored for segments \[4\]"):
        gather({}, np.array([4]), np.array([0]))
