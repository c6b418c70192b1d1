"""From a record of any shape to an article."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from dedup.article import Article
from jobs.readers.calendars import language_code
from jobs.readers.dates import MAX_CHARS, DateReader
from jobs.readers.fields import FieldMap
from jobs.readers.markup import is_markup, plain_text
from jobs.readers.outlets import is_url, outlet, url_domain
from jobs.readers.publication import DateEvidence, Origin, PublicationDates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from jobs.readers.fields import Plan
    from jobs.readers.rejections import Rejections
    from jobs.readers.shelf import Shelf
    from jobs.settings import InputSettings

MAX_ID_BYTES = 512
MAX_TITLE_CHARS = 4096
MAX_LANGUAGE_CHARS = 40

WITHDRAWN = frozenset({"canceled", "cancelled", "withheld", "withdrawn"})
LIVE = frozenset({"usable", "live"})

#: How spreadsheets write a carriage return into XML, and so into what is exported from them.
SPREADSHEET_RETURN = "_x000D_"


class PlacedArticle(Article, frozen=True, kw_only=True, gc=False):
    """An article that knows where it came from.

    Attributes
    ----------
    file : str
        Path as found, ``-`` for standard input.
    line : int or None
        Line, row or item, counted from 1.
    date_told : str
        Its date as the record has it, whatever is made of that.
    evidence : DateEvidence or None
        What its date tells about itself and others; None where it has none.
    shelved : int or None
        Where the text lies on the shelf of a reader that has one; `text` is empty then.
    """

    file: str
    line: int | None = None
    date_told: str = ""
    evidence: DateEvidence | None = None
    shelved: int | None = None


class ArticleBuilder:
    """Builds articles out of records, and counts what it had to mend.

    Parameters
    ----------
    settings : InputSettings
    now : datetime
        With a zone; articles are not from later than two days after.
    rejections : Rejections
        Takes the records that are none, and the repairs.
    shelf : Shelf, optional
        Takes the texts; the articles then come without.
    """

    def __init__(
        self, settings: InputSettings, now: datetime, rejections: Rejections, shelf: Shelf | None = None
    ) -> None:
        self._shelf = shelf
        self._settings = settings
        self._rejections = rejections
        self._repairs = rejections.repairs
        self._map = FieldMap(settings.fields)
        self._dates = PublicationDates(DateReader(settings.timezone, now), rejections.repairs)
        #: Why the first record without any known field was refused, where no article was built at all.
        self.unknown_shape: tuple[str, str] | None = None

    def build(
        self, record: dict[str, Any], *, file: str, line: int | None, path_id: str
    ) -> PlacedArticle | None:
        """Give the article of `record`.

        None where it is rejected, or waits in `settled` for what other dates tell about its own.

        Parameters
        ----------
        record : dict
            Field names to values.
        file, line
            Where it stands.
        path_id : str
            Its id where it has neither id nor address; empty: a digest of the text.
        """
        if "@graph" in record:
            record = _graph_article(record)
        plan = self._map.plan(record)
        used: set[str | None] = set()
        status = self._status(plan, record, used)
        text = self._text(plan, record, used)
        title = self._clean(" ".join(_string(plan, record, "title", used).split())[:MAX_TITLE_CHARS])
        if not text and not title and status == "live":
            self._reject_empty(record, plan, file, line)
            return None
        self._rejections.records += 1
        if not text:
            self._repairs["no text, title only" if title else "no text, withdrawn"] += 1
        url = self._clean(_first_url(plan, record, used))
        domain = url_domain(url)
        source = outlet(_string(plan, record, "source", used), domain)
        tag = _string(plan, record, "language", used)[:MAX_LANGUAGE_CHARS] or self._settings.language
        language = language_code(tag) if tag else ""
        article_id = self._id(plan, record, used, url or path_id) or _digest(f"{title}\0{text}".encode())
        origin = Origin(source, tag, language)
        dates = plan.values(record, "date")
        dated = self._dates.read(dates, url=url, origin=origin)
        if dated.field:
            used.add(dated.field)
        article = PlacedArticle(
            id=article_id,
            text=text if self._shelf is None else "",
            title=title,
            url=url,
            source=self._clean(source),
            published_at=dated.at,
            published_precision=dated.precision,
            language=language,
            version=self._version(plan, record, used),
            status=status,
            metadata={name: value for name, value in record.items() if name not in used},
            file=file,
            line=line,
            date_told=_as_told(dates),
            evidence=DateEvidence(origin, dated) if dated.at is not None else None,
            shelved=None if self._shelf is None else self._shelf.put(text),
        )
        return self._dates.hold(article, dated, origin)

    def settled(self) -> Iterator[PlacedArticle]:
        """Give the articles that waited until all dates of their outlets were seen."""
        yield from self._dates.settled()

    def _reject_empty(self, record: dict[str, Any], plan: Plan, file: str, line: int | None) -> None:
        reason = "no text: neither text nor title has anything in it"
        if record and "text" not in plan.paths and "title" not in plan.paths:
            names = ", ".join(record)[:300].encode("utf-8", "replace").decode()
            reason = (
                f"no text: no known field for text or title among {names}; name it with --field text=FIELD"
            )
            self.unknown_shape = self.unknown_shape or (file, reason)
        article_id = _string(plan, record, "id", set()) or None
        self._rejections.reject(file, line, reason, article_id=article_id and article_id[:MAX_ID_BYTES])

    def _text(self, plan: Plan, record: dict[str, Any], used: set[str | None]) -> str:
        for name, value in plan.values(record, "text"):
            text = (
                "\n".join(filter(None, map(_as_text, value))) if isinstance(value, list) else _as_text(value)
            )
            if text and not text.isspace():
                used.add(name)
                return self._clean(self._cut(plain_text(text) if is_markup(text) else text))
        return ""

    def _cut(self, text: str) -> str:
        limit = self._settings.max_text_bytes
        if len(text) * 4 > limit and len(data := text.encode()) > limit:
            self._repairs["text cut"] += 1
            text = data[:limit].decode("utf-8", "ignore")
        if SPREADSHEET_RETURN in text:
            text = text.replace(SPREADSHEET_RETURN, "\r")
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text

    def _clean(self, text: str) -> str:
        if "\0" not in text:
            return text
        self._repairs["NUL replaced"] += 1
        return text.replace("\0", "\N{REPLACEMENT CHARACTER}")

    def _id(self, plan: Plan, record: dict[str, Any], used: set[str | None], other: str) -> str:
        """Give the id of the record, else `other`; a long one keeps its head and a digest."""
        own = ""
        for name, value in plan.values(record, "id"):
            own = str(int(value)) if _is_whole(value) else _as_text(value).strip()
            if own:
                if len(own) * 4 <= MAX_ID_BYTES or len(own.encode()) <= MAX_ID_BYTES:
                    used.add(name)
                break
        article_id = self._clean(own) or other
        if len(article_id) * 4 <= MAX_ID_BYTES or len(data := article_id.encode()) <= MAX_ID_BYTES:
            return article_id
        self._repairs["id shortened"] += 1
        return f"{data[: MAX_ID_BYTES - 33].decode('utf-8', 'ignore')}~{_digest(data)}"

    def _version(self, plan: Plan, record: dict[str, Any], used: set[str | None]) -> int:
        for name, value in plan.values(record, "version"):
            if _is_whole(value) and 0 <= value < 1 << 62:
                used.add(name)
                return int(value)
            if isinstance(value, str) and len(value) <= 18 and value.isascii() and value.isdigit():
                used.add(name)
                return int(value)
            self._repairs["version unreadable"] += 1
        return 0

    def _status(self, plan: Plan, record: dict[str, Any], used: set[str | None]) -> Any:
        for name, value in plan.values(record, "status"):
            word = value.strip().lower() if isinstance(value, str) else ""
            if word in WITHDRAWN or word in LIVE:
                used.add(name)
                return "withdrawn" if word in WITHDRAWN else "live"
        return "live"


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _string(plan: Plan, record: dict[str, Any], part: str, used: set[str | None]) -> str:
    for name, value in plan.values(record, part):
        text = _as_text(value).strip()
        if text:
            used.add(name)
            return text
    return ""


def _first_url(plan: Plan, record: dict[str, Any], used: set[str | None]) -> str:
    """Give the first address; `source` may hold a name instead."""
    for name, value in plan.values(record, "url"):
        text = _as_text(value).strip()
        if is_url(text) or ("." in text.partition("/")[0] and "/" in text and " " not in text):
            used.add(name)
            return text
    return ""


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _as_told(values: Sequence[tuple[str | None, Any]]) -> str:
    """Give the first of `values` in which anything stands, as far as it is looked at."""
    return next((text for _, value in values if (text := str(value).strip())), "")[:MAX_CHARS]


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value // 1


def _graph_article(record: dict[str, Any]) -> dict[str, Any]:
    """Give the node of a JSON-LD graph that is an article, else the record itself."""
    nodes = record["@graph"]
    for node in nodes if isinstance(nodes, list) else ():
        if isinstance(node, dict) and ("articleBody" in node or "headline" in node):
            return node
    return record
