"""Where the numbers come from, and what they do not say."""

from __future__ import annotations

import tomllib
from importlib import resources
from importlib.metadata import version
from typing import TYPE_CHECKING

from jobs.config import JobSettings
from jobs.report.limits import FILES
from jobs.report.records import (
    Copying,
    Cost,
    InputNote,
    ListFile,
    Overview,
    Provenance,
    RejectFigures,
    SettingFigures,
    StageSeconds,
)
from jobs.report.wording import share
from jobs.run import PACKAGES
from jobs.summary import GIANT_ARTICLES, GIANT_SHARE, counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from jobs.readers import Rejections
    from jobs.stages import StageCost

#: Shares of a corpus from which a gap is worth a sentence.
_FEW = 0.005


def provenance(
    settings: JobSettings,
    rejections: Rejections,
    overview: Overview,
    copying: Copying,
    rejects: RejectFigures,
    lists: list[ListFile],
) -> Provenance:
    """Give settings, versions and inputs, and say what the numbers do not."""
    every = list(_settings(settings))
    inputs = sorted(rejections.inputs, key=lambda file: file.file)
    return Provenance(
        changed=[one for one in every if one.value != one.default],
        settings=every,
        settings_digest=settings.stages.digest,
        versions={package: version(package) for package in PACKAGES},
        inputs=[InputNote(file=one.file, bytes=one.bytes, blake2b=one.blake2b) for one in inputs[:FILES]],
        inputs_in_all=len(inputs),
        input_bytes=sum(one.bytes for one in inputs),
        caveats=[*_own_caveats(overview, copying, rejects), *_general_caveats()],
        lists=lists,
    )


def _settings(settings: JobSettings) -> Iterator[SettingFigures]:
    for stage, field in JobSettings.model_fields.items():
        values = getattr(settings, stage).model_dump(mode="json")
        defaults = field.get_default(call_default_factory=True).model_dump(mode="json")
        kinds = type(getattr(settings, stage)).model_fields
        for name, value in values.items():
            meaning = " ".join((kinds[name].description or "").split())
            yield SettingFigures(name=f"{stage}.{name}", value=value, default=defaults[name], meaning=meaning)


def _own_caveats(overview: Overview, copying: Copying, rejects: RejectFigures) -> Iterator[str]:
    """Say what is thin in this corpus."""
    articles = max(overview.articles, 1)
    if overview.undated > _FEW * articles:
        yield (
            f"{share(overview.undated / articles)} of the articles have no date: they never count as originals of "
            "dated ones, are on no strip of time, and may share an event with any day."
        )
    if overview.dated_to_the_day > _FEW * articles:
        yield (
            f"{share(overview.dated_to_the_day / articles)} of the articles are dated to the day: delays between "
            "them are whole days, and of one day nobody is said to be first."
        )
    if overview.without_outlet > _FEW * articles:
        yield (
            f"{share(overview.without_outlet / articles)} of the articles name no outlet: their copies are in no "
            "flow and were judged by a rule between that for one outlet and that for two."
        )
    if copying.delay_unknown:
        yield (
            f"Of {counted(overview.copies_across, 'copy', 'copies')} across outlets, {copying.delay_unknown:,} "
            "have no known delay; which of the two outlets is called the original may be chance there."
        )
    if guessed := overview.articles - overview.languages_told:
        yield f"The language of {counted(guessed, 'article')} was guessed from the text."
    if overview.largest_story >= GIANT_ARTICLES and overview.largest_story > GIANT_SHARE * articles:
        yield (
            f"The largest story holds {share(overview.largest_story / articles)} of the articles: they are "
            "alike in form, or the cut of stories is too loose here."
        )
    lost = rejects.rejected - rejects.repeated
    if lost:
        yield f"{counted(lost, 'record')} could not be used; nothing above counts them."


def _general_caveats() -> list[str]:
    text = resources.files("jobs.report").joinpath("caveats.toml").read_text(encoding="utf-8")
    told = tomllib.loads(text)
    return [*told["limits"], *told["known_error"]]


def cost(started: datetime, costs: list[StageCost]) -> Cost:
    """Say when the audit was started, and what its stages took."""
    return Cost(
        started=started.isoformat(timespec="seconds"),
        seconds=round(sum(stage.seconds for stage in costs), 3),
        peak_memory_mib=round(max((stage.peak_memory_mib for stage in costs), default=0.0), 1),
        stages=[
            StageSeconds(
                name=stage.name,
                seconds=round(stage.seconds, 3),
                peak_memory_mib=round(stage.peak_memory_mib, 1),
            )
            for stage in costs
        ],
    )
