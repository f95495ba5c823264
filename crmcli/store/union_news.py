"""What each of two copies of a book has that the other does not know of.

A copy knows its own change sets and those that merges took in, by their uids. News of one side are the
values that sets made which the other does not know; what was done and taken back since is none.
"""

from __future__ import annotations

from crmcli.db.triggers import BY_CONTACT, PAIRED
from crmcli.store import union_back, union_lost
from crmcli.store.union_nouns import NOUNS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

SIDES = {"mine": "main", "theirs": "other"}
_OTHER = {"mine": "theirs", "theirs": "mine"}
_PAIRS = "('contact_tag', 'contact_field', 'participant', 'different')"

# Merges and what takes them back or brings them back; they tell of nothing that is their own.
_MERGES = (
    "SELECT set_id AS id FROM {s}.taken_set WHERE set_id IS NOT NULL"
    " UNION SELECT c.id FROM {s}.change_set c JOIN {s}.taken_set t ON t.set_id = c.undoes"
    " UNION SELECT d.id FROM {s}.change_set d JOIN {s}.change_set c ON c.id = d.undoes"
    " JOIN {s}.taken_set t ON t.set_id = c.undoes"
)
_IN_FORCE = (
    "(x.set_id IS NULL OR (SELECT undone_by FROM {s}.change_set WHERE id = x.set_id) IS NULL)"
)


def gather(db: sqlite3.Connection) -> None:
    """Fill the TEMP tables ``mine_known``, ``mine_news`` and theirs, from main and the attached other."""
    for side, schema in SIDES.items():
        db.execute(f"CREATE TEMP TABLE {side}_known (uid TEXT PRIMARY KEY) WITHOUT ROWID")
        db.execute(
            f"INSERT INTO temp.{side}_known SELECT uid FROM {schema}.change_set UNION"
            f" SELECT uid FROM {schema}.taken_set x WHERE {_IN_FORCE.format(s=schema)}"
        )
    for side, schema in SIDES.items():
        _fresh(db, side, schema)
        union_back.gather(db, side, schema)
        union_lost.gather(db, side, schema)
        db.execute(
            f"CREATE TEMP TABLE {side}_news (noun TEXT, row_id INTEGER, contact_id INTEGER, field TEXT, uid TEXT,"
            " PRIMARY KEY (noun, row_id, contact_id, field)) WITHOUT ROWID"
        )
        _changes(db, side, schema)
        _taken(db, side, schema)


def fork(db: sqlite3.Connection) -> sqlite3.Row | None:
    """Return my last change set that the other side knows: the copies went apart after it."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM main.change_set WHERE uid IN (SELECT uid FROM theirs_known) ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return row


def _fresh(db: sqlite3.Connection, side: str, schema: str) -> None:
    """The sets of one side that the other does not know and that count."""
    unknown = f"uid NOT IN (SELECT uid FROM temp.{_OTHER[side]}_known)"
    db.execute(
        f"CREATE TEMP TABLE {side}_fresh AS SELECT id, uid FROM {schema}.change_set"
        f" WHERE {unknown} AND id NOT IN ({_MERGES.format(s=schema)})"
    )
    # Both new to the other: done and taken back, as if it had never been.
    taken_back = (
        f"SELECT s.id, s.undone_by FROM {schema}.change_set s WHERE s.undone_by IS NOT NULL"
        f" AND s.id IN (SELECT id FROM temp.{side}_fresh) AND s.undone_by IN (SELECT id FROM temp.{side}_fresh)"
    )
    db.execute(
        f"DELETE FROM temp.{side}_fresh WHERE id IN (SELECT id FROM ({taken_back}) UNION"
        f" SELECT undone_by FROM ({taken_back}))"
    )


def _put(db: sqlite3.Connection, side: str, select: str) -> None:
    """Add (noun, row, contact, field, uid); of several uids the newest holds."""
    db.execute(
        f"INSERT INTO temp.{side}_news SELECT * FROM ({select}) WHERE true"
        " ON CONFLICT DO UPDATE SET uid = max(uid, excluded.uid)"
    )


def _changes(db: sqlite3.Connection, side: str, schema: str) -> None:
    fresh = f"FROM temp.{side}_fresh f JOIN {schema}.change c ON c.set_id = f.id"
    owner = f"iif(c.noun IN {_PAIRS}, c.contact_id, 0)"
    _put(
        db, side,
        f"SELECT c.noun, c.row_id, {owner}, '', f.uid {fresh} WHERE c.op = 'insert' AND c.row_last IS NULL",
    )  # fmt: skip
    # An interaction that changed hands is there anew.
    _put(
        db, side,
        f"SELECT c.noun, c.row_id, {owner}, iif(j.key = 'contact_id' AND c.noun IN {_PAIRS}, '', j.key), f.uid"
        f" {fresh} JOIN json_each(c.data) j WHERE c.op = 'update' AND f.id NOT IN (SELECT id FROM temp.{side}_repair)",
    )  # fmt: skip
    for table in NOUNS:
        ranges = f"{fresh} JOIN {schema}.{table} x ON {_within(table, 'c')}"
        _put(
            db, side,
            f"SELECT '{table}', {_key(table)}, '', f.uid {ranges}"
            f" WHERE c.noun = '{table}' AND c.row_last IS NOT NULL",
        )  # fmt: skip


def _taken(db: sqlite3.Connection, side: str, schema: str) -> None:
    unknown = (
        f"{_IN_FORCE.format(s=schema)} AND x.uid NOT IN (SELECT uid FROM temp.{_OTHER[side]}_known)"
    )
    _put(
        db, side,
        f"SELECT x.noun, x.row_id, coalesce(x.contact_id, 0), x.field, x.uid FROM {schema}.taken_value x"
        f" WHERE x.row_last IS NULL AND {unknown}",
    )  # fmt: skip
    for table in NOUNS:
        _put(
            db, side,
            f"SELECT '{table}', {_key(table, 'r')}, x.field, x.uid FROM {schema}.taken_value x"
            f" JOIN {schema}.{table} r ON {_within(table, 'x', 'r')}"
            f" WHERE x.noun = '{table}' AND x.row_last IS NOT NULL AND {unknown}",
        )  # fmt: skip


def _key(table: str, row: str = "x") -> str:
    pair = PAIRED.get(table)
    return f"{row}.{pair}, {row}.contact_id" if pair else f"{row}.id, 0"


def _within(table: str, change: str, row: str = "x") -> str:
    """SQL that a row is within the range of a change."""
    column = "contact_id" if table in BY_CONTACT else PAIRED.get(table) or "id"
    return f"{row}.{column} BETWEEN {change}.row_id AND {change}.row_last"


def last(
    db: sqlite3.Connection,
    schema: str,
    noun: str,
    row_id: int,
    contact_id: int,
    fields: tuple[str, ...],
) -> str:
    """Return the uid of the set that made a value last, whoever knows it; empty where none is told."""
    marks = ", ".join("?" * len(fields))
    ranged = contact_id if noun in BY_CONTACT else row_id
    found = db.execute(
        f"SELECT max(uid) FROM ("
        f" SELECT s.uid FROM {schema}.change c JOIN {schema}.change_set s ON s.id = c.set_id"
        f"  WHERE c.noun = ? AND c.row_id = ? AND c.row_last IS NULL AND (? = 0 OR c.contact_id = ?)"
        f"  AND s.id NOT IN ({_MERGES.format(s=schema)})"
        f"  AND (c.op = 'insert' OR c.op = 'update' AND EXISTS (SELECT 1 FROM json_each(c.data) WHERE key IN ({marks})))"
        f" UNION ALL SELECT s.uid FROM {schema}.change c JOIN {schema}.change_set s ON s.id = c.set_id"
        f"  WHERE c.noun = ? AND c.row_id <= ? AND c.row_last >= ? AND s.id NOT IN ({_MERGES.format(s=schema)})"
        f" UNION ALL SELECT x.uid FROM {schema}.taken_value x WHERE x.noun = ?"
        f"  AND iif(x.row_last IS NULL, x.row_id = ? AND coalesce(x.contact_id, 0) = ?, ? BETWEEN x.row_id AND x.row_last)"
        f"  AND x.field IN ('', {marks}) AND {_IN_FORCE.format(s=schema)})",
        (
            noun, row_id, contact_id, contact_id, *fields, noun, ranged, ranged, noun, row_id, contact_id, ranged,
            *fields,
        ),
    )  # fmt: skip
    return found.fetchone()[0] or ""
