"""A feed that is killed, `kill -9`, when it comes to a certain change: STATE SINK CHANGE."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from jobs.feed import feed
from jobs.ledger.rows import Change
from jobs.sinks.opening import open_sink
from jobs.sinks.sink import Generation


def main(state: str, to: str, deadly: int) -> None:
    """Feed until the change number `deadly`, counted over all generations from 1; the end counts as one more."""
    seen = 0

    def count() -> None:
        nonlocal seen
        seen += 1
        if seen == deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(generation: Generation) -> Iterator[Change]:
        for change in generation.changes:
            count()
            yield change
        count()

    with open_sink(to) as sink:
        write = sink.write
        sink.write = lambda generation: write(Generation(generation.commit, counted(generation)))
        feed(Path(state), sink)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
