"""Where the numbers come from, and what they do not say."""

from __future__ import annotations

from typing import Any

from jobs.report.records.basic import Figures


class SettingFigures(Figures, frozen=True, kw_only=True):
    """One setting, its default, and what it means."""

    name: str
    value: Any
    default: Any
    meaning: str


class InputNote(Figures, frozen=True, kw_only=True):
    """One input file: bytes on disk and their BLAKE2b digest."""

    file: str
    bytes: int
    blake2b: str


class ListFile(Figures, frozen=True, kw_only=True):
    """One full list beside the page: `name`.parquet and `name`.csv."""

    name: str
    rows: int
    meaning: str


class Provenance(Figures, frozen=True, kw_only=True):
    """Where the numbers come from, and what they do not say.

    Attributes
    ----------
    changed : list of SettingFigures
        Settings that differ from their defaults.
    settings : list of SettingFigures
        All settings.
    settings_digest : str
        Equal digests mean equal settings of all stages that decide what is found.
    versions : dict of str to str
    inputs : list of InputNote
        Capped; `inputs_in_all` and `input_bytes` count all.
    caveats : list of str
        What these numbers do not say, in sentences, this corpus's own first.
    lists : list of ListFile
        The full lists.
    """

    changed: list[SettingFigures]
    settings: list[SettingFigures]
    settings_digest: str
    versions: dict[str, str]
    inputs: list[InputNote]
    inputs_in_all: int
    input_bytes: int
    caveats: list[str]
    lists: list[ListFile]
