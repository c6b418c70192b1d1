"""Invented news by the dozen: events with several reports, copies, follow-ups weeks later, and asides."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dedup.article import Article
from dedup.corpus import Corpus

if TYPE_CHECKING:
    from collections.abc import Iterable

START = datetime(2024, 5, 1, 8, tzinfo=UTC)

PLACES = [
    "Zorvath",
    "Keldish",
    "Harrowgate",
    "Ilveron",
    "Tarnmouth",
    "Quellin",
    "Odrana",
    "Belkovo",
    "Merrin",
    "Dunfallow",
]
PEOPLE = ["Halvard", "Mirov", "Sellick", "Tarn", "Oxley", "Pardew", "Quist", "Renfrew", "Stroud", "Vasko"]
MATTERS = (
    "fire market stalls traders wiring insurance",
    "flood river dam sandbags evacuation shelter",
    "strike harbour dockers wages union picket",
    "trial bribery prosecutor witness verdict appeal",
    "election ballot recount candidates turnout coalition",
    "outbreak clinic vaccine patients quarantine doctors",
)
#: Words of sentences that have nothing to do with the event.
ASIDES = tuple(
    f"{one}{two}"
    for one in ("lam", "ber", "sto", "gri", "pel", "mun")
    for two in ("den", "rick", "ova", "tle")
)


def report(number: int) -> Article:
    """Write article `number`: six in a row tell one event, the last of them is a copy of the first."""
    event, part = divmod(number, 6)
    subject = event % 20
    place, person = PLACES[subject % 10], PEOPLE[(subject * 7 + 3) % 10]
    words = MATTERS[subject % 6].split()
    told = [words[(part + k) % 6] for k in range(4)] if part < 5 else words[:4]
    day = (event // 20) * 25 + subject % 4 + 0.1 * part
    draw = random.Random(number if part < 5 else event * 6)
    asides = [" ".join(draw.choices(ASIDES, k=9)).capitalize() + "." for _ in range(4)]
    lines = [
        f"Mayor {person} of {place} spoke of the {told[0]} and the {told[1]} on day {int(day)}.",
        f"People in {place} said that the {told[2]} had been bad, and that {person} knew about the {told[3]}.",
        f"The {told[0]} near {place} goes on, and nobody can tell when the {told[1]} will be over.",
        *asides,
    ]
    return Article(
        id=f"{number:04}",
        title=f"{place}: {person} and the {told[0]}",
        text="\n".join(lines)
        + (
            ""
            if number % 11
            else "\nThe Coast Letter is printed in the old harbour and is read on all islands."
        ),
        source=f"outlet{number % 3}.example",
        published_at=None if number % 17 == 16 else START + timedelta(days=day),
        language="en" if number % 5 else "",
    )


def corpus(numbers: Iterable[int]) -> Corpus:
    """Put articles together."""
    return Corpus.from_articles(map(report, numbers))
