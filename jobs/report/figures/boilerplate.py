"""What was set aside before anything was compared."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from dedup.text.structure import REASONS
from jobs.clean import REASON_TEXTS
from jobs.report.figures.notes import shorten
from jobs.report.limits import BOILERPLATE_OUTLETS, LINE_CHARACTERS, TOP_LINES
from jobs.report.records import BoilerplateFigures, Count, LineFigures, OutletBoilerplate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.text.boilerplate import Boilerplate
    from jobs.report.figures.notes import Outlets


def boilerplate_figures(boilerplate: Boilerplate, outlets: Outlets) -> BoilerplateFigures:
    """Count what was removed, in all and by outlet."""
    told = boilerplate.counters
    number = np.bincount(boilerplate.reason, minlength=len(REASONS))
    reasons = [
        Count(name=REASON_TEXTS[name], count=int(number[code]))
        for code, name in enumerate(REASONS)
        if number[code] and code
    ]
    by_outlet = _by_outlet(boilerplate, outlets)
    return BoilerplateFigures(
        articles_changed=told["articles_changed"],
        kept_whole=told["articles_kept_whole"],
        pieces=told["pieces_removed"],
        bytes=told["bytes"],
        bytes_removed=told["bytes_removed"],
        share=_share(told["bytes_removed"], told["bytes"]),
        reasons=sorted(reasons, key=lambda count: (-count.count, count.name)),
        outlets=by_outlet[:BOILERPLATE_OUTLETS],
        outlets_in_all=len(by_outlet),
    )


def _by_outlet(boilerplate: Boilerplate, outlets: Outlets) -> list[OutletBoilerplate]:
    size = len(outlets.names)
    at = outlets.of[boilerplate.row]
    removed = np.bincount(at, boilerplate.stop - boilerplate.start, size).astype(np.int64)
    held = np.bincount(outlets.of, np.diff(boilerplate.original.texts.offsets), size).astype(np.int64)
    pieces = np.bincount(at, minlength=size)
    articles = np.bincount(outlets.of, minlength=size)
    changed = np.bincount(outlets.of[np.unique(boilerplate.row)], minlength=size)
    ranked = [int(number) for number in np.lexsort((np.arange(size), -removed)) if pieces[number]]
    return [
        OutletBoilerplate(
            outlet=outlets.names[number],
            articles=int(articles[number]),
            articles_changed=int(changed[number]),
            pieces=int(pieces[number]),
            bytes=int(held[number]),
            bytes_removed=int(removed[number]),
            share=_share(int(removed[number]), int(held[number])),
            top_lines=_top_lines(boilerplate, np.flatnonzero(at == number))
            if rank < BOILERPLATE_OUTLETS
            else [],
        )
        for rank, number in enumerate(ranked)
    ]


def _top_lines(boilerplate: Boilerplate, pieces: NDArray[np.int64]) -> list[LineFigures]:
    """Give the lines removed most often, each in its commonest spelling; case and signs make no other line."""
    seen = Counter((boilerplate.text(piece), int(boilerplate.reason[piece])) for piece in pieces.tolist())
    spellings: dict[tuple[str, int], list[tuple[int, str]]] = {}
    for (text, reason), count in seen.items():
        words = " ".join(re.findall(r"\w+", text.casefold())) or text
        spellings.setdefault((words, reason), []).append((-count, text))
    ranked = sorted((sum(count for count, _ in told), words) for words, told in spellings.items())
    return [
        LineFigures(
            text=shorten(min(spellings[words])[1], LINE_CHARACTERS),
            reason=REASON_TEXTS[REASONS[words[1]]],
            count=-count,
        )
        for count, words in ranked[:TOP_LINES]
    ]


def _share(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 0.0
