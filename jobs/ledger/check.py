"""What must hold in every ledger: each check looks for what breaks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from dedup.errors import DamagedStateError
from jobs.ledger.database import told
from jobs.ledger.dates import miscounted_dates
from jobs.ledger.rows import ArticleRow, published
from jobs.records import DuplicateGroup, Story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jobs.ledger.ledger import Ledger


class Rule(NamedTuple):
    """One thing that must hold: in words, and as SQL that finds what breaks it."""

    holds: str
    breaks: str


RULES = (
    Rule(
        "generations are numbered without gaps",
        "SELECT generation FROM generations WHERE generation > 1 "
        "AND generation - 1 NOT IN (SELECT generation FROM generations)",
    ),
    Rule(
        "every change belongs to a generation",
        "SELECT DISTINCT generation FROM changes WHERE generation NOT IN (SELECT generation FROM generations)",
    ),
    Rule(
        "changes are numbered without gaps",
        "SELECT generation FROM changes GROUP BY generation "
        "HAVING count(*) != max(sequence) OR min(sequence) != 1",
    ),
    Rule(
        "a delete has no row and an upsert has one",
        "SELECT id FROM changes WHERE (op = 'delete') != (row IS NULL)",
    ),
    Rule(
        "the last generation counts the live articles",
        "SELECT generation FROM generations WHERE generation = (SELECT max(generation) FROM generations) "
        "AND articles != (SELECT count(*) FROM articles WHERE status = 'live')",
    ),
    Rule(
        "live articles have a place, an event and a story, withdrawn ones none",
        "SELECT article_id FROM articles WHERE (status = 'live') != (segment IS NOT NULL) "
        "OR (segment IS NULL) != (row IS NULL) OR (status = 'live') != (event_id IS NOT NULL) "
        "OR (status = 'live') != (story_id IS NOT NULL) OR (status != 'live' AND duplicate_group IS NOT NULL)",
    ),
    Rule(
        "every article lies in a segment of articles",
        "SELECT article_id FROM articles a LEFT JOIN segments s USING (segment) WHERE a.segment IS NOT NULL "
        "AND (s.kind IS NOT 'articles' OR s.dropped IS NOT NULL OR a.row < 0 OR a.row >= s.rows)",
    ),
    Rule(
        "no two articles lie in one place",
        "SELECT min(article_id) FROM articles WHERE segment IS NOT NULL GROUP BY segment, row HAVING count(*) > 1",
    ),
    Rule(
        "every article lies in an event of its story",
        "SELECT article_id FROM articles a LEFT JOIN events e USING (event_id) "
        "WHERE a.event_id IS NOT NULL AND e.story_id IS NOT a.story_id",
    ),
    Rule(
        "every event lies in a story and is represented by an article of its own",
        "SELECT e.event_id FROM events e LEFT JOIN articles a ON a.article_id = e.representative_id "
        "WHERE a.event_id IS NOT e.event_id OR e.story_id NOT IN (SELECT story_id FROM stories)",
    ),
    Rule(
        "every copy has its original in its own group",
        "SELECT a.article_id FROM articles a LEFT JOIN articles o ON o.article_id = a.original_id "
        "WHERE a.duplicate_group IS NOT NULL AND o.duplicate_group IS NOT a.duplicate_group",
    ),
    Rule(
        "every id in use was published",
        "SELECT id FROM (SELECT event_id AS id, 'event' AS kind FROM events UNION ALL "
        "SELECT group_id, 'duplicate_group' FROM duplicate_groups UNION ALL "
        "SELECT story_id, 'story' FROM stories) AS used "
        "LEFT JOIN published_ids p USING (id) WHERE p.kind IS NOT used.kind",
    ),
    Rule(
        "ids in use lead nowhere else",
        "SELECT old_id FROM redirects WHERE old_id IN (SELECT event_id FROM events) "
        "OR old_id IN (SELECT group_id FROM duplicate_groups) OR old_id IN (SELECT story_id FROM stories)",
    ),
    Rule(
        "a redirect leads from a published id to one of its kind",
        "SELECT old_id FROM redirects LEFT JOIN published_ids o ON o.id = old_id "
        "LEFT JOIN published_ids n ON n.id = new_id WHERE n.kind IS NULL OR n.kind IS NOT o.kind",
    ),
)


def check_tables(ledger: Ledger) -> list[str]:
    """Check everything that the ledger file says of itself; give what was checked, in words.

    Raises
    ------
    DamagedStateError
        At the first thing that does not hold; it names the file and an id.
    """
    checks: dict[str, Callable[[Ledger], Iterator[str]]] = {
        "SQLite finds its pages and indexes in order": _pages,
        "redirects end": _endless,
        "the counts of a generation are those of its changes": _miscounted,
        "rows of stories, events and articles agree": _stories,
        "rows of duplicate groups and articles agree": _groups,
        "what dates tell about each other is what the dates of the articles tell": miscounted_dates,
        "replaying the log gives the tables": _replay,
    }
    with told(ledger.folder.ledger), ledger.reading():
        # The pages come first: what follows reads through them.
        _refuse(ledger, "SQLite finds its pages and indexes in order", _pages(ledger))
        for rule in RULES:
            _refuse(ledger, rule.holds, (str(row[0]) for row in ledger.connection.execute(rule.breaks)))
        for holds, broken in checks.items():
            _refuse(ledger, holds, broken(ledger))
    return [*checks, *(rule.holds for rule in RULES)]


def _refuse(ledger: Ledger, holds: str, broken: Iterable[str]) -> None:
    found = next(iter(broken), None)
    if found is not None:
        raise DamagedStateError(
            f"is damaged: it should hold that {holds}, and does not for {found!r}",
            file=str(ledger.folder.ledger),
        )


def _pages(ledger: Ledger) -> Iterator[str]:
    for (line,) in ledger.connection.execute("PRAGMA integrity_check(1)"):
        if line != "ok":
            yield line


def _endless(ledger: Ledger) -> Iterator[str]:
    redirects = ledger.redirects()
    ends: set[str] = set()
    for start in redirects:
        way = [start]
        while way[-1] in redirects and way[-1] not in ends:
            way.append(redirects[way[-1]])
            if len(way) > len(redirects) + 1:
                yield start
                return
        ends.update(way)


def _miscounted(ledger: Ledger) -> Iterator[str]:
    query = "SELECT kind, op, count(*) FROM changes WHERE generation = ? GROUP BY kind, op"
    for generation in ledger.generations():
        told_of = {(kind, op): n for kind, ops in generation.counts.items() for op, n in ops.items() if n}
        rows = ledger.connection.execute(query, (generation.generation,))
        if told_of != {(kind, op): n for kind, op, n in rows}:
            yield str(generation.generation)


def _stories(ledger: Ledger) -> Iterator[str]:
    """Yield stories whose row names other events, representatives or articles than the tables do."""
    members: dict[str, set[str]] = {}
    query = "SELECT event_id, article_id FROM articles WHERE event_id IS NOT NULL"
    for event_id, article_id in ledger.connection.execute(query):
        members.setdefault(event_id, set()).add(article_id)
    events = ledger.connection.execute("SELECT event_id, story_id, label, representative_id FROM events")
    of_story: dict[str, set[tuple[str, str, str]]] = {}
    for event_id, story_id, label, representative_id in events:
        of_story.setdefault(story_id, set()).add((event_id, label, representative_id))
    for story_id, row in ledger.connection.execute("SELECT story_id, row FROM stories"):
        story = msgspec.json.decode(row, type=Story)
        named = {(event.event_id, event.label, event.representative_id) for event in story.events}
        articles = sum(len(event.article_ids) for event in story.events)
        same = (
            story.story_id == story_id and named == of_story.get(story_id) and articles == story.article_count
        )
        if not same or any(set(e.article_ids) != members.get(e.event_id) for e in story.events):
            yield story_id


def _groups(ledger: Ledger) -> Iterator[str]:
    """Yield duplicate groups whose row names other articles than the table of articles does."""
    members: dict[str, dict[str, str]] = {}
    query = "SELECT duplicate_group, article_id, original_id FROM articles WHERE duplicate_group IS NOT NULL"
    for group_id, article_id, original_id in ledger.connection.execute(query):
        members.setdefault(group_id, {})[article_id] = original_id
    for group_id, row in ledger.connection.execute("SELECT group_id, row FROM duplicate_groups"):
        group = msgspec.json.decode(row, type=DuplicateGroup)
        expected = dict.fromkeys(group.article_ids, group.original_id)
        named = group.duplicate_group_id == group_id and group.article_count == len(group.article_ids)
        if not named or expected != members.pop(group_id, None):
            yield group_id
    yield from members


def _replay(ledger: Ledger) -> Iterator[str]:
    """Yield ids whose last change is not what the tables hold."""
    last: dict[tuple[str, str], bytes] = {}
    for change in ledger.changes(0):
        if change.encoded is None:
            last.pop((change.kind, change.id), None)
        else:
            last[change.kind, change.id] = change.encoded
    for key, row in _published(ledger):
        if last.pop(key, None) != row:
            yield key[1]
    yield from (id_ for _, id_ in last)


def _published(ledger: Ledger) -> Iterator[tuple[tuple[str, str], bytes]]:
    """Give every row of the tables as the feed tells it."""
    for kind, query in (
        ("story", "SELECT story_id, row FROM stories"),
        ("duplicate_group", "SELECT group_id, row FROM duplicate_groups"),
    ):
        for id_, row in ledger.connection.execute(query):
            yield (kind, id_), row.encode()
    columns = ", ".join(ArticleRow.__struct_fields__)
    rows: Iterable[tuple[Any, ...]] = ledger.connection.execute(
        f"SELECT {columns} FROM articles WHERE status = 'live'"  # noqa: S608
    )
    for fields in rows:
        article = msgspec.convert(fields, ArticleRow)
        yield ("article", article.article_id), msgspec.json.encode(published(article))
