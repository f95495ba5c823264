"""The history: what each command changed, and taking it back.

An insert is kept as its key alone (the row itself says the rest, and a later delete keeps the
row), so that an import of 100,000 rows is one entry and a few changes over ranges of ids.
"""

from __future__ import annotations

import json

from crmcli.db.triggers import PAIRED
from crmcli.errors import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

# Sets that count: neither taken back nor a taking back.
_EFFECTIVE = "undoes IS NULL AND undone_by IS NULL"


def last(db: sqlite3.Connection) -> int:
    """Return the number of the newest set that can be undone.

    Raises:
        RefusedError: there is none.
    """
    row = db.execute(f"SELECT max(id) FROM change_set WHERE {_EFFECTIVE}").fetchone()
    if row[0] is None:
        raise RefusedError("nothing to undo")
    return int(row[0])


def last_undone(db: sqlite3.Connection) -> int:
    """Return the number of the set that was undone last and can be redone.

    Raises:
        RefusedError: there is none.
    """
    row = db.execute(
        "SELECT undoes FROM change_set WHERE undoes IS NOT NULL AND undone_by IS NULL"
        " AND undoes IN (SELECT id FROM change_set WHERE undone_by IS NOT NULL)"
        " ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        raise RefusedError("nothing to redo")
    return int(row[0])


def get(db: sqlite3.Connection, number: int) -> sqlite3.Row:
    """Return the set of that number.

    Raises:
        RefusedError: there is none.
    """
    row: sqlite3.Row | None = db.execute("SELECT * FROM change_set WHERE id = ?", (number,)).fetchone()
    if row is None or row["undoes"] is not None:
        raise RefusedError(f"there is no change {number}; see crm history")
    return row


def undo(db: sqlite3.Connection, number: int, undoing: int) -> None:
    """Take set ``number`` back, inside the open transaction whose set is ``undoing``.

    Raises:
        RefusedError: it is undone already, or later changes stand on it; the message names them.
    """
    if get(db, number)["undone_by"] is not None:
        raise RefusedError(f"change {number} is undone already; crm redo brings it back")
    later = _standing_on(db, number)
    if later:
        names = ", ".join(f"{row['id']} ({row['command']})" for row in later[:5])
        raise RefusedError(f"later changes stand on {number}: undo them first: {names}")
    db.execute("UPDATE change_set SET undoes = ? WHERE id = ?", (number, undoing))
    _reverse(db, number)
    db.execute("UPDATE change_set SET undone_by = ? WHERE id = ?", (undoing, number))


def redo(db: sqlite3.Connection, number: int, redoing: int) -> None:
    """Bring set ``number`` back, inside the open transaction whose set is ``redoing``.

    Raises:
        RefusedError: changes made since stand in the way.
    """
    undoing = int(get(db, number)["undone_by"])
    later = _standing_on(db, undoing)
    if later:
        names = ", ".join(f"{row['id']} ({row['command']})" for row in later[:5])
        raise RefusedError(f"later changes stand in the way of redoing {number}: {names}")
    db.execute("UPDATE change_set SET undoes = ? WHERE id = ?", (undoing, redoing))
    _reverse(db, undoing)
    db.execute("UPDATE change_set SET undone_by = ? WHERE id = ?", (redoing, undoing))
    db.execute("UPDATE change_set SET undone_by = NULL WHERE id = ?", (number,))


def _standing_on(db: sqlite3.Connection, number: int) -> list[sqlite3.Row]:
    """Later sets in force that touch the same rows, or rows of contacts that this set made."""
    return db.execute(
        f"""
        SELECT id, command FROM change_set s
        WHERE id > :number AND {_EFFECTIVE} AND EXISTS (
          SELECT 1 FROM change mine JOIN change other ON other.set_id = s.id
          WHERE mine.set_id = :number AND (
            (other.noun = mine.noun
             AND other.row_id <= coalesce(mine.row_last, mine.row_id)
             AND coalesce(other.row_last, other.row_id) >= mine.row_id
             AND (other.contact_id IS mine.contact_id OR mine.noun NOT IN ('participant', 'contact_tag', 'contact_field')))
            OR (mine.noun = 'contact' AND mine.op = 'insert'
                AND other.contact_id BETWEEN mine.row_id AND coalesce(mine.row_last, mine.row_id))
            OR (mine.noun = 'contact' AND mine.op = 'insert' AND other.noun = 'participant' AND other.contact_id IS NULL
                AND EXISTS (SELECT 1 FROM participant p
                            WHERE p.interaction_id BETWEEN other.row_id AND other.row_last
                            AND p.contact_id BETWEEN mine.row_id AND coalesce(mine.row_last, mine.row_id)))))
        ORDER BY id
        """,
        {"number": number},
    ).fetchall()


def _reverse(db: sqlite3.Connection, number: int) -> None:
    """Apply the changes of a set backwards. The triggers write that down as a set of its own."""
    db.execute("PRAGMA defer_foreign_keys = ON")
    for change in db.execute("SELECT * FROM change WHERE set_id = ? ORDER BY id DESC", (number,)).fetchall():
        noun, op = change["noun"], change["op"]
        if op == "insert":
            db.execute(*_delete(change))
        elif op == "delete":
            row = json.loads(change["data"])
            marks = ", ".join("?" * len(row))
            db.execute(f"INSERT INTO {noun} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
        else:
            values = {column: pair[0] for column, pair in json.loads(change["data"]).items()}
            sets = ", ".join(f"{column} = ?" for column in values)
            where, params = _key(change)
            db.execute(f"UPDATE {noun} SET {sets} WHERE {where}", (*values.values(), *params))


def _key(change: sqlite3.Row) -> tuple[str, tuple[int, ...]]:
    paired = PAIRED.get(change["noun"])
    if paired:
        return f"contact_id = ? AND {paired} = ?", (change["contact_id"], change["row_id"])
    return "id = ?", (change["row_id"],)


def _delete(change: sqlite3.Row) -> tuple[str, tuple[int, ...]]:
    """SQL that takes inserted rows away: one, or a range of them.

    A range of a paired table is one of interactions (participant) or of contacts (the others).
    """
    noun = change["noun"]
    if change["row_last"] is None:
        where, params = _key(change)
        return f"DELETE FROM {noun} WHERE {where}", params
    column = {"participant": "interaction_id", "contact_tag": "contact_id", "contact_field": "contact_id"}.get(noun, "id")
    return f"DELETE FROM {noun} WHERE {column} BETWEEN ? AND ?", (change["row_id"], change["row_last"])


def sets(db: sqlite3.Connection, most: int) -> Iterator[sqlite3.Row]:
    """Yield the newest sets: id, at, command, undone, and how many changes each holds."""
    yield from db.execute(
        "SELECT s.id, s.at, s.command, s.undone_by IS NOT NULL AS undone,"
        " (SELECT sum(coalesce(row_last - row_id + 1, 1)) FROM change WHERE set_id = s.id) AS changes"
        " FROM change_set s WHERE s.undoes IS NULL ORDER BY s.id DESC LIMIT ?",
        (most,),
    )


def of_contact(db: sqlite3.Connection, contact_id: int) -> Iterator[sqlite3.Row]:
    """Yield the changes of one contact, oldest first, with their set's ``at`` and ``command``."""
    yield from db.execute(
        "SELECT s.id AS number, s.at, s.command, s.undone_by IS NOT NULL AS undone, s.undoes, c.noun, c.op, c.row_id, c.data"
        " FROM change c JOIN change_set s ON s.id = c.set_id"
        " WHERE c.contact_id = :id OR (c.noun IN ('contact', 'contact_tag', 'contact_field') AND c.row_last IS NOT NULL"
        "   AND c.contact_id IS NULL AND :id BETWEEN c.row_id AND c.row_last)"
        " ORDER BY c.id",
        {"id": contact_id},
    )
