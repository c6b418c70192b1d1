"""Boilerplate that shows by its place and shape in one article alone."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from dedup.compiled import kernel
from dedup.text.lines import COLON, CONTINUING, DIGIT, LOWER, MARK, OPEN, STOP, phrase_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.text.lines import Lines

#: Why a line was removed; the code in `Boilerplate.reason` is the place in this list.
REASONS = ("kept", "repeated", "notice", "read_also", "link_list", "tail", "teaser", "share")
KEPT, REPEATED, NOTICE, READ_ALSO, LINK_LIST, TAIL, TEASER, SHARE = range(8)

#: Kinds of phrases in `site_phrases.toml`, by the code that `Lines.phrase` carries.
_KINDS = {"notice": 1, "read_also": 2, "heading": 3, "weak_heading": 4, "teaser": 5, "share": 6}
_P_NOTICE, _P_READ, _P_HEADING, _P_WEAK, _P_TEASER, _P_SHARE = range(1, 7)

#: Longest line, in visible characters, that can be a headline.
_HEADLINE_CHARS = 170


@cache
def site_phrases() -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """Read the phrases of every language as one table for `split_lines`."""
    told = tomllib.loads(files("dedup.text").joinpath("site_phrases.toml").read_text("utf-8"))
    codes = {
        phrase: _KINDS[kind]
        for kind, by_language in told.items()
        for some in by_language.values()
        for phrase in some
    }
    return phrase_table(codes)


@kernel
def _joined(lines_end, begin, fresh, bullet, chars, words, low, high, width, joined):  # type: ignore[no-untyped-def]
    """Mark each line whose sentence runs on into the next line: hard wraps, and links set as lines of their own."""
    for line in range(low, high - 1):
        if lines_end[line] != OPEN or fresh[line + 1] or bullet[line + 1]:
            continue
        runs_on = begin[line + 1] == LOWER or begin[line + 1] == CONTINUING
        joined[line] = runs_on or (width > 0 and 4 * chars[line] >= 3 * width)
    for line in range(high - 3, low - 1, -1):
        if joined[line + 1] and words[line + 1] <= 6 and lines_end[line] == OPEN and not fresh[line + 1]:
            joined[line] = True


@kernel
def _is_prose(end, stops, chars, words, line):  # type: ignore[no-untyped-def]
    return (end[line] == STOP and words[line] >= 5) or stops[line] >= 2 or chars[line] > _HEADLINE_CHARS


@kernel
def _is_headline(end, words, chars, begin, joined, low, line):  # type: ignore[no-untyped-def]
    inside = joined[line] or (line > low and joined[line - 1])
    open_end = end[line] == OPEN or end[line] == MARK
    return (
        open_end
        and 4 <= words[line]
        and chars[line] <= _HEADLINE_CHARS
        and begin[line] != LOWER
        and not inside
    )


@kernel
def _mark_tail(low, high, end, stops, chars, words, begin, upper, digits, bullet, colon, joined, reason):  # type: ignore[no-untyped-def]
    """Mark a run of headlines after the last paragraph of an article that is written in sentences."""
    top = high
    while top > low and not _is_prose(end, stops, chars, words, top - 1):
        top -= 1
    long_lines = ended = prose = 0
    for line in range(low, top):
        if chars[line] >= 80 or (chars[line] >= 40 and words[line] * 3 > chars[line]):
            long_lines += 1
            ended += end[line] != OPEN
            prose += chars[line]
    if prose < 300 or 5 * ended < 4 * long_lines or end[top - 1] == COLON:
        return
    headlines = named = numbered = tabular = 0
    for line in range(top, high):
        if reason[line] or words[line] == 0:
            continue
        named += 1
        numbered += begin[line] == DIGIT and words[line] > 1 and not bullet[line]
        tabular += colon[line] and digits[line] > 0
        headlines += _is_headline(end, words, chars, begin, joined, low, line)
    if headlines >= 3 and 5 * headlines >= 3 * named and 2 * tabular < named and 2 * numbered < named:
        for line in range(top, high):
            if not reason[line]:
                reason[line] = TAIL


@kernel
def _mark_list(line, high, end, stops, chars, words, begin, bullet, joined, low, phrase, reason):  # type: ignore[no-untyped-def]
    """Mark the heading of a link list at `line` and the list below it; give the line after."""
    after = line + 1
    headlines = bullets = 0
    while after < high and not _is_prose(end, stops, chars, words, after):
        headlines += _is_headline(end, words, chars, begin, joined, low, after)
        bullets += bullet[after]
        after += 1
    at_end = after == high
    if phrase[line] == _P_WEAK and headlines < 2 and not (at_end and bullets):
        return line + 1
    if headlines == 0 and not at_end:
        after = line + 1
    for other in range(line, after):
        reason[other] = LINK_LIST
    return after


@kernel
def _mark_phrases(low, high, end, stops, chars, words, begin, bullet, joined, phrase, whole, cued, reason):  # type: ignore[no-untyped-def]
    """Mark what begins with a phrase that sites set around their articles."""
    line = low
    while line < high:
        kind = phrase[line]
        inside = joined[line] or (line > low and joined[line - 1])
        headline_end = end[line] != STOP and stops[line] < 2 and chars[line] <= 2 * _HEADLINE_CHARS
        if reason[line] or kind == 0 or (inside and not cued[line]):
            line += 1
        elif kind == _P_NOTICE and whole[line]:
            reason[line] = NOTICE
            line += 1
        elif kind == _P_READ and whole[line]:
            reason[line] = READ_ALSO
            line += 1
            taken = 0
            while line < high and _is_headline(end, words, chars, begin, joined, low, line):
                if phrase[line] or (taken and not bullet[line]):
                    break
                reason[line] = READ_ALSO
                taken += 1
                line += 1
        elif kind == _P_READ and (headline_end or (cued[line] and chars[line] <= _HEADLINE_CHARS)):
            reason[line] = READ_ALSO
            line += 1
        elif kind == _P_TEASER and (whole[line] or cued[line] or headline_end):
            reason[line] = TEASER
            line += 1
        elif kind == _P_SHARE and chars[line] <= _HEADLINE_CHARS:
            reason[line] = SHARE
            line += 1
        elif (kind == _P_HEADING or kind == _P_WEAK) and whole[line] and line > low:  # noqa: PLR1714
            line = _mark_list(
                line, high, end, stops, chars, words, begin, bullet, joined, low, phrase, reason
            )
        else:
            line += 1


@kernel
def _mark(first, end, begin, stops, chars, words, upper, digits, bullet, fresh, colon, phrase, whole, cued, joined, reason):  # type: ignore[no-untyped-def]  # fmt: skip
    for row in range(first.shape[0] - 1):
        low, high = first[row], first[row + 1]
        if high - low < 2:
            continue
        width, running = 0, 0
        for line in range(low, high):
            width = max(width, chars[line])
            running += (
                line + 1 < high and end[line] == OPEN and begin[line + 1] == LOWER and not fresh[line + 1]
            )
        wrapped = width <= 100 and 4 * running >= high - low
        _joined(end, begin, fresh, bullet, chars, words, low, high, width if wrapped else 0, joined)
        _mark_phrases(low, high, end, stops, chars, words, begin, bullet, joined, phrase, whole, cued, reason)
        if not wrapped:
            _mark_tail(
                low, high, end, stops, chars, words, begin, upper, digits, bullet, colon, joined, reason
            )


def mark_structure(lines: Lines, data: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Say which lines are boilerplate by place and shape.

    Parameters
    ----------
    lines : Lines
        Split with the table of `site_phrases`.
    data : ndarray of uint8
        The bytes that the lines lie in.

    Returns
    -------
    reason : ndarray of uint8, shape (m,)
        Place in `REASONS`; 0 stays.
    joined : ndarray of bool, shape (m,)
        The line's sentence runs on into the next line.
    """
    reason, joined = np.zeros(len(lines), np.uint8), np.zeros(len(lines), bool)
    told = lines.phrase > 0
    whole = told & (lines.phrase_stop >= lines.stop)
    follows = data[np.maximum(lines.phrase_stop - 1, 0)]
    cued = told & ((follows == ord(":")) | (follows == ord("'")) | (follows == ord('"')))
    cued |= told & (data[np.minimum(lines.phrase_stop - 2, len(data) - 1)] == ord(":"))
    _mark(
        lines.first, lines.end, lines.begin, lines.stops, lines.chars, lines.words, lines.upper, lines.digits,
        lines.bullet, lines.fresh, lines.colon, lines.phrase, whole, cued, joined, reason,
    )  # fmt: skip
    return reason, joined
