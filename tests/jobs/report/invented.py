"""Reports that nothing was counted for: every field of every part is filled from its type."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import msgspec

from jobs.report.records import Bin, Report, Strip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: Fields whose text is a time; a page shows it as a date.
TIMES = {"published", "first_published", "last_published", "busiest_day", "started"}


def invented(
    text: Callable[[str], str] = lambda _: "A ferry turns back",
    *,
    times: bool = True,
    items: Callable[[str], int] = lambda _: 2,
) -> Report:
    """Fill a report: `text` and `items` give texts and lengths of lists by field; without `times` times too."""
    return _Filler(text, times, items).struct(Report)


class _Filler:
    def __init__(self, text: Callable[[str], str], times: bool, items: Callable[[str], int]) -> None:
        self.text, self.times, self.items = text, times, items
        self.numbers: Iterator[int] = count(1)

    def struct(self, kind: type) -> Any:
        if kind is Strip:
            return self._strip()
        info = msgspec.inspect.type_info(kind)
        values = {field.name: self._value(field.type, field.name) for field in info.fields}
        return kind(**values)

    def _strip(self) -> Strip:
        starts = (
            [f"2021-06-{day:02d}" for day in (1, 2, 3)]
            if self.times
            else [self.text("starts") for _ in range(3)]
        )
        return Strip(unit="day", starts=starts, articles=[5, 0, 2], distinct=[4, 0, 1])

    def _value(self, kind: Any, name: str) -> Any:
        match kind:
            case msgspec.inspect.UnionType():
                return self._value(
                    next(one for one in kind.types if not isinstance(one, msgspec.inspect.NoneType)), name
                )
            case msgspec.inspect.StructType():
                return self.struct(kind.cls)
            case msgspec.inspect.ListType(item_type=item) if getattr(item, "cls", None) is Bin:
                return [
                    Bin(low=step / 4, high=(step + 1) / 4, accepted=step, refused=90 * step)
                    for step in range(4)
                ]
            case msgspec.inspect.ListType(item_type=item):
                return [self._value(item, name) for _ in range(self.items(name))]
            case msgspec.inspect.DictType():
                return {"newsdedup": self.text(name), self.text(name): self.text(name)}
            case msgspec.inspect.LiteralType(values=values):
                return values[next(self.numbers) % len(values)]
            case msgspec.inspect.IntType():
                return 2 + next(self.numbers) % 7
            case msgspec.inspect.FloatType():
                return 0.1 + next(self.numbers) % 8 / 10
            case msgspec.inspect.BoolType():
                return name == "chosen"
            case msgspec.inspect.StrType() | msgspec.inspect.AnyType():
                return "2021-06-02T09:30:00Z" if name in TIMES and self.times else self.text(name)
        raise TypeError(kind)
