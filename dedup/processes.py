"""Work in other processes that survives the loss of one."""

from __future__ import annotations

import logging
from concurrent.futures import BrokenExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from joblib import Parallel, delayed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

_log = logging.getLogger(__name__)


def in_processes(function: Callable[..., T], calls: Sequence[tuple[Any, ...]], *, processes: int) -> list[T]:
    """Call `function` with each of `calls`, in other processes where there is more than one.

    A worker that is killed, as the kernel does for memory, takes the whole pool with it: the calls are made again
    with half as many workers, and at last in this process.

    Parameters
    ----------
    function : callable
        Without effects beyond its result, because it may be called more than once with the same arguments.
    calls : sequence of tuple
        Arguments of each call.
    processes : int
        At most so many at a time; 1 stays in this process.

    Returns
    -------
    list
        Results in the order of `calls`.
    """
    while processes > 1:
        try:
            return list(Parallel(n_jobs=processes)(delayed(function)(*call) for call in calls))
        except (BrokenExecutor, MemoryError):
            processes //= 2
            _log.warning("a worker was lost, most likely for want of memory; going on with %d", processes)
    return [function(*call) for call in calls]
