"""How far the promises of seconds stretch on a machine that is busy with other things."""

from __future__ import annotations

import os


def crowding() -> float:
    """Give how many times slower this machine is than one with a processor for each process."""
    return max(1.0, os.getloadavg()[0] / len(os.sched_getaffinity(0)))
