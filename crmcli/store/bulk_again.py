"""A second export of the same system: what it changes, and what stays because it was edited by hand.

A row known by its id in another system follows that system, column by column: where the last
change of a column was made by an import, at the earliest the one that brought the id, a new value
is taken over. What somebody edited since stays, and so does all of a row with ids of two systems,
which would pull it to and fro.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.store.bulk_set_by import Ids, SetBy

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from crmcli.store.bulk_event import Event

TABLES = ("in_theirs",)
_CREATE = (
    "CREATE TEMP TABLE in_theirs (id INTEGER, name TEXT, PRIMARY KEY (id, name)) WITHOUT ROWID"
)
_NAMED = 3  # rows that a remark names
_FIELDS = 8  # and fields
# SQL of the id by which the row n of the file knows the contact x.
EXTERNAL = """(SELECT min(e.id) FROM in_external i JOIN external_id e ON e.noun = 'contact'
  AND e.system = i.system AND e.value = i.value WHERE i.row = n.row AND e.row_id = x.id)"""

# Columns of a contact that follow the other system, and their words; those without one are not
# said to differ: of notes nothing is lost, and the parts of a name differ with the name.
_CONTACT = {
    "name": "name", "given": "", "family": "", "company_id": "company", "title": "title",
    "lifecycle": "lifecycle", "birthday": "birthday", "address_label": "label of the address",
    "address": "address", "city": "city",
    "region": "region", "postcode": "postcode", "country": "country", "language": "language",
    "currency": "currency", "channel": "channel", "cadence": "cadence", "source": "source", "note": "",
}  # fmt: skip
# Of companies, deals and follow-ups: those that are not called what the columns are.
_WORDS = {
    "note": "", "stage_since": "", "won_at": "", "lost_at": "", "quoted_on": "quoted",
    "valid_until": "valid until", "done_at": "done", "anchor": "", "every": "repetition",
    "snoozed_until": "", "snooze_reason": "",
}  # fmt: skip
# Of events: what is never another's to change, or no text of a file.
_LINKS = frozenset({"source", "set_by", "done_by"})
_UNLIKE = {
    "name": "n.named AND n.name <> x.name",
    "company_id": "n.company_key <> o.key",
    "lifecycle": "n.lifecycle <> x.lifecycle AND 'other' NOT IN (n.lifecycle, x.lifecycle)",
    "given": "n.named < 2 AND n.given <> x.given",
    "family": "n.named < 2 AND n.family <> x.family",
}


def create(db: sqlite3.Connection) -> None:
    """Make the TEMP table: id and column of what the file overwrites although it only fills."""
    db.execute(_CREATE)


def theirs(column: str, row: str) -> str:
    """SQL of whether a column of a row of the book follows the file."""
    return f"EXISTS (SELECT 1 FROM in_theirs h WHERE h.id = {row}.id AND h.name = '{column}')"


class Differs(NamedTuple):
    """What a row of the file says otherwise than the book, and the book keeps."""

    row: int
    line: int
    name: str
    words: tuple[str, ...]


def remarks(found: Sequence[Differs]) -> list[str]:
    """Say, in one line, which rows differ and in what; nothing where there are none."""
    people: dict[int, Differs] = {}
    for one in sorted(found, key=lambda one: one.row):
        before = people.get(one.row)
        people[one.row] = one._replace(words=before.words + one.words) if before else one
    said = [one for one in people.values() if one.words]
    if not said:
        return []
    every = dict.fromkeys(word for one in said for word in one.words)
    first = "; ".join(
        f"line {line} ({name}: {', '.join(dict.fromkeys(words))})"
        for _, line, name, words in said[:_NAMED]
    )
    more = "; …" if len(said) > _NAMED else ""
    fields = ", ".join([*every][:_FIELDS]) + ", …" * (len(every) > _FIELDS)
    rows = "1 row differs" if len(said) == 1 else f"{len(said)} rows differ"
    return [
        f"{rows} in {fields}, and the book's stays: {first}{more}; --on-match update takes theirs"
    ]


def see_events(db: sqlite3.Connection, event: Event) -> tuple[bool, list[str]]:
    """Find the columns of known events that follow the file.

    Returns:
        Whether there are any; and a line on those that differ and stay.
    """
    columns = [column for column in event.fills if column not in _LINKS]
    left = _find(
        db,
        event.table,
        {column: f"n.{column} <> x.{column}" for column in columns},
        f"SELECT x.id, (SELECT e.id FROM external_id e WHERE e.noun = '{event.table}' AND e.system = n.system"
        f"  AND e.value = n.value AND e.row_id = p.id), n.row, n.line, substr(x.{event.called}, 1, 40), 0, {{0}}"
        " FROM in_plan p CROSS JOIN in_event n ON n.row = p.row"
        f" JOIN {event.table} x ON x.id = p.id WHERE NOT p.fresh AND ({{1}})",
        {column: _WORDS.get(column, column) for column in columns},
    )
    follow = db.execute("SELECT 1 FROM in_theirs LIMIT 1").fetchone() is not None
    return follow, remarks(left)


def see_companies(db: sqlite3.Connection, fields: Sequence[str]) -> list[str]:
    """Find the columns of known companies that follow the file; return a line on those that stay."""
    columns = ("name", *fields)
    left = _find(
        db,
        "company",
        {column: f"n.{column} <> x.{column}" for column in columns},
        "SELECT x.id, (SELECT e.id FROM external_id e WHERE e.noun = 'company' AND e.system = n.system"
        "  AND e.value = n.value AND e.row_id = k.id), n.row, n.line, x.name, n.key IS x.key, {0}"
        " FROM in_known k CROSS JOIN in_companies n ON n.row = k.row"
        " JOIN company x ON x.id = k.id WHERE NOT k.fresh AND ({1})",
        {column: _WORDS.get(column, column) for column in columns},
    )
    return remarks(left)


def see_contacts(db: sqlite3.Connection) -> list[Differs]:
    """Find the columns of known people that follow the file, and return who differs in the others."""
    unlike = {column: _UNLIKE.get(column, f"n.{column} <> x.{column}") for column in _CONTACT}
    return _find(
        db,
        "contact",
        unlike,
        f"SELECT x.id, {EXTERNAL}, n.row, n.line, x.name, n.key IS x.key, {{0}}"
        " FROM in_target t JOIN in_contact n ON n.row = t.row JOIN contact x ON x.id = t.contact_id"
        " LEFT JOIN company o ON o.id = x.company_id WHERE NOT t.fresh AND ({1}) ORDER BY n.row",
        _CONTACT,
    )


def _find(
    db: sqlite3.Connection, noun: str, unlike: dict[str, str], sql: str, words: Mapping[str, str]
) -> list[Differs]:
    """Fill ``in_theirs``; return what differs still.

    ``sql`` gives the row of the book, its id in the other system, row, line and name in the file,
    whether the names are the same, and flags of what differs.
    """
    flags = ", ".join(f"coalesce({one}, 0)" for one in unlike.values())
    found = db.execute(
        sql.format(flags, " OR ".join(f"({one})" for one in unlike.values()))
    ).fetchall()
    if not found:
        return []
    ids, set_by = (
        (Ids(db, noun), SetBy(db, noun))
        if any(row[1] is not None for row in found)
        else (None,) * 2
    )
    left = []
    taken: list[tuple[int, str]] = []
    for row_id, external, row, line, name, same_name, *differs in found:
        columns = [column for column, flag in zip(unlike, differs, strict=True) if flag]
        follow: set[str] = set()
        if ids and set_by and (since := ids.since(row_id, external)) is not None:
            follow = set(set_by.imports(row_id, since, columns))
        taken += [(row_id, column) for column in follow]
        stays = (
            words[column]
            for column in columns
            if column not in follow and not (column == "name" and same_name)
        )
        left.append(Differs(row, line, name, tuple(filter(None, stays))))
    db.executemany("INSERT OR IGNORE INTO temp.in_theirs VALUES (?, ?)", taken)
    return left
