"""What `newsdedup tune` does: how events and stories grow as their cuts are loosened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from rich.table import Table
from rich.text import Text

from dedup.duplicates import find_duplicates
from dedup.stories import find_stories
from dedup.text.boilerplate import remove_boilerplate
from jobs.summary import GIANT_ARTICLES, GIANT_SHARE

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from rich.console import Console

    from dedup.corpus import Corpus
    from dedup.settings import Settings
    from dedup.stories import Merging

#: Cuts that are shown, as steps from the one that is set.
STEPS = np.round(np.arange(-0.10, 0.081, 0.02), 2)
#: A group that grows by this factor in one step is warned of, and so is a giant.
GIANT_GROWTH = 2.0
BAR_WIDTH = 30


class CutPoint(NamedTuple):
    """What one cut gives: groups, groups of several articles, articles in the largest; and a warning."""

    cut: float
    groups: int
    of_several: int
    largest: int
    warning: str


@dataclass(frozen=True, slots=True)
class Tuning:
    """The same corpus at several cuts of events and of stories; `articles` counts it."""

    articles: int
    event_cut: float
    story_cut: float
    events: list[CutPoint]
    stories: list[CutPoint]


def tune(corpus: Corpus, settings: Settings, *, n_jobs: int = 1) -> Tuning:
    """Count groups and measure the largest at cuts around those that are set.

    Every level is merged once, up to the loosest cut; the tighter ones are read off the merges.

    Parameters
    ----------
    corpus : Corpus
        Articles as they were read.
    settings : Settings
    n_jobs : int, default 1
        Threads; the result does not depend on them.
    """
    cleaned = remove_boilerplate(corpus, settings.boilerplate, n_jobs=n_jobs).corpus
    originals = find_duplicates(cleaned, settings.duplicates, n_jobs=n_jobs).original
    chosen = settings.stories
    loosest = {
        name: min(getattr(chosen, name) + float(STEPS[-1]), 0.95) for name in ("event_cut", "story_cut")
    }

    def found(name: str) -> tuple[Merging, NDArray[np.int64]]:
        loose = chosen.model_copy(update={name: loosest[name]})
        stories = find_stories(cleaned, originals, loose, n_jobs=n_jobs)
        if name == "event_cut":
            return stories.events_merged, np.bincount(stories.vector_of)
        return stories.stories_merged, np.bincount(stories.event)

    return Tuning(
        articles=len(corpus),
        event_cut=chosen.event_cut,
        story_cut=chosen.story_cut,
        events=cut_points(*found("event_cut"), chosen.event_cut, loosest["event_cut"], len(corpus)),
        stories=cut_points(*found("story_cut"), chosen.story_cut, loosest["story_cut"], len(corpus)),
    )


def cut_points(
    merging: Merging, articles_of: NDArray[np.int64], chosen: float, loosest: float, articles: int
) -> list[CutPoint]:
    """Read the groups at each cut off one set of merges.

    Parameters
    ----------
    merging : Merging
        Merges up to the cut that the setting `loosest` stands for.
    articles_of : ndarray of int64, shape (merging.rows,)
        Articles of each row that was merged.
    chosen, loosest : float
        The setting that is used, and the one that `merging` was made with.
    articles : int
        In the whole corpus.
    """
    asked = (1 - merging.cut) / (1 - loosest)  # the similarity a setting asks for goes with the texts' length
    sizes = articles_of.tolist()
    points: list[CutPoint] = []
    done, largest, several = 0, max(sizes, default=0), sum(size > 1 for size in sizes)
    for cut in np.round(chosen + STEPS[chosen + STEPS <= loosest], 3):
        while done < len(merging.children) and merging.distances[done] < 1 - (1 - cut) * asked:
            one, other = (sizes[child] for child in merging.children[done])
            sizes.append(one + other)
            largest = max(largest, sizes[-1])
            several += 1 - (one > 1) - (other > 1)
            done += 1
        before = points[-1].largest if points else largest
        points.append(
            CutPoint(float(cut), merging.rows - done, several, largest, _warning(before, largest, articles))
        )
    return points


def _warning(before: int, largest: int, articles: int) -> str:
    if largest < GIANT_ARTICLES:
        return ""
    if largest > GIANT_SHARE * articles:
        return f"one group holds {largest / articles:.0%} of the corpus"
    if largest >= GIANT_GROWTH * before:
        return f"the largest grows {largest / before:.1f} times in this step"
    return ""


def print_tuning(tuning: Tuning, console: Console) -> None:
    """Show a table a level, the largest group as a bar, the chosen cut marked."""
    for title, name, chosen, points in (
        ("Events", "stories.event_cut", tuning.event_cut, tuning.events),
        ("Stories", "stories.story_cut", tuning.story_cut, tuning.stories),
    ):
        table = Table(
            title=f"{title} ({name})", title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0)
        )
        for column in ("cut", title.lower(), "of several", "largest"):
            table.add_column(column, justify="right", no_wrap=True)
        table.add_column("")
        top = max(point.largest for point in points)
        for point in points:
            mark = " ◄ set" if abs(point.cut - chosen) < 1e-9 else ""
            bar = "█" * max(1, round(BAR_WIDTH * point.largest / max(top, 1)))
            table.add_row(
                f"{point.cut:.3f}",
                f"{point.groups:,}",
                f"{point.of_several:,}",
                f"{point.largest:,}",
                Text(bar, "cyan").append(mark, "bold").append(f"  {point.warning}", "yellow"),
            )
        console.print(table)
        console.print()
