"""The pairs about which a reader may differ: the weakest accepted and the strongest refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from dedup.duplicates import Reason
from dedup.duplicates.passages import passages
from dedup.duplicates.verification import shingle_lengths
from jobs.report.figures.notes import note, shorten_inside
from jobs.report.limits import DIFFERING_CHARACTERS, PAIRS, PASSAGES, SHARED_CHARACTERS
from jobs.report.records import PairNote, PassageNote
from jobs.tables import SAME_SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dedup.duplicates import Duplicates, Pairs
    from dedup.duplicates.passages import Passage
    from dedup.settings import DuplicateSettings
    from jobs.records import Relation
    from jobs.report.material import Material

#: Refusals in the order in which a reader meets them: vetoes against much common text first.
_REFUSALS = (
    Reason.NUMBERS_DIFFER,
    Reason.NEW_LEAD,
    Reason.FOLLOW_UP,
    Reason.TOO_DIFFERENT,
    Reason.HEADLINE_NUMBERS_DIFFER,
    Reason.LITTLE_TEXT,
)

#: Refusals because the figures were too low, no veto.
_BY_FIGURES = (Reason.FOLLOW_UP, Reason.TOO_DIFFERENT)


def containment(pairs: Pairs) -> NDArray[np.float32]:
    """Give the larger of the two containments of each pair."""
    return np.maximum(pairs.containment_a, pairs.containment_b)


def margins(pairs: Pairs, settings: DuplicateSettings) -> NDArray[np.float64]:
    """Say how far each pair lies above or below what is asked, in whichever figure it does better.

    Vetoes are left aside.  A containment counts only where the texts are not too unequal in length, so the
    ratio of lengths bounds it.
    """
    jaccard = pairs.jaccard.astype(np.float64)
    alike = np.minimum(jaccard + pairs.credit - pairs.needed_jaccard, jaccard - settings.least_jaccard)
    whole = containment(pairs).astype(np.float64)
    part = np.minimum(pairs.containment_a, pairs.containment_b)
    ratio = part / np.maximum(whole, np.finfo(np.float64).tiny)
    contained = np.minimum(whole - pairs.needed_containment, ratio - settings.least_length_ratio)
    better: NDArray[np.float64] = np.maximum(alike, contained)
    return better


def weakest_accepted(duplicates: Duplicates, settings: DuplicateSettings) -> list[int]:
    """Give the places of the copies that were nearest to being refused, one of a group at most."""
    pairs, original = duplicates.pairs, duplicates.original
    one_group = original[pairs.a] == original[pairs.b]
    places = np.flatnonzero(pairs.accepted & one_group & (pairs.reason != Reason.SAME_TEXT))
    ranked = places[np.argsort(margins(pairs, settings)[places], kind="stable")]
    return _pick([ranked.tolist()], original, pairs)


def strongest_refused(duplicates: Duplicates, settings: DuplicateSettings) -> list[int]:
    """Give the places of the pairs that were nearest to being accepted, some of each reason, in turn.

    An article and its copies appear once.
    """
    pairs, original = duplicates.pairs, duplicates.original
    margin = margins(pairs, settings)
    apart = original[pairs.a] != original[pairs.b]
    queues = []
    for reason in _REFUSALS:
        places = np.flatnonzero((pairs.reason == reason) & apart)
        queues.append(places[np.argsort(-margin[places], kind="stable")].tolist())
    return _pick(queues, original, pairs)


def _pick(queues: list[list[int]], original: NDArray[np.int64], pairs: Pairs) -> list[int]:
    """Take from each queue in turn, passing over pairs that share a text with one before."""
    seen: set[int] = set()
    picked: list[int] = []
    waiting = [iter(queue) for queue in queues]
    while waiting and len(picked) < PAIRS:
        for queue in list(waiting):
            place, texts = next(_unseen(queue, seen, original, pairs), (-1, set()))
            if place < 0:
                waiting.remove(queue)
            elif len(picked) < PAIRS:
                picked.append(place)
                seen |= texts
    return picked


def _unseen(
    queue: Iterator[int], seen: set[int], original: NDArray[np.int64], pairs: Pairs
) -> Iterator[tuple[int, set[int]]]:
    for place in queue:
        texts = {int(original[pairs.a[place]]), int(original[pairs.b[place]])}
        if not texts & seen:
            yield place, texts


def reason_in_words(pairs: Pairs, place: int) -> str:
    """Say why a pair is a copy or is not, and where lengths alone stood against it, that they did."""
    whole = float(containment(pairs)[place])
    if Reason(pairs.reason[place]) in _BY_FIGURES and whole >= pairs.needed_containment[place]:
        part = float(min(pairs.containment_a[place], pairs.containment_b[place]))
        return (
            f"containment {whole:.2f}, but the longer text is {whole / part:.0f} times as long: "
            "a short text quoted or summed up in a long one"
        )
    return pairs.reason_in_words(place)


def note_pair(material: Material, place: int) -> PairNote:
    """Show a pair with its verdict and what differs, side by side."""
    corpus, settings = material.shown, material.found.settings.duplicates
    pairs = material.analysis.duplicates.pairs.take(np.array([place]))
    a, b = int(pairs.a[0]), int(pairs.b[0])
    headlines, days = float(pairs.headline[0]), float(pairs.days[0])
    words = int(shingle_lengths(corpus.texts, pairs.a, pairs.b, settings)[0])
    found = passages(corpus.texts[a], corpus.texts[b], words=words)
    return PairNote(
        first=note(corpus, a),
        second=note(corpus, b),
        relation=cast("Relation", pairs.relation_name(0)) if pairs.accepted[0] else None,
        kind=Reason(pairs.reason[0]).name,
        reason=reason_in_words(pairs, 0),
        jaccard=round(float(pairs.jaccard[0]), 4),
        containment=round(float(pairs.containment_b[0]), 4),
        containment_other=round(float(pairs.containment_a[0]), 4),
        margin=round(float(margins(pairs, settings)[0]), 4),
        headlines=None if np.isnan(headlines) else round(headlines, 4),
        days=None if np.isnan(days) else round(days, 2),
        same_outlet=SAME_SOURCE[int(pairs.same_outlet[0])],
        passages=[_passage(passage) for passage in found[:PASSAGES]],
        passages_left_out=max(0, len(found) - PASSAGES),
    )


def _passage(passage: Passage) -> PassageNote:
    limit = SHARED_CHARACTERS if passage.shared else DIFFERING_CHARACTERS
    return PassageNote(
        shared=passage.shared, a=shorten_inside(passage.a, limit), b=shorten_inside(passage.b, limit)
    )
