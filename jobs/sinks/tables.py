"""The kinds of the feed as tables, derived from the record types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

import msgspec
from msgspec import inspect

from jobs.records import ArticleRow, DuplicateGroup, Story

if TYPE_CHECKING:
    from jobs.records import Kind, Record

#: What a column holds, for those who have to give it a type.
Form = Literal["integer", "number", "instant", "text", "texts", "structures"]

#: Strings that hold an instant in UTC.
INSTANTS = {"published_at", "first_published", "last_published"}


class Column(NamedTuple):
    """A field of a record.

    Attributes
    ----------
    name : str
    type : msgspec.inspect.Type
        Without None, which every column may hold.
    """

    name: str
    type: inspect.Type

    @property
    def form(self) -> Form:
        """Say what the column holds."""
        match self.type:
            case inspect.IntType():
                return "integer"
            case inspect.FloatType():
                return "number"
            case inspect.ListType(item_type=inspect.StrType()):
                return "texts"
            case inspect.ListType():
                return "structures"
            case _:
                return "instant" if self.name in INSTANTS else "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A kind of the feed as a table.

    Attributes
    ----------
    kind : str
    name : str
        Of the table.
    key : str
        Column of the id, the first one.
    columns : tuple of Column
        All but the version of the record's format.
    """

    kind: Kind
    name: str
    key: str
    columns: tuple[Column, ...]

    @classmethod
    def of(cls, kind: Kind, name: str, record: type[Record]) -> Table:
        """Read the columns from the fields of `record`."""
        described = cast("inspect.StructType", inspect.type_info(record))
        columns = {field.name: Column(field.name, _without_none(field.type)) for field in described.fields}
        del columns["schema_version"]
        key = f"{kind}_id"
        return cls(kind, name, key, (columns.pop(key), *columns.values()))

    def values(self, row: bytes) -> dict[str, Any]:
        """Decode a row of the feed; columns that it lacks are None."""
        decoded = msgspec.json.decode(row)
        return {column.name: decoded.get(column.name) for column in self.columns}


def _without_none(kind: inspect.Type) -> inspect.Type:
    if isinstance(kind, inspect.UnionType):
        (rest,) = (one for one in kind.types if not isinstance(one, inspect.NoneType))
        return rest
    return kind


ARTICLES = Table.of("article", "articles", ArticleRow)
DUPLICATE_GROUPS = Table.of("duplicate_group", "duplicate_groups", DuplicateGroup)
STORIES = Table.of("story", "stories", Story)
TABLES: dict[Kind, Table] = {table.kind: table for table in (ARTICLES, DUPLICATE_GROUPS, STORIES)}
