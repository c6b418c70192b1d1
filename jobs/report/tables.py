"""The full lists of an audit as Arrow tables, with headlines, outlets and dates beside the ids."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, get_type_hints

import numpy as np
import pyarrow as pa

from dedup.corpus import NO_DATE
from dedup.duplicates import RELATIONS, Reason
from dedup.text.structure import REASONS
from jobs.clean import REASON_TEXTS
from jobs.report.figures.pairs import margins, reason_in_words
from jobs.report.records import CopyFlow, ListFile, OutletFigures
from jobs.tables import SAME_SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import msgspec
    from numpy.typing import NDArray

    from jobs.report.material import Material

#: Parquet knows no seconds.
INSTANT = pa.timestamp("ms", tz="UTC")

#: What each table holds, in the order of the page.
MEANINGS = {
    "articles": "every article with its copies, event and story, and whether it is the text that is kept",
    "copies": "every copy beside its original",
    "pairs": "every pair that was compared, with the verdict and its reason",
    "groups": "every duplicate group",
    "stories": "every story",
    "events": "every event",
    "outlets": "every outlet: articles, copies, exclusives, firsts",
    "flows": "copies by outlet of the original and of the copy",
    "boilerplate": "every distinct line that was removed, by outlet",
    "rejected": "every record that did not go through",
}


def list_tables(material: Material) -> dict[str, pa.Table]:
    """Give every table by name, in the order of `MEANINGS`."""
    columns = _Columns(material)
    return {name: pa.table(_MAKERS[name](material, columns)) for name in MEANINGS}


def list_files(tables: dict[str, pa.Table]) -> list[ListFile]:
    """Say what the tables hold."""
    return [
        ListFile(name=name, rows=table.num_rows, meaning=MEANINGS[name]) for name, table in tables.items()
    ]


class _Columns:
    """Columns of articles, of which several tables take rows."""

    def __init__(self, material: Material) -> None:
        corpus = material.corpus
        names = np.array(["", *corpus.source_names], object)[corpus.sources.astype(np.int64) + 1]
        dated = corpus.published != NO_DATE
        self._columns = {
            "id": pa.array(corpus.ids, pa.string()),
            "headline": pa.array(list(corpus.titles), pa.string()),
            "outlet": pa.array([name or None for name in names], pa.string()),
            "published": pa.array(np.where(dated, corpus.published, 0), mask=~dated)
            .cast(pa.timestamp("s"))
            .cast(INSTANT),
            "url": pa.array([url or None for url in corpus.urls], pa.string()),
        }

    def of(
        self, prefix: str, rows: NDArray[np.int64] | Sequence[int], *, url: bool = False
    ) -> dict[str, pa.Array]:
        """Name the articles of `rows`: id, headline, outlet, date, and address where asked."""
        places = pa.array(rows, pa.int64())
        return {
            f"{prefix}{name}": column.take(places)
            for name, column in self._columns.items()
            if url or name != "url"
        }


def _articles(material: Material, columns: _Columns) -> dict[str, pa.Array]:
    corpus, analysis, lines = material.corpus, material.analysis, material.found.assignments
    rows = np.arange(len(corpus))
    held = np.diff(analysis.boilerplate.original.texts.offsets)
    places = [material.places.by_id[name] for name in corpus.ids]
    labels = [label.label for label in analysis.story_labels]
    return {
        **_prefixed(columns.of("", rows, url=True)),
        "dated_to_the_day": pa.array(material.day_only),
        "language": _texts(material.languages),
        "duplicate_group": _texts(line.duplicate_group for line in lines),
        "relation": _texts(line.relation for line in lines),
        "original_id": _texts(line.original_id for line in lines),
        "similarity": pa.array([line.similarity for line in lines], pa.float64()),
        "event_id": _texts(line.event_id for line in lines),
        "story_id": _texts(line.story_id for line in lines),
        "story_label": pa.array(labels, pa.string()).take(pa.array(analysis.stories.story)),
        "words": pa.array(material.words),
        "bytes": pa.array(held),
        "boilerplate_bytes": pa.array(held - np.diff(corpus.texts.offsets)),
        "kept": pa.array(analysis.duplicates.original == rows),
        "file": _texts(place.file for place in places),
        "line": pa.array([place.line for place in places], pa.int64()),
    }


def _copies(material: Material, columns: _Columns) -> dict[str, pa.Array]:
    copies = material.copies
    same = np.where(copies.unknown, -1, copies.within)
    lines = [material.found.assignments[row] for row in copies.row.tolist()]
    return {
        "duplicate_group": _texts(line.duplicate_group for line in lines),
        **columns.of("copy_", copies.row, url=True),
        **columns.of("original_", copies.original, url=True),
        "relation": _texts(line.relation for line in lines),
        "similarity": pa.array([line.similarity for line in lines], pa.float64()),
        "same_outlet": _told(same),
        "delay_seconds": pa.array(copies.delay, mask=copies.delay < 0),
        "reason": _texts(_reasons(material)),
    }


def _reasons(material: Material) -> Iterator[str]:
    """Say why each copy is one: by its pair with the original, else by the copy of it whose text it has."""
    pairs, ids, original = (
        material.analysis.duplicates.pairs,
        material.corpus.ids,
        material.analysis.duplicates.original,
    )
    inside = np.flatnonzero(pairs.accepted & (original[pairs.a] == original[pairs.b])).tolist()
    known = {(int(pairs.a[place]), int(pairs.b[place])): place for place in inside}
    twin = {int(row): place for place in inside for row in (pairs.a[place], pairs.b[place])}
    for row, first in zip(material.copies.row.tolist(), material.copies.original.tolist(), strict=True):
        place = known.get((first, row), known.get((row, first)))
        if place is not None:
            yield pairs.reason_in_words(place)
        else:
            place = twin[row]
            other = int(pairs.a[place] + pairs.b[place]) - row
            yield f"{pairs.reason_in_words(place)} as {ids[other]}, a copy of the original"


def _pairs(material: Material, columns: _Columns) -> dict[str, pa.Array]:
    pairs = material.analysis.duplicates.pairs
    relations = [None, *RELATIONS[1:]]
    return {
        **columns.of("first_", pairs.a),
        **columns.of("second_", pairs.b),
        "accepted": pa.array(pairs.accepted),
        "relation": _texts(relations[code] for code in pairs.relation.tolist()),
        "kind": _texts(Reason(code).name for code in pairs.reason.tolist()),
        "jaccard": _figures(pairs.jaccard),
        "containment": _figures(pairs.containment_b),
        "containment_other": _figures(pairs.containment_a),
        "margin": _figures(margins(pairs, material.found.settings.duplicates)),
        "headlines": _figures(pairs.headline),
        "days": _figures(pairs.days),
        "same_outlet": _told(pairs.same_outlet),
        "reason": _texts(reason_in_words(pairs, place) for place in range(len(pairs))),
    }


def _groups(material: Material, columns: _Columns) -> dict[str, pa.Array]:
    duplicates, of = material.analysis.duplicates, material.outlets.of
    rows = np.flatnonzero(duplicates.in_group)
    originals, group = np.unique(duplicates.original[rows], return_inverse=True)
    held = np.unique(np.column_stack((group, of[rows])), axis=0)
    relation = duplicates.relation[rows]
    return {
        "duplicate_group": _texts(
            material.found.assignments[row].duplicate_group for row in originals.tolist()
        ),
        **columns.of("original_", originals, url=True),
        "articles": pa.array(np.bincount(group, minlength=len(originals))),
        "outlets": pa.array(np.bincount(held[held[:, 1] > 0, 0], minlength=len(originals))),
        **{
            name: pa.array(np.bincount(group[relation == code], minlength=len(originals)))
            for code, name in enumerate(RELATIONS)
            if name not in {"none", "original"}
        },
    }


def _stories(material: Material, columns: _Columns) -> dict[str, pa.Array]:
    lines, labels = material.found.stories, material.analysis.story_labels
    return {
        "story_id": _texts(line.story_id for line in lines),
        "label": _texts(line.label for line in lines),
        "label_en": _texts(line.label_en for line in lines),
        "keywords": _texts("; ".join(line.keywords) for line in lines),
        "articles": _whole(line.article_count for line in lines),
        "distinct_texts": _whole(line.distinct_count for line in lines),
        "outlets": _whole(line.source_count for line in lines),
        "events": _whole(len(line.events) for line in lines),
        "first_published": _instants(line.first_published for line in lines),
        "last_published": _instants(line.last_published for line in lines),
        "cohesion": _figures(material.coherence.cohesion),
        "weakest_merge": _figures(material.coherence.weakest_merge),
        **columns.of("representative_", [label.representative for label in labels], url=True),
    }


def _events(material: Material, columns: _Columns) -> dict[str, pa.Array]:
    stories, labels = material.analysis.stories, material.analysis.event_labels
    events = {event.event_id: event for line in material.found.stories for event in line.events}
    first: dict[int, int] = {}
    for row, event in enumerate(stories.event.tolist()):
        first.setdefault(event, row)
    ids = [material.found.assignments[first[event]].event_id for event in range(len(labels))]
    return {
        "event_id": _texts(ids),
        "story_id": _texts(material.found.stories[story].story_id for story in stories.event_story.tolist()),
        "label": _texts(label.label for label in labels),
        "articles": _whole(len(events[name].article_ids) for name in ids),
        **columns.of("representative_", [label.representative for label in labels], url=True),
    }


def _outlets(material: Material, _columns: _Columns) -> dict[str, pa.Array]:
    return _of_structs(OutletFigures, material.outlet_figures)


def _flows(material: Material, _columns: _Columns) -> dict[str, pa.Array]:
    across, within = material.flows_across, material.flows_within
    kind = ["across"] * len(across) + ["within"] * len(within)
    return {"kind": _texts(kind), **_of_structs(CopyFlow, [*across, *within])}


def _boilerplate(material: Material, _columns: _Columns) -> dict[str, pa.Array]:
    removed, outlets = material.analysis.boilerplate, material.outlets
    seen = Counter(
        (outlets.names[outlets.of[row]], removed.text(piece), REASONS[removed.reason[piece]])
        for piece, row in enumerate(removed.row.tolist())
    )
    ranked = sorted(seen.items(), key=lambda item: (item[0][0], -item[1], item[0]))
    return {
        "outlet": _texts(outlet or None for (outlet, _, _), _ in ranked),
        "times": _whole(count for _, count in ranked),
        "text": _texts(text for (_, text, _), _ in ranked),
        "reason": _texts(REASON_TEXTS[reason] for (_, _, reason), _ in ranked),
    }


def _rejected(material: Material, _columns: _Columns) -> dict[str, pa.Array]:
    lines = material.found.rejected
    return {
        "file": _texts(line.file for line in lines),
        "line": pa.array([line.line for line in lines], pa.int64()),
        "article_id": _texts(line.article_id for line in lines),
        "reason": _texts(line.reason for line in lines),
    }


_MAKERS: dict[str, Callable[[Material, _Columns], dict[str, pa.Array]]] = {
    "articles": _articles,
    "copies": _copies,
    "pairs": _pairs,
    "groups": _groups,
    "stories": _stories,
    "events": _events,
    "outlets": _outlets,
    "flows": _flows,
    "boilerplate": _boilerplate,
    "rejected": _rejected,
}


def _prefixed(columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Call the first column as the result files do."""
    return {"article_id" if name == "id" else name: column for name, column in columns.items()}


def _texts(values: Iterable[str | None]) -> pa.Array:
    return pa.array(list(values), pa.string())


def _whole(values: Iterable[int]) -> pa.Array:
    return pa.array(list(values), pa.int64())


def _figures(values: NDArray[Any]) -> pa.Array:
    """Round to what is meant; NaN becomes null."""
    rounded = np.round(values.astype(np.float64), 4)
    return pa.array(rounded, mask=np.isnan(rounded))


def _told(values: NDArray[Any]) -> pa.Array:
    return pa.array([SAME_SOURCE[int(value)] for value in values], pa.bool_())


def _instants(values: Iterable[str | None]) -> pa.Array:
    told = _texts(None if value is None else value.removesuffix("Z") for value in values)
    return told.cast(pa.timestamp("s")).cast(INSTANT)


def _of_structs(kind: type[msgspec.Struct], structs: Sequence[msgspec.Struct]) -> dict[str, pa.Array]:
    """Make a column of each field; the empty name is that of no outlet."""
    columns = {}
    for name, told in get_type_hints(kind).items():
        values = [getattr(one, name) for one in structs]
        columns[name] = (
            _texts(value or None for value in values) if told is str else pa.array(values, pa.int64())
        )
    return columns
