"""A second export of the same system: what it changes, and what stays because it was edited by hand.

A row known by its id in another system follows that system, column by column: where the last
change of a column was made by an import, at the earliest the one that brought the id, a new value
is taken over. What somebody edited since stays, and so does all of a row with ids of two systems,
which would pull it to and fro.
"""

from __future__ import annotations

from bisect import bisect_right
from json import loads
from typing import TYPE_CHECKING

from crmcli.store.history import EFFECTIVE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from crmcli.store.bulk_event import Event

TABLES = ("in_theirs",)
_CREATE = (
    "CREATE TEMP TABLE in_theirs (id INTEGER, name TEXT, PRIMARY KEY (id, name)) WITHOUT ROWID"
)
_NAMED = 3  # rows that a remark names

# Columns of a contact that follow the other system, and their words; those without one are not
# said to differ: of notes nothing is lost, and the parts of a name differ with the name.
_CONTACT = {
    "name": "name", "given": "", "family": "", "company_id": "company", "title": "title",
    "lifecycle": "lifecycle", "birthday": "birthday", "address": "address", "city": "city",
    "region": "region", "postcode": "postcode", "country": "country", "language": "language",
    "currency": "currency", "channel": "channel", "cadence": "cadence", "source": "source", "note": "",
}  # fmt: skip
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


def see_events(db: sqlite3.Connection, event: Event) -> bool:
    """Find the columns of known events that follow the file; return whether there are any."""
    unlike = {column: f"n.{column} <> x.{column}" for column in event.fills}
    _find(
        db,
        event.table,
        unlike,
        "SELECT x.id, e.id, '', 0, '', {0}"
        " FROM in_plan p CROSS JOIN in_event n ON n.row = p.row CROSS JOIN external_id e"
        f" ON e.noun = '{event.table}' AND e.system = n.system AND e.value = n.value AND e.row_id = p.id"
        f" JOIN {event.table} x ON x.id = p.id WHERE NOT p.fresh AND ({{1}})",
    )
    return db.execute("SELECT 1 FROM in_theirs LIMIT 1").fetchone() is not None


def see_companies(db: sqlite3.Connection, fields: Sequence[str]) -> None:
    """Find the columns of known companies that follow the file."""
    _find(
        db,
        "company",
        {column: f"n.{column} <> x.{column}" for column in ("name", *fields)},
        "SELECT x.id, e.id, '', 0, '', {0}"
        " FROM in_known k CROSS JOIN in_companies n ON n.row = k.row CROSS JOIN external_id e"
        " ON e.noun = 'company' AND e.system = n.system AND e.value = n.value AND e.row_id = k.id"
        " JOIN company x ON x.id = k.id WHERE NOT k.fresh AND ({1})",
    )


def see_contacts(db: sqlite3.Connection) -> list[str]:
    """Find the columns of known people that follow the file, and say who differs in the others."""
    unlike = {column: _UNLIKE.get(column, f"n.{column} <> x.{column}") for column in _CONTACT}
    left = _find(
        db,
        "contact",
        unlike,
        "SELECT x.id, (SELECT min(e.id) FROM in_external i JOIN external_id e ON e.noun = 'contact'"
        " AND e.system = i.system AND e.value = i.value WHERE i.row = n.row AND e.row_id = x.id),"
        " x.name, n.line, n.key IS x.key, {0}"
        " FROM in_target t JOIN in_contact n ON n.row = t.row JOIN contact x ON x.id = t.contact_id"
        " LEFT JOIN company o ON o.id = x.company_id WHERE NOT t.fresh AND ({1}) ORDER BY n.row",
    )
    said: list[tuple[int, str, list[str]]] = []
    for line, name, same_name, columns in left:
        words = [
            _CONTACT[column]
            for column in columns
            if _CONTACT[column] and not (column == "name" and same_name)
        ]
        if words:
            said.append((line, name, words))
    if not said:
        return []
    every = dict.fromkeys(word for _, _, words in said for word in words)
    first = "; ".join(
        f"line {line} ({name}: {', '.join(words)})" for line, name, words in said[:_NAMED]
    )
    more = "; …" if len(said) > _NAMED else ""
    rows = "1 row differs" if len(said) == 1 else f"{len(said)} rows differ"
    return [
        f"{rows} in {', '.join(every)}, and the book's stays: {first}{more}; --on-match update takes theirs"
    ]


def _find(
    db: sqlite3.Connection, noun: str, unlike: dict[str, str], sql: str
) -> list[tuple[int, str, bool, list[str]]]:
    """Fill ``in_theirs``; return line, name, whether the names are the same, and what differs still."""
    flags = ", ".join(f"coalesce({one}, 0)" for one in unlike.values())
    found = db.execute(
        sql.format(flags, " OR ".join(f"({one})" for one in unlike.values()))
    ).fetchall()
    if not found:
        return []
    history = _History(db, noun) if any(row[1] is not None for row in found) else None
    left = []
    taken: list[tuple[int, str]] = []
    for row_id, external, name, line, same_name, *differs in found:
        columns = [column for column, flag in zip(unlike, differs, strict=True) if flag]
        follow = (
            set(history.of_imports(row_id, external, columns)) if history and external else set()
        )
        taken += [(row_id, column) for column in follow]
        left.append((line, name, bool(same_name), [one for one in columns if one not in follow]))
    db.executemany("INSERT OR IGNORE INTO temp.in_theirs VALUES (?, ?)", taken)
    return left


class _History:
    """Who set what last: an import, or somebody by hand."""

    def __init__(self, db: sqlite3.Connection, noun: str) -> None:
        self._db = db
        self._noun = noun
        self._rows = _Inserted(db, noun)
        self._ids = _Inserted(db, "external_id")

    def of_imports(self, row_id: int, external: int, columns: Sequence[str]) -> Iterator[str]:
        """Yield those of the columns that an import set last, one since the id is known."""
        alone = "SELECT count(DISTINCT system) = 1 FROM external_id WHERE noun = ? AND row_id = ?"
        if not self._db.execute(alone, (self._noun, row_id)).fetchone()[0]:
            return
        since, _ = self._ids.of(external)
        last: dict[str, tuple[int, str]] = {}
        for set_id, command, data in self._db.execute(
            "SELECT c.set_id, s.command, c.data FROM change c JOIN change_set s ON s.id = c.set_id"
            " WHERE c.noun = ? AND c.row_id = ? AND c.op = 'update'"
            f" AND c.set_id IN (SELECT id FROM change_set WHERE {EFFECTIVE}) ORDER BY c.id DESC",
            (self._noun, row_id),
        ):
            for column in loads(data):
                last.setdefault(column, (set_id, command))
        made = self._rows.of(row_id)
        for column in columns:
            set_id, command = last.get(column, made)
            if set_id >= since and _is_import(command):
                yield column


class _Inserted:
    """By which set a row came into the book: most came in ranges."""

    def __init__(self, db: sqlite3.Connection, noun: str) -> None:
        self._found = db.execute(
            "SELECT c.row_id, coalesce(c.row_last, c.row_id), c.set_id, s.command"
            " FROM change c JOIN change_set s ON s.id = c.set_id"
            " WHERE c.noun = ? AND c.op = 'insert' ORDER BY c.row_id, c.id",
            (noun,),
        ).fetchall()
        self._starts = [row[0] for row in self._found]

    def of(self, row_id: int) -> tuple[int, str]:
        """Number and command of the set; of a row that no set knows one that is no import."""
        place = bisect_right(self._starts, row_id) - 1
        if place < 0 or self._found[place][1] < row_id:
            return 0, ""
        return self._found[place][2], self._found[place][3]


def _is_import(command: str) -> bool:
    return command.removeprefix("crm ").split(" ", 1)[0] == "import"
