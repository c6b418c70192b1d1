"""JSON Lines to columns, quickly: only the fields the engine looks at, texts in a file mapped into memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from dedup.corpus import PADDING, Corpus, TextColumn

if TYPE_CHECKING:
    from pathlib import Path


#: Bytes read and written at a time.
BUFFER = 1 << 22


class Line(msgspec.Struct, gc=False):
    """The fields of interest of one line."""

    id: str
    text: str
    title: str
    source: str
    published: str


def read_corpus(file: Path, folder: Path) -> Corpus:
    """Read a corpus written by `tests.bench.duplicates.synthetic`, whose ids ascend.

    Parameters
    ----------
    file : Path
        JSON Lines.
    folder : Path
        Where the texts are kept while they are in use; memory then holds what is being read only.
    """
    decode = msgspec.json.Decoder(Line).decode
    ids, titles, sources, published, lengths = [], [], [], [], []
    with file.open("rb", BUFFER) as lines, (folder / "texts").open("wb", BUFFER) as out:
        for raw in lines:
            line = decode(raw)
            text = line.text.encode()
            out.write(text)
            lengths.append(len(text))
            ids.append(line.id)
            titles.append(line.title)
            sources.append(line.source)
            published.append(line.published[:19])
        out.write(bytes(PADDING))
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    names, codes = np.unique(sources, return_inverse=True)
    return Corpus(
        ids=ids,
        titles=TextColumn.from_strings(titles),
        texts=TextColumn(np.memmap(folder / "texts", np.uint8, "r"), offsets),
        urls=[""] * len(ids),
        source_names=names.tolist(),
        sources=codes.astype(np.int32),
        published=np.array(published, "datetime64[s]").astype(np.int64),
        languages=[""] * len(ids),
    )
