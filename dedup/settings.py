"""Settings of each stage: frozen, validated on construction; every field says its unit and what gets worse.

Each stage takes its own object and nothing else.  `Settings` holds one of each, and its `digest` is stored
with everything that was computed from it.
"""

from __future__ import annotations

import hashlib
from typing import Literal

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
    repeated_headline: int = Field(
        3,
        ge=2,
        description="Articles of an outlet that share a line shaped like a headline. Lower: chance repeats go.",
    )
    repeated_other: int = Field(
        5,
        ge=2,
        description="Articles of an outlet that share any other line. Lower: stock sentences of articles go.",
    )
    repeated_share: float = Field(
        0.005,
        ge=0,
        le=1,
        description="Share of an outlet's articles that must have such another line. Lower: stock sentences go.",
    )
    repeated_wrapped_share: float = Field(
        0.05, ge=0, le=1, description="The same in texts broken at a fixed width, whose lines are no units."
    )
    kinship_ratio: float = Field(
        3.0,
        gt=0,
        description="Articles that share a line may be so many times as alike, in their other words, as any two "
        "articles of the outlet. Higher: follow-ups lose their background.",
    )
    kinship_floor: float = Field(
        0.02, ge=0, le=1, description="Likeness (Jaccard of words) that is too little to make articles kin."
    )
    kinship_cap: float = Field(
        0.2,
        gt=0,
        le=1,
        description="Likeness from which articles are kin however alike the outlet's articles are.",
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
        lt=1 << 32,
        description="Key of shingle hashes and permutations. Keep it private where authors are hostile.",
    )
    max_text_bytes: int = Field(
        1 << 20,
        ge=1 << 10,
        le=1 << 28,
        description="Bytes of a text that are compared. Lower: ends go unseen; higher: memory.",
    )
    max_token_characters: int = Field(
        256,
        ge=16,
        le=1 << 20,
        description="Characters of a word that are compared. Lower: words that begin alike are taken for one.",
    )
    least_words: int = Field(
        8,
        ge=1,
        description="Words without which a text is compared to nothing. Lower: captions match by chance.",
    )
    candidates: Literal["lsh", "exact"] = Field(
        "lsh",
        description="How candidates are found: signatures, which miss a pair in a thousand, or a full join, "
        "which misses none and holds every shingle in memory.",
    )
    candidate_jaccard: float = Field(
        0.2,
        gt=0,
        lt=1,
        description="Jaccard from which pairs become candidates. Lower: more to verify; higher: rewritten "
        "copies are never looked at.",
    )
    sample_every: int = Field(
        4,
        ge=0,
        description="One shingle in so many is indexed to find short texts inside long ones; 0: none is. "
        "Higher: less memory, and short versions are missed.",
    )
    bucket_pairs: int = Field(
        32,
        ge=2,
        description="Articles in a bucket up to which all are paired; a larger bucket pairs neighbours in "
        "order of similarity. Lower: pairs of large groups are missed; higher: templates cost time.",
    )
    copy_jaccard: float = Field(
        0.45,
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
        0.65,
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
    series_containment: float = Field(
        0.95,
        ge=0,
        le=1,
        description="As outlet_containment, for articles of one outlet further apart. Lower: market reports and "
        "collections pass; higher: late short versions are lost.",
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
        0.765,
        gt=0,
        le=1,
        description="Mean cosine distance up to which articles are one event. Higher: looser events.",
    )
    story_cut: float = Field(
        0.765,
        gt=0,
        le=1,
        description="Mean cosine distance up to which events are one story. Higher: looser stories.",
    )
    length_effect: float = Field(
        0.12,
        ge=0,
        le=0.25,
        description="How much of the similarity that the cuts ask for (that for 250 words) goes with each "
        "e-fold of the texts' length. Lower: headlines alone fall apart; higher: they melt.",
    )
    event_days: float = Field(
        7,
        gt=0,
        description="Days from first to last article of an event. Lower: long events fall apart; "
        "higher: series of like reports (weather, prices) become one event.",
    )
    day_weight: float = Field(
        0.12,
        ge=0,
        lt=1,
        description="What the same day adds to the similarity of articles, at most. Lower: like events of "
        "different days meet; higher: different events of one day meet.",
    )
    title_weight: float = Field(
        3,
        gt=0,
        le=100,
        description="What a word in the headline counts for, in words of the body. Lower: digressions tell; "
        "higher: headlines alone decide.",
    )
    stem_characters: int = Field(
        6,
        ge=1,
        le=100,
        description="Characters of a word that are compared. Lower: different words fall together; "
        "higher: forms of one word fall apart.",
    )
    background_articles: float = Field(
        1000,
        ge=0,
        description="Imagined articles of general language that stand beside those of the run when rare "
        "terms are told from frequent ones. Lower: small batches melt; higher: own terms count less.",
    )


class LabelSettings(StageSettings):
    """Names of stories."""

    keywords: int = Field(8, ge=1, le=50, description="Keywords a story.")
    opening_characters: int = Field(
        700,
        ge=100,
        le=100_000,
        description="Characters of each body that are read for names. Lower: names are missed; higher: slower.",
    )
    articles_read: int = Field(
        20, ge=1, le=1000, description="Articles of a story that are read for its label. Higher: slower."
    )


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
