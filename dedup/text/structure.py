"""Boilerplate that shows by its place and shape in one article alone."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from dedup.compiled import kernel
from dedup.text.phrases import phrase_table
from dedup.text.signs import CLOSING, COLON, COMMA, LOWER, MARK, OPEN, STOP, UNCASED, UPPER, signs
from dedup.text.words import has_label, likeness_of_neighbours, read_on

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.text.lines import Lines
    from dedup.text.phrases import Phrases

#: Why a piece was removed; `Boilerplate.reason` holds places in this list.
REASONS = ("kept", "repeated", "notice", "read_also", "link_list", "tail", "teaser", "share")
KEPT, REPEATED, NOTICE, READ_ALSO, LINK_LIST, TAIL, TEASER, SHARE = range(8)

#: Codes of the kinds of phrases in `site_phrases.toml`.
_KINDS = {
    "notice": 1,
    "read_also": 2,
    "cued_read_also": 3,
    "heading": 4,
    "weak_heading": 5,
    "teaser": 6,
    "share": 7,
    "credit": 8,
}
_P_NOTICE, P_READ_ALSO, _P_CUED, _P_HEADING, _P_WEAK, _P_TEASER, _P_SHARE, _P_CREDIT = _KINDS.values()

#: Visible characters of the longest headline.
_HEADLINE_CHARS = 170
#: Lines of the longest link list, so that a text of headings only is read once.
_LIST_LINES = 200
#: Visible characters of the longest credit, and of the longest note of initials.
_CREDIT_CHARS, _INITIALS_CHARS = 100, 14
#: Bytes of the longest mark in square brackets that stands for a video or a post.
_EMBED_BYTES = 120
#: Headlines without bullets below a link without a colon that are a list and not the subheading that follows.
_LINKED = 3
#: Visible characters from which a question is a headline rather than the heading of a list.
_QUESTION_CHARS = 40
#: Fewest headlines of a list that no heading introduces.
_TAIL_LINES = 4
#: An article is written in sentences if it has so many visible characters in lines longer than `_LONG`.
_PROSE_CHARS, _LONG = 240, 60


@cache
def site_phrases() -> Phrases:
    """Read the phrases of every language as one table for `split_lines`."""
    told = tomllib.loads(files("dedup.text").joinpath("site_phrases.toml").read_text("utf-8"))
    return phrase_table(
        {
            phrase: _KINDS[kind]
            for kind, languages in told.items()
            for some in languages.values()
            for phrase in some
        }
    )


@kernel(inner=True)
def is_prose(line):  # type: ignore[no-untyped-def]
    """Whether a line holds a sentence of running text."""
    return (line.end == STOP and line.words >= 5) or line.stops >= 2 or line.chars > _HEADLINE_CHARS


@kernel(inner=True)
def is_figures(line):  # type: ignore[no-untyped-def]
    """Whether digits are much of a line, as in tables of prices and results."""
    return line.digits * 6 > line.chars


@kernel(inner=True)
def is_headline(line):  # type: ignore[no-untyped-def]
    """Whether a line could be the headline of another article."""
    dense = line.words * 3 > line.chars
    long = line.words >= 4 and line.chars * (1 + dense) >= 20
    runs = line.inside or line.begin in (LOWER, CLOSING)
    ends = line.end in (OPEN, MARK)
    return long and ends and not (runs or line.numbered or is_prose(line) or is_figures(line))


@kernel(inner=True)
def _headline_with_stop(records, at, low, high):  # type: ignore[no-untyped-def]
    """Whether a short sentence stands amid headlines: three above it, and three below or as many as there are."""
    if at - 3 < low or at + 1 == high or records[at].stops > 1 or 2 * records[at].chars > _HEADLINE_CHARS:
        return False
    others = 0
    for other in range(at - 3, min(high, at + 4)):
        others += other != at and not is_headline(records[other])
    return others == 0


@kernel(inner=True)
def _top_of_tail(records, low, high):  # type: ignore[no-untyped-def]
    """Find the line after the last paragraph."""
    top = high
    while top > low and (not is_prose(records[top - 1]) or _headline_with_stop(records, top - 1, low, high)):
        top -= 1
    return top


@kernel(inner=True)
def _is_question(line):  # type: ignore[no-untyped-def]
    """Whether a line is a short question, as above a list that answers it."""
    return line.end == MARK and line.chars < _QUESTION_CHARS


@kernel(inner=True)
def _mark_tail(data, records, low, high, table, reason):  # type: ignore[no-untyped-def]
    """Mark a run of headlines after the last paragraph of an article that is written in sentences.

    Lists that belong to the article end it as well: line-ups, prices, verses, addresses.  They are introduced
    by a colon, are short, numbered, full of digits or separators, or say much the same in line after line.
    Labels before colons, several questions and another script than that of the article speak of its own text, too.
    """
    top = _top_of_tail(records, low, high)
    long = ended = prose = 0
    for at in range(low, top):
        line = records[at]
        if line.chars >= _LONG or (line.words * 3 > line.chars and 2 * line.chars >= _LONG):
            long += 1
            ended += line.end not in (OPEN, COMMA)
            prose += line.chars
    if prose < _PROSE_CHARS or 5 * ended < 4 * long or records[top - 1].end == COLON:
        return
    rest = headlines = listed = chars = labels = asking = 0
    for at in range(top, high):
        line = records[at]
        if reason[at] or line.words == 0:
            continue
        if line.end == COLON or (line.begin == UNCASED and records[low].begin == UPPER):
            return
        rest += 1
        labels += has_label(data, line, table)
        asking += line.end == MARK
        chars += line.chars * (1 + 2 * (line.words * 3 > line.chars))
        listed += line.numbered or line.separated or is_figures(line)
        headlines += is_headline(line)
    if 4 * labels > rest or 4 * asking > rest or _is_question(records[top]):
        return
    if headlines < _TAIL_LINES or 3 * headlines < 2 * rest or 3 * listed > rest or chars < 38 * rest:
        return
    if likeness_of_neighbours(data, records, top, high, reason, table) > 0.12:
        return
    for at in range(top, high):
        asks = records[at].end == MARK and records[at].stops > 0
        if not reason[at] and not asks:
            reason[at] = TAIL


@kernel(inner=True)
def _mark_list(records, at, high, reason):  # type: ignore[no-untyped-def]
    """Mark the heading of a link list and the list below it; give the line after."""
    after = at + 1
    headlines = bullets = 0
    furthest = min(high, at + _LIST_LINES)
    while after < furthest and not is_prose(records[after]):
        headlines += is_headline(records[after])
        bullets += records[after].bullet
        after += 1
    at_end = after == high
    if records[at].phrase == _P_WEAK and headlines < 2 and not (at_end and bullets):
        return at + 1
    if not headlines and not at_end:
        after = at + 1
    reason[at:after] = LINK_LIST
    return after


@kernel(inner=True)
def _is_single_sentence(data, records, at, low):  # type: ignore[no-untyped-def]
    """Whether a line has one sentence at most, is as short as a headline, and was a line before it was parted."""
    line = records[at]
    broken = at == low
    for before in range(records[at - 1].stop if at > low else line.start, line.start):
        broken = broken or data[before] in (0x0A, 0x0D)
    return broken and line.stops == 0 and line.chars <= _HEADLINE_CHARS


@kernel(inner=True)
def _mark_read_also(data, records, at, low, high, table, reason, until):  # type: ignore[no-untyped-def]
    """Mark a link in the text, its headline on the same line or below; give the line after."""
    line = records[at]
    if line.phrase == _P_CUED and line.whole and line.begin == LOWER:
        return at + 1
    if not line.whole:
        closed = line.end not in (COLON, COMMA) and not is_prose(line)
        if line.cued or (closed and line.phrase == P_READ_ALSO):
            reason[at] = READ_ALSO
        if table.begins[data[line.phrase_stop]] == CLOSING:
            until[at] = line.phrase_stop
        elif is_prose(line) and not _is_single_sentence(data, records, at, low):
            until[at] = read_on(data, line.phrase_stop, line.stop, table)
        return at + 1
    reason[at] = READ_ALSO
    after, titles, run = at + 1, 0, 0
    while run <= 2 * _LINKED and after + run < high and is_headline(records[after + run]):
        run += 1
    listed = _LINKED <= run <= 2 * _LINKED and not line.cued
    while after < high and is_headline(records[after]) and not records[after].phrase:
        if records[after].quoted or (titles and not (listed or records[after].bullet)):
            break
        reason[after] = READ_ALSO
        titles += 1
        after += 1
    return after


@kernel(inner=True)
def _mark_embed(data, records, at, reason, until):  # type: ignore[no-untyped-def]
    """Mark what stands in square brackets at the beginning of a line."""
    line = records[at]
    for stop in range(line.start, min(line.stop, line.start + _EMBED_BYTES)):
        if data[stop] == 0x5D:
            reason[at], until[at] = TEASER, stop + 1
            return


@kernel(inner=True)
def _is_initials(data, records, at, low):  # type: ignore[no-untyped-def]
    """Whether a line is the initials of reporter and editor, as in "(abc/def)"."""
    line = records[at]
    if at == low or line.chars > _INITIALS_CHARS or data[line.start] != 0x28 or data[line.stop - 1] != 0x29:
        return False
    if line.begin != LOWER or not 2 <= line.words <= 3:
        return False
    slashes = 0
    for byte in data[line.start : line.stop]:
        slashes += byte == 0x2F
    return slashes + 1 == line.words


@kernel(inner=True)
def _mark_phrases(data, records, low, high, table, reason, until):  # type: ignore[no-untyped-def]
    """Mark lines that begin with what sites set around their articles."""
    at = low
    while at < high:
        line = records[at]
        kind = line.phrase
        short = not is_prose(line)
        cut_in = line.whole and line.end != STOP and kind in (_P_NOTICE, P_READ_ALSO)
        shares = kind == _P_SHARE and line.begin == UPPER and not line.wrapped
        stands = line.cued or cut_in or shares
        links = kind in (P_READ_ALSO, _P_CUED)
        if kind in (P_READ_ALSO, _P_TEASER) and data[line.start] == 0x5B:
            _mark_embed(data, records, at, reason, until)
            at += 1
        elif _is_initials(data, records, at, low):
            reason[at] = NOTICE
            at += 1
        elif reason[at] or not kind or (links and line.wrapped) or (line.inside and not stands):
            at += 1
        elif links:
            at = _mark_read_also(data, records, at, low, high, table, reason, until)
        elif kind in (_P_HEADING, _P_WEAK) and line.whole and at > low:
            at = _mark_list(records, at, high, reason)
        else:
            credit = kind == _P_CREDIT and short and (line.cued or line.quoted)
            if (kind == _P_NOTICE and line.whole) or (credit and line.chars <= _CREDIT_CHARS):
                reason[at] = NOTICE
            elif kind == _P_TEASER and (line.whole or short):
                reason[at] = TEASER
            elif kind == _P_SHARE and line.chars <= _HEADLINE_CHARS:
                reason[at] = SHARE
            at += 1


@kernel
def _mark(data, first, records, table, reason, until):  # type: ignore[no-untyped-def]
    for row in range(first.shape[0] - 1):
        low, high = first[row], first[row + 1]
        if high - low > 1:
            _mark_phrases(data, records, low, high, table, reason, until)
            if not records[low].wrapped:
                _mark_tail(data, records, low, high, table, reason)


@kernel
def extend_tails(first, records, reason):  # type: ignore[no-untyped-def]
    """Mark headlines at the end of a text that stand below a repeated line or a link, as in a list of the site.

    A single one without a bullet below a link is a subheading whose section was cut off.
    """
    for row in range(first.shape[0] - 1):
        top = first[row + 1]
        while top > first[row] and (reason[top - 1] or not is_prose(records[top - 1])):
            top -= 1
        if top == first[row]:
            continue
        for at in range(top + 1, first[row + 1]):
            above = reason[at - 1]
            listed = above in (REPEATED, READ_ALSO, LINK_LIST)
            if above == READ_ALSO and not records[at].bullet:
                listed = at + 1 < first[row + 1] and not reason[at + 1] and is_headline(records[at + 1])
            if listed and not reason[at] and is_headline(records[at]):
                reason[at] = LINK_LIST


def mark_structure(lines: Lines, data: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Say which lines are boilerplate by place and shape.

    Parameters
    ----------
    lines : Lines
        Split with the table of `site_phrases` before phrases of kind `P_READ_ALSO`.
    data : ndarray of uint8
        The bytes that the lines lie in.

    Returns
    -------
    reason : ndarray of uint8, shape (m,)
        Place in `REASONS`; 0 stays.
    until : ndarray of int64, shape (m,)
        Byte where what goes ends: the end of the line, but for a link that runs on into the text.
    """
    reason = np.zeros(len(lines), np.uint8)
    until = lines.records["stop"].copy()
    _mark(data, lines.first, lines.records, signs(), reason, until)
    return reason, until
