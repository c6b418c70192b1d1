"""Which field of a record is which part of an article."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from dedup.errors import BadSettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: Records of one file mostly share their field names; further or larger shapes are planned anew each time.
MAX_SHAPES = 1024
MAX_SHAPE_CHARS = 4096


@cache
def known_names() -> dict[str, tuple[str, ...]]:
    """Give for each part of an article the names it is known under, best first (``fields.toml``)."""
    text = resources.files(__package__).joinpath("fields.toml").read_text("utf-8")
    return {part: tuple(names) for part, names in tomllib.loads(text).items()}


class FieldMap:
    """Finds the parts of an article in records of any shape.

    Parameters
    ----------
    chosen : mapping of str to str
        Part to field name; it comes before the known names.

    Raises
    ------
    BadSettingsError
        Where a part is not one an article has.
    """

    def __init__(self, chosen: Mapping[str, str]) -> None:
        names = dict(known_names())
        for part, name in chosen.items():
            if part not in names:
                raise BadSettingsError(
                    f"no part of an article is called {part!r}; there are {', '.join(names)}"
                )
            names[part] = (name, *names[part])
        self._names = names
        self._plans: dict[tuple[str, ...], Plan] = {}

    def plan(self, record: dict[str, Any]) -> Plan:
        """Give the plan for records with the keys of `record`."""
        shape = tuple(record)
        plan = self._plans.get(shape)
        if plan is None:
            plan = Plan(self._names, shape)
            if len(self._plans) < MAX_SHAPES and sum(map(len, shape)) < MAX_SHAPE_CHARS:
                self._plans[shape] = plan
        return plan

    def is_article(self, names: Iterable[str]) -> bool:
        """Whether fields of these names can hold an article: a text or a title is among them."""
        plan = Plan(self._names, tuple(names))
        return "text" in plan.paths or "title" in plan.paths


class Plan:
    """Where the parts of an article lie in records that share their keys.

    Attributes
    ----------
    paths : dict
        Part to paths, best first; a path is the keys to go through.
    """

    def __init__(self, names: Mapping[str, tuple[str, ...]], keys: tuple[str, ...]) -> None:
        spelled: dict[str, str] = {}
        for key in keys:
            spelled.setdefault(key.lower(), key)
        found: dict[str, list[tuple[str, ...]]] = {}
        for part, candidates in names.items():
            for name in candidates:
                path = _path(name, keys, spelled)
                if path is not None:
                    found.setdefault(part, []).append(path)
        self.paths = found
        #: Parts that one field holds, as most do.
        self._field = {part: paths[0][0] for part, paths in found.items() if len(paths) == len(paths[0]) == 1}

    def values(self, record: dict[str, Any], part: str) -> Sequence[tuple[str | None, Any]]:
        """Give what may be the `part` of `record`, best first, each with the field that it fills.

        The field is None for a value within one; nulls are left out.
        """
        field = self._field.get(part)
        if field is not None:
            value = record[field]
            return ((field, value),) if value is not None else ()
        paths = self.paths.get(part)
        if paths is None:
            return ()
        found: list[tuple[str | None, Any]] = []
        for path in paths:
            value = record[path[0]]
            for key in path[1:]:
                value = _inner(value, key)
            if value is not None:
                found.append((path[0] if len(path) == 1 else None, value))
        return found


def _path(name: str, keys: tuple[str, ...], spelled: Mapping[str, str]) -> tuple[str, ...] | None:
    if name in keys:
        return (name,)
    key = spelled.get(name.lower())
    if key is not None:
        return (key,)
    outer, dot, inner = name.partition(".")
    key = spelled.get(outer.lower()) if dot else None
    return (key, *inner.split(".")) if key is not None else None


def _inner(value: Any, key: str) -> Any:
    if isinstance(value, list):
        value = value[0] if value else None
    return value.get(key) if isinstance(value, dict) else None
