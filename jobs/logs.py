"""What a run tells an operator: events with a run id, on standard error, as lines for a person or as JSON.

An event names stages, counts, files and reasons, never the text of an article.  One event is one line, whatever
characters a file name or an id holds.
"""

from __future__ import annotations

import logging
import traceback
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, Protocol, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    from jobs.readers import Rejection, Rejections

LogFormat = Literal["console", "json"]

#: Characters of a value that are logged; a message that quotes a column's name may quote a whole page.
LONGEST_VALUE = 1000

#: Frames of a stack that are logged, those nearest to the error.
MOST_FRAMES = 30

#: Places named with one kind of record that was left out; all stand in ``rejected.jsonl``.
MOST_PLACES = 5

#: Loggers of others whose warnings belong to the log of a run.
_FOREIGN = ("dedup", "psycopg", "py.warnings")


class EventLog(Protocol):
    """What a run tells its events to."""

    def info(self, event: str, **values: Any) -> object:
        """Tell that something went as it should."""
        ...

    def warning(self, event: str, **values: Any) -> object:
        """Tell what somebody should look at, though the run goes on."""
        ...

    def error(self, event: str, **values: Any) -> object:
        """Tell why the run ends."""
        ...


class NoEvents:
    """Says nothing."""

    def info(self, event: str, **values: Any) -> None:
        """Do nothing."""

    def warning(self, event: str, **values: Any) -> None:
        """Do nothing."""

    def error(self, event: str, **values: Any) -> None:
        """Do nothing."""


def new_run_id() -> str:
    """Give a name that tells the lines of one run from those of others."""
    return uuid.uuid4().hex[:12]


def event_log(
    form: LogFormat, stream: TextIO, *, run_id: str, colours: bool = False, errors_only: bool = False
) -> EventLog:
    """Give a log that writes one line an event.

    Parameters
    ----------
    form : {"console", "json"}
        Columns for a person, or an object a line with the keys ``timestamp``, ``level``, ``event``, ``run_id``
        and those of the event.
    stream : text file
        Where the lines go; standard error in a command.
    run_id : str
        From `new_run_id`.
    colours : bool, default False
        Whether console lines are coloured.
    errors_only : bool, default False
        Leave out everything less than an error.
    """
    import structlog  # noqa: PLC0415  (a tenth of a second that only commands with a log pay for)

    level = logging.ERROR if errors_only else logging.INFO
    renderer = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=colours, sort_keys=False, pad_event_to=18)
    )
    processors = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _shortened,
        *([_printable] if form == "console" else [_run_id_first]),  # JSON escapes by itself
        renderer,
    ]
    log: EventLog = structlog.wrap_logger(
        structlog.WriteLogger(stream),
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        run_id=run_id,
    )
    return log


@contextmanager
def others_heard(events: EventLog) -> Iterator[None]:
    """Tell the warnings of the library and of Python itself as events while the context lasts."""
    handler = _Forwarding(events)
    logging.captureWarnings(capture=True)
    for name in _FOREIGN:
        logging.getLogger(name).addHandler(handler)
    try:
        yield
    finally:
        for name in _FOREIGN:
            logging.getLogger(name).removeHandler(handler)
        logging.captureWarnings(capture=False)


def tell_reading(events: EventLog, rejections: Rejections) -> None:
    """Tell how many records were left out, by class of reason, and what was mended or passed over."""
    from jobs.readers.rejections import SAME_ID, kind_of  # noqa: PLC0415  (slow to load)

    for reason, count in sorted(rejections.reasons.items()):
        places = [_place(one) for one in rejections.rejected if kind_of(one.reason) == reason]
        if reason == SAME_ID:
            events.info("records left out", reason=reason, records=count, places=places[:MOST_PLACES])
        else:
            events.warning("records rejected", reason=reason, records=count, places=places[:MOST_PLACES])
    for file in rejections.unread_files:
        events.warning("file not read to its end", file=file)
    for kind, count in sorted(rejections.repairs.items()):
        events.info("records mended", kind=kind, records=count)
    if rejections.withdrawn:
        events.info("articles withdrawn", articles=rejections.withdrawn)
    if rejections.skipped_files:
        files = rejections.skipped_files
        events.info("files passed over", files=len(files), places=files[:MOST_PLACES])


def _place(rejection: Rejection) -> str:
    return rejection.file if rejection.line is None else f"{rejection.file}:{rejection.line}"


def whereabouts(error: BaseException) -> dict[str, Any]:
    """Say what kind of error it is and where it was raised, without its message, which may quote an article."""
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    return {
        "exception": f"{type(error).__module__}.{type(error).__qualname__}",
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def whereabouts_in_lines(error: BaseException) -> str:
    """Say the same to a person: a frame a line, the nearest one last, then the kind of error."""
    told = whereabouts(error)
    lines = [*(f"  {frame}" for frame in told["frames"]), told["exception"]]
    return "".join(f"{escaped(line)}\n" for line in lines)


class _Forwarding(logging.Handler):
    def __init__(self, events: EventLog) -> None:
        super().__init__(logging.WARNING)
        self._events = events

    def emit(self, record: logging.LogRecord) -> None:
        self._events.warning(record.getMessage().strip(), logger=record.name)


def _shortened(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str) and len(value) > LONGEST_VALUE:
            event[key] = value[:LONGEST_VALUE] + "…"
    return event


def _printable(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Escape what would break the line or command the terminal: control and direction characters."""
    return {key: escaped(value) if isinstance(value, str) else value for key, value in event.items()}


def _run_id_first(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Begin each line with what lines are sorted and chosen by."""
    first = {key: event.pop(key) for key in ("timestamp", "level", "run_id", "event")}
    return {**first, **event}


def escaped(text: str) -> str:
    r"""Write every character that does not print as an escape.

    Examples
    --------
    >>> escaped("two\nlines")
    'two\\nlines'
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
