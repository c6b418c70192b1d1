"""Settings of each stage: frozen, validated on construction; every field says its unit and what gets worse.

Each stage takes its own object and nothing else.  `Settings` holds one of each, and its `digest` is stored
with everything that was computed from it.
"""

from __future__ import annotations

import hashlib

from pydantic import BaseModel, ConfigDict, Field


class StageSettings(BaseModel):
    """Base of the settings of one stage: unknown names are refused, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BoilerplateSettings(StageSettings):
    """Removal of text that belongs to the site."""

    enabled: bool = Field(True, description="Off: compare and group the texts as they came.")


class DuplicateSettings(StageSettings):
    """Candidates, verification and grouping of copies."""

    shingle_words: int = Field(
        5, ge=1, le=20, description="Words a shingle. Lower: more chance matches; higher: edits hide copies."
    )
    permutations: int = Field(
        128,
        ge=16,
        le=1024,
        description="Length of a signature. Lower: candidates are missed; higher: slower.",
    )
    seed: int = Field(
        1,
        ge=0,
        description="Key of shingle hashes and permutations. Keep it private where authors are hostile.",
    )


class StorySettings(StageSettings):
    """Vectors, events and stories."""

    event_cut: float = Field(
        0.75,
        gt=0,
        le=1,
        description="Cosine distance up to which articles are one event. Higher: looser events.",
    )
    story_cut: float = Field(
        0.78,
        gt=0,
        le=1,
        description="Cosine distance up to which events are one story. Higher: looser stories.",
    )


class LabelSettings(StageSettings):
    """Names of stories."""

    keywords: int = Field(8, ge=1, le=50, description="Keywords a story.")


class Settings(StageSettings):
    """The settings of a whole run."""

    boilerplate: BoilerplateSettings = BoilerplateSettings()
    duplicates: DuplicateSettings = DuplicateSettings()
    stories: StorySettings = StorySettings()
    labels: LabelSettings = LabelSettings()

    @property
    def digest(self) -> str:
        """BLAKE2b of the canonical JSON form, 16 hexadecimal digits."""
        return hashlib.blake2b(self.model_dump_json().encode(), digest_size=8).hexdigest()
