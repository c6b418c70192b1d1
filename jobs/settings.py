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
        description="Which of your fields is which, e.g. text = 'body'; a dot goes into nested objects. "
        "Fields left out are looked for under the names that common tools use.",
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
