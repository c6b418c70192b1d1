"""Errors say where and survive the way between processes."""

from __future__ import annotations

import multiprocessing.reduction as transport

import pytest

from dedup import errors

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_the_way_between_processes(kind: type[errors.NewsdedupError]) -> None:
    sent = kind("broken", file="news.jsonl", line=7, article_id="a1")
    received = transport.ForkingPickler.loads(transport.ForkingPickler.dumps(sent))
    assert type(received) is kind
    assert str(received) == "news.jsonl:7 (article 'a1'): broken"


def test_exit_codes_tell_the_errors_apart() -> None:
    codes = [kind.exit_code for kind in KINDS]
    assert len(set(codes)) == len(codes)
    assert {64, 65, 66, 70, 73, 74, 75, 78} == set(codes)


def test_an_error_without_a_place_is_just_its_message() -> None:
    assert str(errors.UsageError("say it differently")) == "say it differently"
    assert str(errors.BadDataError("bad", article_id="x")) == "article 'x': bad"
