"""Finding contacts: the compiled query run, best first, and repaired where nothing is found.

A word that few have is looked up in the index and ranked; one that half the book has is tested row
by row, newest first, so that the first rows leave at once whatever the size of the book.
"""

from __future__ import annotations

from crmcli.errors import UsageError
from crmcli.query.compile import compile_query
from crmcli.query.fields import order_by
from crmcli.store import card
from crmcli.store.card import FIELDS, LISTS, MAPPINGS
from crmcli.values.text import fold, has_words, snippet

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import date
    from typing import Any

    from crmcli.query.compile import Query

# Ranking costs about a microsecond a match: words with more matches than this are not ranked by.
RANKED = 20_000
_WEIGHTS = "10.0, 4.0, 1.0"  # of name, facts and note

_DERIVED = ("email", "phone", "match")

_IN_CONTACT = "c.id IN (SELECT rowid FROM contact_fts WHERE contact_fts MATCH ?)"
_IN_SAID = (
    "c.id IN (SELECT p.contact_id FROM interaction_fts f JOIN participant p ON p.interaction_id = f.rowid"
    " WHERE interaction_fts MATCH ?)"
)
_ON_CONTACT = "(SELECT has_words(f.name || ' ' || f.facts || ' ' || coalesce(f.note, ''), ?) FROM contact_fts f WHERE f.rowid = c.id)"
_ON_SAID = "EXISTS (SELECT 1 FROM timeline t WHERE t.contact_id = c.id AND has_words(coalesce(t.subject, '') || ' ' || coalesce(t.text, ''), ?))"


def compiled(
    db: sqlite3.Connection,
    terms: str | list[str],
    *,
    today: date,
    tz: str | None,
    views: dict[str, str],
    order: str | None,
) -> Query:
    """Compile a query with the custom fields and saved views of this book.

    ``views`` are the saved views of the config; those of the book are added.
    """
    saved = views | {row[0]: row[1] for row in db.execute("SELECT name, query FROM saved_view")}
    return compile_query(
        terms, today=today, views=saved, custom=custom_fields(db), tz=tz, order=order
    )


def custom_fields(db: sqlite3.Connection) -> list[str]:
    """Return the names of the custom fields in use."""
    return [row[0] for row in db.execute("SELECT name FROM field ORDER BY key")]


def where(query: Query) -> str:
    """The condition of a query over ``contacts c``, the archived left out unless it names them."""
    return _living(query, query.where)


def _living(query: Query, sql: str) -> str:
    return f"({sql})" if query.archived else f"({sql}) AND c.archived_at IS NULL"


def ids(db: sqlite3.Connection, query: Query) -> list[int]:
    """Return the ids of everybody whom the query finds, in order."""
    return [
        row[0]
        for row in db.execute(
            f"SELECT c.id FROM contacts c WHERE {where(query)} ORDER BY c.id", query.params
        )
    ]


def columns(db: sqlite3.Connection) -> tuple[str, ...]:
    """Every column that a search can show."""
    return (*FIELDS, *_DERIVED, *custom_fields(db))


def rows(
    db: sqlite3.Connection, query: Query, names: list[str], *, sort: str | None, limit: int | None
) -> Iterator[list[Any]]:
    """Yield the columns ``names`` of everybody found, best first.

    ``sort`` is a field, ``-field`` for descending; without it they come by rank, or by id where
    nothing is ranked. ``limit`` is how many at most.
    """
    if limit is not None and limit < 0:
        raise UsageError("--limit takes a number of rows")
    select, values = _select(names)
    left = -1 if limit is None else limit
    for sql, params in _plans(db, query, sort):
        for row in db.execute(f"{select} {sql} LIMIT ?", (*values, *params, left)):
            yield _finished(db, query, names, row)
            left -= 1 if left > 0 else 0
        if left == 0:
            return


def _select(names: list[str]) -> tuple[str, list[str]]:
    """SELECT over ``contacts c`` with the id first, and what it binds."""
    bound: list[str] = []
    parts = ["c.id"]
    for name in names:
        if name in FIELDS or name in ("email", "phone"):
            parts.append(f"c.{name}")
        elif name == "match":
            parts.append("NULL")
        else:
            parts.append(
                "(SELECT x.value FROM contact_field x JOIN field f ON f.id = x.field_id WHERE x.contact_id = c.id AND f.name = ?)"
            )
            bound.append(name)
    return f"SELECT {', '.join(parts)} FROM contacts c", bound


def _plans(
    db: sqlite3.Connection, query: Query, sort: str | None
) -> Iterator[tuple[str, list[object]]]:
    """SQL behind SELECT, in turn: those whose own words match, ranked; then by what was said."""
    if sort:
        yield f"WHERE {where(query)} ORDER BY {order_by(sort)}", query.params
        return
    if not query.fts:
        yield f"WHERE {where(query)} ORDER BY c.id", query.params
        return
    rest, bound = _living(query, query.rest), query.rest_params
    every = " AND ".join(f"({match})" for match in query.fts)
    known = [_rare(db, "contact_fts", match) for match in query.fts]
    said = [_rare(db, "interaction_fts", match) for match in query.fts]
    seen = "1"
    seen_params: list[object] = []
    if any(known):
        ranked = f"SELECT rowid, bm25(contact_fts, {_WEIGHTS}) AS score FROM contact_fts WHERE contact_fts MATCH ?"
        order = "ORDER BY r.score, c.last_at DESC, c.id"
        yield f"JOIN ({ranked}) r ON r.rowid = c.id WHERE {rest} {order}", [every, *bound]
        seen, seen_params = f"NOT {_IN_CONTACT}", [every]
    tests, params = [], []
    for match, word, few_known, few_said in zip(
        query.fts, _plain(query.fts), known, said, strict=True
    ):
        tests.append(
            f"({_IN_CONTACT if few_known else _ON_CONTACT} OR {_IN_SAID if few_said else _ON_SAID})"
        )
        params += [match if few_known else word, match if few_said else word]
    newest = "c.last_at DESC, c.id" if all(said) and any(known) else "c.id DESC"
    yield (
        f"WHERE {rest} AND {seen} AND {' AND '.join(tests)} ORDER BY {newest}",
        [*bound, *seen_params, *params],
    )


def _plain(matches: list[str]) -> list[str]:
    """The folded words of FTS strings, blanks between, as has_words takes them."""
    return [match.split(" OR ")[0].replace('"', "").replace("*", "").strip() for match in matches]


def _rare(db: sqlite3.Connection, table: str, match: str) -> bool:
    """Whether a word is in few enough rows to look it up and rank by it.

    A prefix has to be merged before its first row is known, so the whole word is counted instead
    and one or two letters are taken for frequent, where the book is large enough to matter.
    """
    largest = db.execute(
        f"SELECT max(id) FROM {'contact' if table == 'contact_fts' else 'interaction'}"
    ).fetchone()[0]
    if (largest or 0) <= RANKED:
        return True
    words = _plain([match])[0].split()
    if all(len(word) <= 2 for word in words):
        return False
    phrase = '"' + " ".join(words) + '"'
    count = db.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT {RANKED + 1})",
        (phrase,),
    ).fetchone()[0]
    return int(count) <= RANKED


def _finished(
    db: sqlite3.Connection, query: Query, names: list[str], row: sqlite3.Row
) -> list[Any]:
    """A row as it is printed: lists read, money in units, a person whole, the snippet found."""
    values = list(row)[1:]
    for place, name in enumerate(names):
        value = values[place]
        if name in LISTS:
            values[place] = card.listed(db, value)
        elif name in MAPPINGS:
            values[place] = card.mapped(db, value)
        elif name == "value":
            values[place] = (value or 0) / 10_000
        elif name == "do_not_contact":
            values[place] = bool(value)
        elif name == "referred_by" and value:
            values[place] = card.person(db, value)
        elif name == "match":
            values[place] = _match(db, row[0], query.words)
    return values


def _match(db: sqlite3.Connection, contact_id: int, words: list[str]) -> str | None:
    """The bit of text that matched, where the row itself doesn't show it: a fact, or what was said."""
    if not words:
        return None
    row = db.execute(
        "SELECT name, company, email, phone, title, city, region, country, note, source,"
        " (SELECT group_concat(t.name, ' ') FROM tags t WHERE t.contact_id = c.id),"
        " (SELECT group_concat(address, ' ') FROM emails WHERE contact_id = c.id),"
        " (SELECT group_concat(value, ' ') FROM contact_field WHERE contact_id = c.id)"
        " FROM contacts c WHERE id = ?",
        (contact_id,),
    ).fetchone()
    shown = " ".join(filter(None, row[:4]))
    missing = [word for word in words if not has_words(shown, [word])]
    if not missing:
        return None
    for text in row[4:]:
        if text and any(has_words(text, [word]) for word in missing):
            return snippet(text, missing)
    for word in missing:
        said = db.execute(
            "SELECT coalesce(subject || ': ', '') || coalesce(text, '') FROM timeline WHERE contact_id = ?"
            " AND has_words(coalesce(subject, '') || ' ' || coalesce(text, ''), ?) ORDER BY at DESC LIMIT 1",
            (contact_id, word),
        ).fetchone()
        if said:
            return snippet(said[0], missing)
    return None


def repair(db: sqlite3.Connection, query: Query) -> dict[str, str]:
    """Spell the free words of a query that found nothing as the book spells them.

    Returns:
        What each misspelt word was changed to; empty where no word is near. ``query`` then asks
        for the changed words.
    """
    from rapidfuzz import fuzz, process

    db.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.spelling USING fts5vocab('main', 'contact_fts', 'row')"
    )
    changed: dict[str, str] = {}
    for place, word in enumerate(_plain(query.fts)):
        if (
            " " in word
            or len(word) < 3
            or any(
                db.execute(
                    f"SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT 1", (query.fts[place],)
                ).fetchone()
                for table in ("contact_fts", "interaction_fts")
            )
        ):
            continue
        known = [
            row[0]
            for row in db.execute(
                "SELECT term FROM temp.spelling WHERE length(term) BETWEEN ? AND ?",
                (len(word) - 2, len(word) + 2),
            )
        ]
        near = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=70)
        if near is None:
            return {}
        changed[word] = near[0]
    if changed:
        query.fts = [
            f'"{changed[word]}" *' if word in changed else match
            for word, match in zip(_plain(query.fts), query.fts, strict=True)
        ]
        query.words = [changed.get(fold(word), word) for word in query.words]
    return changed
