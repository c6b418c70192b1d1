"""Estimates that are kept between runs, and when they are made anew."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from dedup.memory import Memory
from dedup.model import Model
from jobs.ledger.windows import within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedup.analysis import Analysis
    from jobs.config import JobSettings
    from jobs.ledger.commit import Commit
    from jobs.ledger.ledger import Ledger
    from jobs.scheduled.opening import Opened
    from jobs.settings import StateSettings

_MODEL, _MEMORY, _META = "model", "memory", "model"

#: Parts of a memory that are kept apart before they are written as one.
_PARTS = 8


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """What the model in a state was made from.

    Attributes
    ----------
    generation : int
        That made it.
    articles : int
        Open ones around the newest date; a first run over an archive has many more.
    settings_digest : str
    """

    generation: int
    articles: int
    settings_digest: str


@dataclass(frozen=True, slots=True)
class Estimates:
    """What a run weighs its articles by.

    Attributes
    ----------
    model : Model or None
        None where it has to be made anew.
    memory : Memory or None
        What earlier runs computed with it; None where nothing is to be kept.
    fit : Fit
        Of the model in use after the run.
    reason : str
        Why it is made anew; empty where it is kept.
    is_passing : bool
        It serves this run alone: what is stored was made from more articles, of another time, and stays.
    """

    model: Model | None
    memory: Memory | None
    fit: Fit
    reason: str
    is_passing: bool = False

    @property
    def record(self) -> dict[str, object]:
        """What ``run.json`` tells."""
        return {
            "generation": self.fit.generation,
            "articles": self.fit.articles,
            "refitted": bool(self.reason),
            "reason": self.reason or "kept",
        }


def find_estimates(opened: Opened, ledger: Ledger, settings: JobSettings) -> Estimates:
    """Take the stored model and memory, or say why they are to be made anew.

    While so few articles are near that all are open the model is made anew in every run, so that the result
    is that of a plain run over them.  Above that it is kept until it no longer fits: there are many more open
    articles, many of them are not those it was made from, or settings have changed.
    """
    articles = _around_newest(opened, settings.state)
    fresh = Fit(generation=ledger.generation + 1, articles=articles, settings_digest=settings.stages.digest)
    stored = ledger.meta(_META)
    before = msgspec.json.decode(stored, type=Fit) if stored else None
    if opened.is_small:
        is_passing = before is not None and before.articles > len(opened.corpus)
        reason = f"no more than {settings.state.refit_below} articles"
        return Estimates(None, None, fresh, reason, is_passing)
    reason = _reason(before, opened, ledger, settings)
    if before is None or reason:
        return Estimates(None, Memory.none(), fresh, reason)
    model = stored_model(ledger)
    parts = [Memory.from_arrays(part) for part in ledger.read_arrays(_MEMORY)]
    return Estimates(model, Memory.join(parts) if parts else Memory.none(), before, "")


def stored_model(ledger: Ledger) -> Model | None:
    """Give the model in force; None before the first run."""
    for arrays in ledger.read_arrays(_MODEL):
        return Model.from_arrays({name: values for name, values in arrays.items() if name != "fitted"})
    return None


def _reason(before: Fit | None, opened: Opened, ledger: Ledger, settings: JobSettings) -> str:
    """Say why the model no longer fits; empty where it does."""
    if before is None:
        return "there was none"
    if before.settings_digest != settings.stages.digest:
        return "settings have changed"
    if len(opened.corpus) < settings.state.refit_below:  # late articles of a quiet time say too little
        return ""
    articles = _around_newest(opened, settings.state)
    growth = articles / before.articles - 1 if articles and before.articles else 0.0
    if growth >= settings.state.refit_growth:
        return f"open articles grew by {growth:.0%}"
    (arrays,) = ledger.read_arrays(_MODEL)
    known = np.isin(_keys(opened.corpus.ids), arrays["fitted"])
    unknown = 1 - float(known.mean()) if len(known) else 0.0
    if unknown >= settings.state.refit_turnover:
        return f"{unknown:.0%} of the open articles are new to it"
    return ""


def _around_newest(opened: Opened, settings: StateSettings) -> int:
    """Count the open articles that a run of the newest articles alone would open."""
    published = opened.corpus.published
    near = within(published, np.array([opened.as_of]), settings.open_window_days)
    return int(near.sum())


def keep_estimates(commit: Commit, ledger: Ledger, estimates: Estimates, analysis: Analysis) -> None:
    """Store a model that was made anew, and what the run put to the memory."""
    if estimates.is_passing:
        return
    if estimates.reason:
        model = {**analysis.model.to_arrays(), "fitted": np.sort(_keys(analysis.corpus.ids))}
        commit.write_arrays(_MODEL, model, replace=True)
        commit.set_meta(_META, msgspec.json.encode(estimates.fit).decode())
    if analysis.memory is None or analysis.memory_added is None:
        if ledger.segments(_MEMORY):
            commit.drop_arrays(_MEMORY)
    elif estimates.reason or len(ledger.segments(_MEMORY)) >= _PARTS:
        commit.write_arrays(_MEMORY, analysis.memory.to_arrays(), replace=True)
    else:
        commit.write_arrays(_MEMORY, analysis.memory_added.to_arrays())


def _keys(ids: list[str]) -> NDArray[np.uint64]:
    digests = b"".join(hashlib.blake2b(id_.encode(), digest_size=8).digest() for id_ in ids)
    return np.frombuffer(digests, "<u8").astype(np.uint64)
