"""Assemble the sample corpus and its gold labels from the hand-written texts in `data/sources`.

Run ``python data/build_sample.py [FOLDER]`` after an edit there; without a folder it writes beside itself.
Nothing is drawn at random: the same sources give the same bytes.  The script adds what is not prose (ids,
addresses, dates as each outlet writes them, boilerplate of its pages), makes the copies that
`sources/copies.toml` asks for, and writes down what it did as gold labels.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import tomllib
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from babel.dates import format_datetime

DATA = Path(__file__).parent
HEADER = re.compile(
    r"## (?P<event>\S+) \| (?P<outlet>\S+) \| (?P<when>\d{4}-\d\d-\d\d \d\d:\d\d)(?: \| (?P<date>.+))?"
)


@dataclass(frozen=True)
class Outlet:
    """A site: how it dates and dresses its articles."""

    name: str
    domain: str
    language: str
    offset: int
    date: str
    months: str = ""
    told: bool = True
    separator: str = "\n"
    file: str = "articles"
    top: list[str] = field(default_factory=list)
    middle: list[tuple[int, str]] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Piece:
    """An article before it is dressed as a page of its outlet."""

    key: str
    story: str
    event: str
    outlet: Outlet
    when: datetime
    title: str
    paragraphs: tuple[str, ...]
    date: str | None = None
    copy_of: str | None = None
    relation: str | None = None

    @property
    def name(self) -> str:
        """Day and first words of the headline; the time where the headline has no Latin letters."""
        plain = unicodedata.normalize("NFKD", self.title.lower()).encode("ascii", "ignore").decode()
        words = re.findall(r"[a-z0-9]+", plain)[:5]
        return f"{self.when:%m%d}-{'-'.join(words) or f'{self.when:%H%M}'}"

    @property
    def id(self) -> str:
        """Give the id the article has in the corpus."""
        if self.outlet.file == "folder":
            return f"{self.name}.txt"
        return f"{self.outlet.name}-{self.name}"

    @property
    def url(self) -> str:
        """Give the address at the invented outlet; it tells the day where the page does."""
        folder = "read" if self.dateless else self.when.strftime("%Y/%m/%d")
        return f"https://{self.outlet.domain}/{folder}/{self.name[5:]}"

    @property
    def dateless(self) -> bool:
        """Tell whether no reader can find out the day: no date is given, or one that does not exist."""
        return self.date is not None or not self.outlet.date


def written_date(piece: Piece) -> str:
    """Write the date of `piece` as its outlet does; empty where it gives none."""
    if piece.date is not None:
        return piece.date.removeprefix("none")
    outlet = piece.outlet
    if not outlet.date:
        return ""
    return str(format_datetime(piece.when, outlet.date, locale=outlet.months or outlet.language))


def read_outlets() -> dict[str, Outlet]:
    """Read the outlets by name."""
    table = tomllib.loads((DATA / "sources" / "outlets.toml").read_text("utf-8"))
    return {name: Outlet(name=name, **fields) for name, fields in table.items()}


def read_story(path: Path, outlets: dict[str, Outlet]) -> list[Piece]:
    """Read one file of articles.

    A file starts with ``# story | language``; in ``# - | …`` every event is a story of its own.  An article
    starts with ``## event[#which] | outlet | local time [| date as it stands on the page]``, then its
    headline and its paragraphs, one a line; `which` tells articles of one outlet on one event apart.
    """
    head, *blocks = re.split(r"\n(?=## )", path.read_text("utf-8").strip())
    story = head.removeprefix("# ").split(" | ")[0]
    pieces = []
    for block in blocks:
        header, title, *paragraphs = (line for line in block.splitlines() if line)
        told = HEADER.fullmatch(header)
        if told is None:
            raise ValueError(f"{path}: cannot read {header!r}")
        outlet = outlets[told["outlet"]]
        when = datetime.fromisoformat(told["when"]).replace(tzinfo=timezone(timedelta(hours=outlet.offset)))
        own = told["event"] if story == "-" else story
        key = told["event"] if story == "-" else f"{story}/{told['event']}"
        event = key.partition("#")[0]
        pieces.append(
            Piece(f"{key}@{outlet.name}", own, event, outlet, when, title, tuple(paragraphs), told["date"])
        )
    return pieces


def make_copy(order: dict[str, Any], pieces: dict[str, Piece], outlets: dict[str, Outlet]) -> Piece:
    """Make the copy that an entry of `copies.toml` asks for."""
    original = pieces[order["of"]]
    outlet = outlets[order["outlet"]]
    paragraphs = list(original.paragraphs)
    for place, text in reversed(order.get("add", [])):
        paragraphs.insert(place, text)
    if "keep" in order:
        paragraphs = [paragraphs[number - 1] for number in order["keep"]]
    for before, after in order.get("replace", []):
        if not any(before in paragraph for paragraph in paragraphs):
            raise ValueError(f"{order['of']}: nothing reads {before!r}")
        paragraphs = [paragraph.replace(before, after) for paragraph in paragraphs]
    return replace(
        original,
        key=f"{original.event}@{outlet.name}+{order['when']:%m%d%H%M}",
        outlet=outlet,
        when=order["when"].replace(tzinfo=timezone(timedelta(hours=outlet.offset))),
        title=order.get("title", original.title),
        paragraphs=tuple(paragraphs),
        date=order.get("date"),
        copy_of=original.id,
        relation=order["relation"],
    )


def related(piece: Piece, pieces: list[Piece]) -> dict[str, str]:
    """Choose four headlines of the same outlet, older ones first: fixed by the article's id, none its own."""
    titles = {other.title: other.when > piece.when for other in pieces if other.outlet == piece.outlet}
    titles.pop(piece.title)
    order = sorted(titles, key=lambda title: (titles[title], digest(f"{piece.id} {title}")))
    return {f"r{number}": title for number, title in enumerate(order[:4], 1)}


def byline(piece: Piece) -> str:
    """Choose who wrote it, fixed by the article's id."""
    names = piece.outlet.bylines
    return names[digest(piece.id)[0] % len(names)] if names else ""


def digest(text: str) -> bytes:
    """Give bytes that look like chance and are none."""
    return hashlib.blake2b(text.encode()).digest()


def dress(piece: Piece, varying: dict[str, str]) -> tuple[str, list[str]]:
    """Give the text as it stands on the page, and those of its lines that are boilerplate."""

    def fill(lines: list[str]) -> list[str]:
        return [line.format(**varying) for line in lines]

    outlet = piece.outlet
    tagged = [(line, True) for line in fill(outlet.top)]
    for number, paragraph in enumerate(piece.paragraphs, 1):
        tagged.append((paragraph, False))
        if number < len(piece.paragraphs):
            tagged += [
                (line, True) for line in fill([line for place, line in outlet.middle if place == number])
            ]
    tagged += [(line, True) for line in fill(outlet.tail)]
    return outlet.separator.join(line for line, _ in tagged), [line for line, site in tagged if site]


def record(piece: Piece, text: str) -> dict[str, str]:
    """Give the article as a reader finds it; what is not known is left out."""
    fields = {
        "id": piece.id,
        "title": piece.title,
        "text": text,
        "url": piece.url,
        "source": piece.outlet.domain,
    }
    date = written_date(piece)
    if date:
        fields["date"] = date
    if piece.outlet.told:
        fields["language"] = piece.outlet.language
    return fields


def gold(piece: Piece, originals: set[str]) -> dict[str, str | None]:
    """Give the gold labels of `piece`."""
    return {
        "article_id": piece.id,
        "event": piece.event,
        "story": piece.story,
        "duplicate_of": piece.copy_of,
        "relation": "original" if piece.id in originals else piece.relation,
        "published": None if piece.dateless else piece.when.strftime("%Y-%m-%d"),
    }


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write JSON Lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def write_archive(path: Path, rows: list[dict[str, str]]) -> None:
    """Write CSV under the field names of newspaper4k."""
    names = {
        "title": "title",
        "text": "text",
        "url": "url",
        "source": "source",
        "date": "publish_date",
        "id": "id",
    }
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, names.values())
        table.writeheader()
        for row in rows:
            table.writerow({names[name]: value for name, value in row.items() if name in names})


def write_folder(folder: Path, rows: list[dict[str, str]]) -> None:
    """Write each article as a text file, its headline on the first line."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.txt"):
        old.unlink()
    for row in rows:
        (folder / row["id"]).write_text(f"{row['title']}\n\n{row['text']}\n", "utf-8")


def read_pieces(outlets: dict[str, Outlet]) -> dict[str, Piece]:
    """Read all hand-written articles by key."""
    paths = sorted((DATA / "sources" / "stories").glob("*.md"))
    pieces = [piece for path in paths for piece in read_story(path, outlets)]
    return unique({piece.key: piece for piece in pieces}, len(pieces))


def unique(pieces: dict[str, Piece], count: int) -> dict[str, Piece]:
    """Give `pieces`; refuse them where one hides another."""
    if len(pieces) < count:
        raise ValueError(f"{count} articles have {len(pieces)} names; give each its own headline or #which")
    return pieces


def build(folder: Path) -> None:
    """Write the sample and its gold labels below `folder`."""
    outlets = read_outlets()
    written = read_pieces(outlets)
    orders = tomllib.loads((DATA / "sources" / "copies.toml").read_text("utf-8"))
    copies = [make_copy(order, written, outlets) for order in orders["copy"]]
    pieces = sorted([*written.values(), *copies], key=lambda piece: (piece.when, piece.id))
    unique({piece.id: piece for piece in pieces}, len(pieces))

    files: dict[str, list[dict[str, str]]] = {"articles": [], "archive": [], "folder": []}
    boilerplate = []
    for piece in pieces:
        text, lines = dress(piece, {**related(piece, pieces), "by": byline(piece)})
        files[piece.outlet.file].append(record(piece, text))
        boilerplate.append({"article_id": piece.id, "lines": lines})
    write_lines(folder / "sample" / "articles.jsonl", files["articles"])
    write_archive(folder / "sample" / "archive.csv", files["archive"])
    write_folder(folder / "sample" / "folder", files["folder"])

    originals = {piece.copy_of for piece in copies if piece.copy_of}
    write_lines(folder / "gold" / "gold.jsonl", [gold(piece, originals) for piece in pieces])
    write_lines(folder / "gold" / "boilerplate.jsonl", boilerplate)
    write_lines(
        folder / "gold" / "not_copies.jsonl", [look_alikes(pair, written) for pair in orders["not_a_copy"]]
    )


def look_alikes(order: dict[str, Any], pieces: dict[str, Piece]) -> dict[str, str]:
    """Give a pair that looks like copies and is none, and why it does."""
    first, second = (pieces[key].id for key in order["pair"])
    return {"article_id": first, "other_id": second, "why": order["why"]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the sample corpus and its gold labels.")
    parser.add_argument("folder", type=Path, nargs="?", default=DATA, help="where to; data/ by default")
    build(parser.parse_args().folder)
