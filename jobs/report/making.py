"""All numbers of an audit, section by section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.report.figures.boilerplate import boilerplate_figures
from jobs.report.figures.copying import copying
from jobs.report.figures.cuts import event_cuts, story_cuts
from jobs.report.figures.duplicates import duplicate_figures
from jobs.report.figures.overview import overview
from jobs.report.figures.provenance import cost, provenance
from jobs.report.figures.reduction import reduction
from jobs.report.figures.rejects import reject_figures
from jobs.report.figures.stories import story_figures
from jobs.report.figures.strips import day_figures
from jobs.report.records import Report

if TYPE_CHECKING:
    from jobs.report.material import Material
    from jobs.report.records import ListFile, WrittenFile


def make_report(
    material: Material, lists: list[ListFile], written: list[WrittenFile] | None = None
) -> Report:
    """Count everything that the page shows.

    Parameters
    ----------
    material : Material
    lists : list of ListFile
        The full lists that go with the report.
    written : list of WrittenFile, optional
        Files of the deduplicated corpus.
    """
    found, analysis = material.found, material.analysis
    settings, n_jobs = found.settings, material.n_jobs
    stories = story_figures(
        material,
        event_cuts(analysis.stories, settings.stories),
        story_cuts(analysis.stories, settings.stories, n_jobs=n_jobs),
    )
    rejects = reject_figures(found.rejections, found.rejected)
    copied = copying(material)
    top = overview(material, stories, rejects)
    return Report(
        overview=top,
        copying=copied,
        duplicates=duplicate_figures(material),
        stories=stories,
        boilerplate=boilerplate_figures(analysis.boilerplate, material.outlets),
        days=day_figures(material.shown, analysis.duplicates.original),
        rejects=rejects,
        reduction=reduction(analysis, material.words, written=written, n_jobs=n_jobs),
        provenance=provenance(settings, found.rejections, top, copied, rejects, lists),
        cost=cost(found.started, found.costs),
    )
