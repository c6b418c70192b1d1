"""Examples in the readers' docstrings, and text that is hostile to their patterns."""

from __future__ import annotations

import doctest
import time

import pytest

from jobs.readers import calendars, markup, outlets, plain_text


@pytest.mark.parametrize(
    "module", [calendars, markup, outlets, plain_text], ids=lambda module: module.__name__
)
def test_the_examples_hold(module):
    assert doctest.testmod(module) == (0, doctest.testmod(module).attempted)
    assert doctest.testmod(module).attempted > 0


@pytest.mark.parametrize("unit", ["<", "<a", "<a ", "</", "<!", "&", "<script>", "<p>"])
def test_hostile_markup_takes_no_time(unit):
    started = time.process_time()
    markup.plain_text("<p>" + unit * 50_000)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("unit", ["a", "a.", "a-", "http://", "@", "//"])
def test_hostile_addresses_take_no_time(unit):
    started = time.process_time()
    text = unit * 50_000
    outlets.outlet(text, outlets.url_domain("http://" + text))
    assert time.process_time() - started < 1
