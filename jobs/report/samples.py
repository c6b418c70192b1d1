"""Keeps the page small: fewer of the samples where their texts are uncommonly long."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

if TYPE_CHECKING:
    from jobs.report.records import Report


Sample = TypeVar("Sample")


def halved(report: Report) -> Report:
    """Give a report with the first half of every list of samples, at least one of each."""
    duplicates, stories = report.duplicates, report.stories
    return replace(
        report,
        duplicates=replace(
            duplicates,
            weakest_accepted=_half(duplicates.weakest_accepted),
            strongest_refused=_half(duplicates.strongest_refused),
            largest_groups=_half(duplicates.largest_groups),
        ),
        stories=replace(
            stories, largest=_half(stories.largest), least_coherent=_half(stories.least_coherent)
        ),
        boilerplate=replace(report.boilerplate, outlets=_half(report.boilerplate.outlets)),
        rejects=replace(report.rejects, first=_half(report.rejects.first)),
    )


def _half(samples: list[Sample]) -> list[Sample]:
    return samples[: (len(samples) + 1) // 2]
