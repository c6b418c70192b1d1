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
    outlet_articles: int = Field(
        6, ge=2, description="Distinct articles an outlet needs before its repeated lines are counted."
    )
    repeated_lines: int = Field(
        3, ge=2, description="Articles of an outlet that share a short line. Lower: chance repeats go."
    )
    repeated_prose: int = Field(
        5, ge=2, description="Articles of an outlet that share a whole sentence. Lower: background goes."
    )
    kinship_ratio: float = Field(
        2.0, gt=0, description="Sharers of a line may be so many times as alike as any two articles of the outlet."
    )
    kinship_cap: float = Field(
        0.2, gt=0, le=1, description="Likeness above which sharers of a line are copies or follow-ups in any case."
    )


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
    copy_jaccard: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Jaccard plus credit for the headline that makes articles of two outlets copies. "
        "Lower: reports of one event pass; higher: rewritten wire copy is lost.",
    )
    copy_containment: float = Field(
        0.6,
        ge=0,
        le=1,
        description="Share of the shorter text found in the longer that makes articles of two outlets copies. "
        "Lower: shared quotes pass; higher: cut copies are lost.",
    )
    copy_number_agreement: float = Field(
        0.6,
        ge=0,
        le=1,
        description="Share of numbers that articles of two outlets must have in common. Lower: templates pass; "
        "higher: copies with corrected or rounded numbers are lost.",
    )
    outlet_jaccard: float = Field(
        0.6,
        ge=0,
        le=1,
        description="As copy_jaccard, for two articles of one outlet. Lower: follow-ups that reuse background "
        "pass; higher: re-headed articles are lost.",
    )
    outlet_containment: float = Field(
        0.85,
        ge=0,
        le=1,
        description="As copy_containment, for one outlet. Lower: follow-ups pass; higher: updates are lost.",
    )
    outlet_number_agreement: float = Field(
        0.8,
        ge=0,
        le=1,
        description="As copy_number_agreement, for one outlet. Lower: templates pass; higher: updates are lost.",
    )
    series_days: float = Field(
        1.5,
        ge=0,
        description="Days after which two like articles of one outlet are taken for a series. "
        "Lower: late updates are lost; higher: daily templates pass.",
    )
    series_jaccard: float = Field(
        0.8,
        ge=0,
        le=1,
        description="As outlet_jaccard, for articles of one outlet further apart, whatever the headlines.",
    )
    series_number_agreement: float = Field(
        0.95,
        ge=0,
        le=1,
        description="As outlet_number_agreement, for articles of one outlet further apart.",
    )
    headline_credit: float = Field(
        0.4,
        ge=0,
        le=1,
        description="Jaccard that equal headlines are worth. Lower: rewritten copies are lost; higher: two "
        "reports under one headline pass.",
    )
    least_jaccard: float = Field(
        0.2,
        ge=0,
        le=1,
        description="Below this Jaccard no headline makes a copy. Lower: two reports under one headline pass.",
    )
    least_length_ratio: float = Field(
        0.2,
        ge=0,
        le=1,
        description="Shorter over longer text from which containment counts. Lower: teasers and quoted "
        "paragraphs pass; higher: short versions are lost.",
    )
    least_shared: int = Field(
        8,
        ge=1,
        description="Shared shingles without which nothing is a copy (eight make twelve words). "
        "Lower: stock phrases pass; higher: short copies are lost.",
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
