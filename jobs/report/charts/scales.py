"""Where values go on a chart, and which of them are written beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Steps of a scale are these times a power of ten.
STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Linear:
    """From the values `low` to `high` to the places `start` to `stop`; one value alone goes to the start."""

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        """Give the place of a value, a tenth of a unit exact."""
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.0
        return round(self.start + share * (self.stop - self.start), 1)


@dataclass(frozen=True, slots=True)
class Logarithmic:
    """Counts from 0 to `high`; each power of ten takes the same room, and nothing stays at nothing."""

    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        """Give the place of a count."""
        share = math.log10(1 + value) / math.log10(1 + self.high) if self.high else 0.0
        return round(self.start + share * (self.stop - self.start), 1)


def round_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Choose at most `most` + 1 round values from `low` to `high`.

    Examples
    --------
    >>> round_ticks(0, 1870)
    [0.0, 500.0, 1000.0, 1500.0]
    """
    if high <= low:
        return [low]
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in STEPS if factor * power >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def count_ticks(high: float, most: int = 4) -> list[int]:
    """Choose round whole values from 0 to `high`.

    Examples
    --------
    >>> count_ticks(3)
    [0, 1, 2, 3]
    """
    return sorted({int(tick) for tick in round_ticks(0, max(high, 1), most) if tick == int(tick)})


def powers_of_ten(high: float) -> list[int]:
    """Give 1, 10, 100, … up to `high`."""
    return [10**power for power in range(int(math.log10(high)) + 1)] if high >= 1 else []


def compact(count: float) -> str:
    """Write a count for an axis: ``850``, ``12k``, ``1.5M``."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if count >= size:
            return f"{count / size:.1f}".removesuffix(".0") + letter
    return f"{count:g}"
