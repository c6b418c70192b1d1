"""Settings of a command: flags before environment before settings file before defaults."""

from __future__ import annotations

import os
import tomllib
from typing import TYPE_CHECKING, Any

import tomli_w
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from dedup.errors import BadSettingsError
from dedup.settings import (
    BoilerplateSettings,
    DuplicateSettings,
    LabelSettings,
    Settings,
    StageSettings,
    StorySettings,
)
from jobs.settings import InputSettings, StateSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path


ENV_PREFIX = "NEWSDEDUP_"
ENV_DELIMITER = "__"


class RunSettings(StageSettings):
    """How a run behaves; nothing here changes what is found."""

    jobs: int = Field(0, ge=0, description="Workers; 0 takes one for each processor this process may use.")
    max_rejected: float = Field(
        0.01,
        ge=0,
        le=1,
        description="Share of records that may be rejected before the exit code is 3. Higher: losses pass.",
    )
    exit_code_if_empty: int = Field(
        0,
        ge=0,
        le=255,
        description="Exit code of a run that is done and found no article to work on, e.g. 99 for Airflow to "
        "show the task as skipped.",
    )
    lock_timeout: float = Field(
        0,
        ge=0,
        description="Seconds to wait for another run that writes to the same place, before exit code 75. "
        "Higher: runs that overlap queue up.",
    )


class JobSettings(BaseSettings):
    """Everything that a command can be told, by stage."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_nested_delimiter=ENV_DELIMITER, frozen=True, extra="forbid"
    )

    input: InputSettings = InputSettings()
    boilerplate: BoilerplateSettings = BoilerplateSettings()
    duplicates: DuplicateSettings = DuplicateSettings()
    stories: StorySettings = StorySettings()
    labels: LabelSettings = LabelSettings()
    run: RunSettings = RunSettings()
    state: StateSettings = StateSettings()

    @property
    def stages(self) -> Settings:
        """The part that decides what is found."""
        return Settings(
            boilerplate=self.boilerplate,
            duplicates=self.duplicates,
            stories=self.stories,
            labels=self.labels,
        )


def load_settings(file: Path | None = None, overrides: Mapping[str, Any] | None = None) -> JobSettings:
    """Merge `overrides`, the environment (``NEWSDEDUP_STORIES__EVENT_CUT=0.7``), `file` and the defaults.

    Parameters
    ----------
    file : Path, optional
        A TOML file with one table a stage.
    overrides : mapping, optional
        Nested like the file; wins over everything.

    Raises
    ------
    BadSettingsError
        Where the file cannot be read, a name is unknown or a value is out of its range.
    """
    if file is not None:
        _check_file(file)
    _check_environment(os.environ)

    class Loaded(JobSettings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del dotenv_settings, file_secret_settings
            return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)

    try:
        return Loaded(**(overrides or {}))
    except ValidationError as error:
        raise BadSettingsError(_explain(error), file=str(file) if file else None) from error
    except SettingsError as error:
        raise BadSettingsError(
            f"{error}; the environment takes {ENV_PREFIX}STAGE{ENV_DELIMITER}NAME, or a stage as JSON"
        ) from error


def _check_file(file: Path) -> None:
    """Read the settings file once for a message that names it and the line."""
    try:
        tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettingsError(f"cannot read the settings file: {error.strerror}", file=str(file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettingsError(f"not a TOML file: {error}", file=str(file)) from error


def _check_environment(names: Iterable[str]) -> None:
    """Refuse variables that look like settings and would be passed over because of a slip in their name."""
    stages = {stage.upper() for stage in JobSettings.model_fields}
    for name in sorted(names):
        rest = name.upper().removeprefix(ENV_PREFIX)
        if rest == name.upper() or rest in stages:
            continue
        stage, delimiter, _ = rest.partition(ENV_DELIMITER)
        if (delimiter and stage not in stages) or (not delimiter and rest.partition("_")[0] in stages):
            raise BadSettingsError(
                f"the environment variable {name} is no setting; they are called "
                f"{ENV_PREFIX}STAGE{ENV_DELIMITER}NAME, as in NEWSDEDUP_STORIES__EVENT_CUT, "
                f"with the stages {', '.join(JobSettings.model_fields)}"
            )


def _explain(error: ValidationError) -> str:
    parts = []
    for problem in error.errors(include_url=False):
        name = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            parts.append(f"no setting is called {name}; `newsdedup config show` lists them all")
        else:
            parts.append(f"{name} = {problem['input']!r}: {problem['msg'].removeprefix('Value error, ')}")
    return "; ".join(parts)


def parse_assignments(assignments: Iterable[str]) -> dict[str, Any]:
    """Turn ``stories.event_cut=0.7`` into nested overrides; values are read as TOML, else as plain text.

    Raises
    ------
    BadSettingsError
        Where a part is not of the form ``STAGE.NAME=VALUE``.
    """
    overrides: dict[str, Any] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        *tables, field = name.strip().split(".")
        if not (equals and tables and all(tables) and field):
            raise BadSettingsError(
                f"expected STAGE.NAME=VALUE, as in stories.event_cut=0.7; found {assignment!r}"
            )
        override(overrides, [*tables, field], _toml_value(value.strip()))
    return overrides


def override(overrides: dict[str, Any], path: Sequence[str], value: object) -> None:
    """Set the value at `path` in nested `overrides`.

    Raises
    ------
    BadSettingsError
        Where a part of `path` was given a value itself.
    """
    table = overrides
    for name in path[:-1]:
        table = table.setdefault(name, {})
        if not isinstance(table, dict):
            raise BadSettingsError(
                f"{'.'.join(path)} lies within {name}, which was given the value {table!r}"
            )
    table[path[-1]] = value


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def as_toml(settings: JobSettings) -> str:
    """Write the merged settings as a file that `load_settings` reads back; what is unset is left out."""
    return tomli_w.dumps(settings.model_dump(mode="json", exclude_none=True))
