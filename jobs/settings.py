"""Settings of the job around the library: where articles come from and where results go."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from dedup.settings import StageSettings

MEBIBYTE = 1 << 20


class InputSettings(StageSettings):
    """How input files become articles, and the limits that keep any input harmless."""

    format: Literal["auto", "jsonl", "json", "csv", "parquet", "txt"] = Field(
        "auto",
        description="Name of the reader for every input; auto: by suffix, else by content. "
        "Needed only for standard input or files whose names and first bytes say nothing.",
    )
    fields: dict[str, str] = Field(
        default={},
        description="Which of your fields is which, e.g. text = 'body'; a dot goes into nested objects. The "
        "parts of an article are id, text, title, url, source, date, language, version and status. Those left "
        "out are looked for under the names that common tools use.",
    )
    timezone: str = Field(
        "auto",
        description="Zone of dates that name none, e.g. Asia/Jakarta. auto: the one that most other dates of "
        "the outlet, language or country name, else UTC. A wrong one moves dates by up to a day.",
    )
    language: str = Field(
        "",
        pattern=r"^([A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*)?$",
        description="Language tag of articles that name none, e.g. id or en-GB; read dates by its customs.",
    )
    max_line_bytes: Annotated[int, Field(ge=1024)] = Field(
        16 * MEBIBYTE,
        description="Bytes a line after decompression. Longer ones are rejected; higher: more memory.",
    )
    max_text_bytes: Annotated[int, Field(ge=1024)] = Field(
        MEBIBYTE, description="Bytes of UTF-8 an article. The rest is cut; higher: slow on hostile input."
    )
    max_document_bytes: Annotated[int, Field(ge=1024)] = Field(
        512 * MEBIBYTE,
        description="Bytes of a .json file, which is held in memory whole. Larger ones are refused.",
    )
    max_expansion: Annotated[int, Field(ge=2)] = Field(
        200,
        description="Output to input of a decompressor. Higher: bombs run longer before they are refused.",
    )
    expansion_free_bytes: Annotated[int, Field(ge=0)] = Field(
        64 * MEBIBYTE, description="Output bytes of a decompressor before `max_expansion` is looked at."
    )
    max_window_bytes: Annotated[int, Field(ge=1024)] = Field(
        128 * MEBIBYTE,
        description="Memory a zstd stream may ask for. Lower: files of `zstd --ultra` are refused.",
    )

    @field_validator("timezone")
    @classmethod
    def _timezone_exists(cls, name: str) -> str:
        if name == "auto":
            return name
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError) as error:
            raise ValueError(f"no time zone is named {name!r}; give one like Asia/Jakarta") from error
        return name


class StateSettings(StageSettings):
    """What a scheduled run looks at again, and when it estimates anew; see "Run it from cron" in docs."""

    duplicate_window_days: float = Field(
        21,
        gt=0,
        le=36_500,
        description="Days around new articles in which their copies are looked for, once more than refit_below "
        "articles are near. Lower: late reposts are lost; higher: each run costs more.",
    )
    event_window_days: float = Field(
        21,
        gt=0,
        le=36_500,
        description="The same for events. Lower than twice stories.event_days: events differ from those of one "
        "run over all; higher: each run costs more.",
    )
    story_window_days: float = Field(
        365,
        gt=0,
        le=36_500,
        description="Days around new articles in which their stories are looked for. Lower: an old story that "
        "goes on becomes a second one; higher: each run costs more.",
    )
    refit_below: int = Field(
        5000,
        ge=0,
        description="Articles within story_window_days up to which all of them are decided anew, and "
        "boilerplate, rarity of terms and cuts estimated anew, in every run. Higher: small states cost more.",
    )
    refit_growth: float = Field(
        0.5,
        gt=0,
        description="Relative growth of the number of articles looked at again after which, above refit_below, "
        "they are estimated anew. Lower: more articles change their story; higher: estimates grow old.",
    )
    refit_turnover: float = Field(
        0.5,
        gt=0,
        le=1,
        description="Share of the articles looked at again that the estimates were not made from, after which "
        "they are made anew. Lower: more articles change their story; higher: estimates grow old.",
    )

    @property
    def open_window_days(self) -> float:
        """Days around new articles in which copies are sought and events formed anew."""
        return max(self.duplicate_window_days, self.event_window_days)

    @property
    def longest_window_days(self) -> float:
        """Days around new articles in which anything is looked at."""
        return max(self.open_window_days, self.story_window_days)
