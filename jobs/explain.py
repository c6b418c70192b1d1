"""What `newsdedup explain` does: why two articles are copies, and why they share a story, or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from rich.table import Table

from dedup.analysis import analyse
from dedup.duplicates.groups import precedence
from dedup.duplicates.passages import Passage, passages
from dedup.duplicates.rule import Evidence, needs
from dedup.duplicates.verification import gather, shingle_lengths, verify
from dedup.errors import UsageError
from dedup.stories.explanation import explain_pair as explain_stories
from jobs.summary import safe

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from dedup.corpus import Corpus
    from dedup.settings import DuplicateSettings, Settings
    from dedup.stories.explanation import Explanation

#: A shared passage longer than this is shown by its beginning and its end, in characters.
SHOWN_CHARACTERS = 240

_OUTLETS = {1: "the same", 0: "different", -1: "unknown"}


@dataclass(frozen=True, slots=True)
class PairExplanation:
    """The verdict on two articles and everything that led to it.

    Attributes
    ----------
    first_id, second_id : str
        The first takes precedence: published earlier, then the smaller id.
    relation : str or None
        What the second is to the first; None where it is no copy.
    reason : str
        In words, with the figures that decided.
    features : list of (str, str)
        What was measured, each with what the rule asked for.
    passages : list of Passage
        Shared and differing passages of the two bodies, boilerplate removed.
    """

    first_id: str
    second_id: str
    relation: str | None
    reason: str
    features: list[tuple[str, str]]
    passages: list[Passage]


@dataclass(frozen=True, slots=True)
class ArticlesExplained:
    """Two articles of one run: the verdict on copies, and how their stories came together or did not.

    Attributes
    ----------
    copies : PairExplanation
    stories : Explanation
        From `dedup.stories.explanation`.
    labels : tuple of str
        Labels of the stories of the first and the second article.
    """

    copies: PairExplanation
    stories: Explanation
    labels: tuple[str, str]


def explain(corpus: Corpus, a: str, b: str, settings: Settings, *, n_jobs: int = 1) -> ArticlesExplained:
    """Run all stages over `corpus` and say what they made of articles `a` and `b`.

    Parameters
    ----------
    corpus : Corpus
        Articles as they were read; the whole of it decides what is boilerplate and which terms are rare.
    a, b : str
        Ids of two different articles.

    Raises
    ------
    UsageError
        Where an id is not in the corpus, or both are the same.
    """
    for name in (a, b):
        _row(corpus, name)
    analysis = analyse(corpus, settings, n_jobs=n_jobs)
    rows = _row(corpus, a), _row(corpus, b)
    first, second = (analysis.story_labels[analysis.stories.story[row]].label for row in rows)
    return ArticlesExplained(
        copies=explain_pair(analysis.corpus, a, b, settings.duplicates),
        stories=explain_stories(analysis.corpus, analysis.stories, *rows),
        labels=(first, second),
    )


def explain_pair(corpus: Corpus, a: str, b: str, settings: DuplicateSettings) -> PairExplanation:
    """Judge two articles as the run would.

    Parameters
    ----------
    corpus : Corpus
        Articles with boilerplate removed; only the two matter.
    a, b : str
        Their ids.

    Raises
    ------
    UsageError
        Where an id is not in the corpus, or both are the same.
    """
    if a == b:
        raise UsageError(f"name two different articles; {a!r} came twice")
    rows = np.array(sorted(_row(corpus, name) for name in (a, b)))
    ranks = precedence(corpus.published)
    pair = verify(corpus, rows[:1], rows[1:], ranks, settings)
    first, second = int(pair.a[0]), int(pair.b[0])
    evidence = gather(corpus, pair.a, pair.b, settings)
    return PairExplanation(
        first_id=corpus.ids[first],
        second_id=corpus.ids[second],
        relation=pair.relation_name(0) if pair.accepted[0] else None,
        reason=pair.reason_in_words(0),
        features=_features(evidence, settings),
        passages=passages(
            corpus.texts[first],
            corpus.texts[second],
            words=int(shingle_lengths(corpus.texts, pair.a, pair.b, settings)[0]),
        ),
    )


def _row(corpus: Corpus, name: str) -> int:
    try:
        return corpus.ids.index(name)
    except ValueError:
        raise UsageError(f"no article with the id {name!r} in the input") from None


def _features(evidence: Evidence, settings: DuplicateSettings) -> list[tuple[str, str]]:
    need = needs(evidence, settings)
    headline, days = evidence.headline[0], evidence.days[0]
    credit = need.headline_credit[0]
    return [
        (
            "Jaccard",
            f"{evidence.jaccard[0]:.2f}, with {credit:.2f} for the headlines; needs {need.jaccard[0]:.2f}",
        ),
        ("containment of the first", f"{evidence.containment_a[0]:.2f}; needs {need.containment[0]:.2f}"),
        ("containment of the second", f"{evidence.containment_b[0]:.2f}; needs {need.containment[0]:.2f}"),
        ("shared shingles", f"{evidence.shared[0]} of {evidence.size_a[0]} and {evidence.size_b[0]}"),
        (
            "lead found in the other",
            "not asked"
            if np.isnan(evidence.lead_a[0])
            else f"{evidence.lead_a[0]:.2f} of the first, {evidence.lead_b[0]:.2f} of the second",
        ),
        ("outlets", _OUTLETS[int(evidence.same_outlet[0])]),
        ("likeness of headlines", "unknown" if np.isnan(headline) else f"{headline:.2f}"),
        ("days between", "unknown" if np.isnan(days) else f"{days:.1f}"),
        (
            "numbers in common",
            f"{evidence.shared_numbers[0]} of {need.numbers[0]}; needs {need.number_agreement[0]:.0%}",
        ),
    ]


def print_explanation(explained: ArticlesExplained, console: Console) -> None:
    """Show why the articles share a story or not, the verdict on copies, and both texts side by side."""
    _print_stories(explained, console)
    print_copies(explained.copies, console)


def _print_stories(explained: ArticlesExplained, console: Console) -> None:
    found, (first, second) = explained.stories, explained.labels
    verdict = f"one story, “{first}”" if found.same_story else f"two stories, “{first}” and “{second}”"
    console.print(safe(f"{'one event' if found.same_event else 'two events'} in {verdict}"), style="bold")
    console.print(f"similarity {found.cosine:.2f} of the two articles")
    for level, similarity, least in (
        ("events", found.event_similarity, found.event_least),
        ("stories", found.story_similarity, found.story_least),
    ):
        merged = "never merged" if similarity is None else f"merged at similarity {similarity:.2f}"
        console.print(f"{level}: {merged}; needs {least:.2f}")
    if found.shared:
        shared = ", ".join(f"{term.term} {term.weight:.3f}" for term in found.shared)
        console.print(safe(f"shared terms and what they add: {shared}"))
    console.print()


def print_copies(explanation: PairExplanation, console: Console) -> None:
    """Show the verdict on copies, what was measured, and both texts side by side."""
    verdict = f"{explanation.relation} of {explanation.first_id}" if explanation.relation else "no copy"
    console.print(safe(f"{explanation.second_id}: {verdict}"), style="bold")
    console.print(safe(explanation.reason))
    measured = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for name, value in explanation.features:
        measured.add_row(name, value)
    console.print(measured)
    console.print(_side_by_side(explanation))


def _side_by_side(explanation: PairExplanation) -> Table:
    table = Table(show_lines=True, expand=True)
    table.add_column("")
    for name in (explanation.first_id, explanation.second_id):
        table.add_column(safe(name), ratio=1, overflow="fold")
    for passage in explanation.passages:
        if passage.shared:
            table.add_row("=", _shortened(passage.a), _shortened(passage.b), style="dim")
        else:
            table.add_row("≠", safe(passage.a), safe(passage.b))
    return table


def _shortened(text: str) -> Text:
    half = SHOWN_CHARACTERS // 2
    return safe(text if len(text) <= SHOWN_CHARACTERS else f"{text[:half]} … {text[-half:]}")
