"""Settings that a state was made with, and which of them it is bound to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from dedup.errors import BadSettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.settings import Settings
    from jobs.ledger.commit import Commit
    from jobs.ledger.ledger import Ledger

_KEY = "settings"

#: What the vectors of settled events were made with, beside the texts that boilerplate removal left.  No signature
#: is stored; what is remembered of comparisons goes with the model; cuts are applied anew in every run.
BINDING = frozenset({"stories.title_weight", "stories.stem_characters", "stories.background_articles"})
_BINDING_STAGE = "boilerplate"


def compare_settings(ledger: Ledger, settings: Settings) -> list[str]:
    """Compare `settings` with those of the last run.

    Parameters
    ----------
    ledger : Ledger
    settings : Settings

    Returns
    -------
    list of str
        Names of settings that differ and may; empty in a new state.

    Raises
    ------
    BadSettingsError
        Where one differs that stored vectors were made with; each is named.
    """
    stored = ledger.meta(_KEY)
    if stored is None:
        return []
    before = dict(_flat(msgspec.json.decode(stored)))
    defaults = dict(_flat(type(settings)().model_dump(mode="json")))
    now = dict(_flat(settings.model_dump(mode="json")))
    differing = [name for name in now if now[name] != before.get(name, defaults[name])]
    bound = [name for name in differing if name in BINDING or name.split(".")[0] == _BINDING_STAGE]
    if bound:
        named = "; ".join(
            f"{name} is {before.get(name, defaults[name])} there and {now[name]} now" for name in bound
        )
        raise BadSettingsError(
            f"this state was made with other settings: {named}. Vectors in it would not fit those of new "
            "articles; set them back, or start a new state",
            file=str(ledger.folder.path),
        )
    return differing


def keep_settings(commit: Commit, settings: Settings) -> None:
    """Store `settings` and their digest with the generation in the making."""
    commit.set_meta(_KEY, settings.model_dump_json())
    commit.set_meta("settings_digest", settings.digest)


def _flat(stages: dict[str, dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    for stage, fields in stages.items():
        for name, value in fields.items():
            yield f"{stage}.{name}", value
