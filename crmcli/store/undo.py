"""Taking a change set back, and bringing it back again.

A set can be undone while nothing later stands on it: no change in force to the same values, and no
row that needs one that the set made. Tags, custom fields and companies that others use by now stay.
"""

from __future__ import annotations

from crmcli.db.triggers import PAIRED, TRACKED
from crmcli.errors import RefusedError
from crmcli.store.history import BY_CONTACT, EFFECTIVE, get

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

# Made in passing and shared: taken away only when nobody uses them.
_SHARED = frozenset(("tag", "field", "company"))
_CHUNK = 1000
# Moved on by whatever is done later, which does not stand on what was there: left where it has moved.
_MOVING = ("updated_at", "verified_on")
_HIGHEST = 2**63 - 1  # above every id
_NAMED = 5  # later changes that a refusal names

_LATER = f"+o.set_id IN (SELECT id FROM change_set WHERE id > :number AND {EFFECTIVE})"
_NO_IDS = "('contact_tag', 'contact_field', 'different')"
_PAIRS = "('participant', 'contact_tag', 'contact_field', 'different')"
# Sets of later changes o(ther) that meet m(ine). CROSS JOIN and + hold SQLite to the one order and
# index that stays quick when either set has 100,000 rows.
_MEETING = (
    # The same row: two updates only where they change the same column.
    (
        "SELECT DISTINCT o.set_id FROM change m CROSS JOIN change o ON o.noun = m.noun AND o.row_id = m.row_id"
        f" WHERE m.set_id = :number AND m.row_last IS NULL AND m.noun NOT IN {_PAIRS} AND o.row_last IS NULL AND {_LATER}"
        " AND (m.op <> 'update' OR o.op <> 'update' OR EXISTS (SELECT 1 FROM json_each(m.data) a"
        " JOIN json_each(o.data) b ON b.key = a.key WHERE a.key NOT IN ('updated_at', 'verified_on')))"
    ),
    (
        "SELECT DISTINCT o.set_id FROM change m CROSS JOIN change o"
        " ON o.contact_id = m.contact_id AND +o.noun = m.noun AND +o.row_id = m.row_id"
        f" WHERE m.set_id = :number AND m.row_last IS NULL AND m.noun IN {_PAIRS} AND {_LATER}"
    ),
    # A row of a range that this set inserted.
    (
        "SELECT DISTINCT o.set_id FROM change m CROSS JOIN change o"
        " ON o.noun = m.noun AND o.row_id BETWEEN m.row_id AND m.row_last"
        f" WHERE m.set_id = :number AND m.row_last IS NOT NULL AND m.noun NOT IN {_NO_IDS} AND {_LATER}"
    ),
    # A range that was given ids of rows that this set deleted.
    (
        "SELECT DISTINCT o.set_id FROM change o CROSS JOIN change m"
        " ON m.noun = o.noun AND m.row_id BETWEEN o.row_id AND o.row_last AND +m.set_id = :number"
        " WHERE o.id > (SELECT max(id) FROM change WHERE set_id = :number)"
        f" AND o.row_last IS NOT NULL AND o.noun NOT IN {_NO_IDS} AND {_LATER}"
    ),
    # A person whom this set changed, and who was merged into another since.
    (
        "SELECT DISTINCT o.set_id FROM change m CROSS JOIN change o"
        " ON o.noun = 'contact' AND o.row_id = m.contact_id AND o.op = 'delete'"
        f" WHERE m.set_id = :number AND m.contact_id IS NOT NULL AND {_LATER}"
    ),
    # Anything on a person whom this set made.
    (
        "SELECT DISTINCT o.set_id FROM change m CROSS JOIN change o"
        " ON o.contact_id BETWEEN m.row_id AND coalesce(m.row_last, m.row_id)"
        f" WHERE m.set_id = :number AND m.noun = 'contact' AND m.op = 'insert' AND {_LATER}"
    ),
)


def undo(db: sqlite3.Connection, number: int, undoing: int) -> None:
    """Take set ``number`` back, inside the open transaction whose set is ``undoing``.

    Raises:
        RefusedError: it is undone already, or later changes stand on it; the message names them.
    """
    chosen = get(db, number)
    if chosen["command"].startswith("crm forget "):
        raise RefusedError(
            f"change {number} erased somebody for good and cannot be taken back;"
            " what was changed before it can: crm undo N, see crm history"
        )
    if chosen["undone_by"] is not None:
        raise RefusedError(
            f"change {number} is undone already; crm redo brings back what was undone last"
        )
    _take_back(db, number, undoing, f"later changes stand on {number}; undo them first")
    db.execute("UPDATE change_set SET undone_by = ? WHERE id = ?", (undoing, number))


def redo(db: sqlite3.Connection, number: int, redoing: int) -> None:
    """Bring set ``number`` back, inside the open transaction whose set is ``redoing``.

    Raises:
        RefusedError: changes made since stand in the way.
    """
    undoing = int(get(db, number)["undone_by"])
    _take_back(db, undoing, redoing, f"changes made since stand in the way of {number}")
    db.execute("UPDATE change_set SET undone_by = ? WHERE id = ?", (redoing, undoing))
    db.execute("UPDATE change_set SET undone_by = NULL WHERE id = ?", (number,))


def _take_back(db: sqlite3.Connection, number: int, by: int, refusal: str) -> None:
    """Reverse a set, unless something stands on it."""
    import sqlite3

    later = _standing_on(db, number)
    if not later:
        db.execute("UPDATE change_set SET undoes = ? WHERE id = ?", (number, by))
        try:
            _reverse(db, number)
        except sqlite3.IntegrityError:
            raise RefusedError(refusal) from None
        later = _orphaned(db, number)
    if later:
        marks = ", ".join("?" * len(later))
        rows = db.execute(
            f"SELECT id, command FROM change_set WHERE id IN ({marks}) ORDER BY id LIMIT {_NAMED}",
            sorted(later),
        )
        more = f" and {len(later) - _NAMED} more" if len(later) > _NAMED else ""
        raise RefusedError(f"{refusal}: {', '.join(f'{row[0]} ({row[1]})' for row in rows)}{more}")


def _standing_on(db: sqlite3.Connection, number: int) -> set[int]:
    """Later sets in force that touch what this set touched."""
    if not db.execute(
        f"SELECT 1 FROM change_set WHERE id > ? AND {EFFECTIVE} AND id < (SELECT max(id) FROM change_set)",
        (number,),
    ).fetchone():
        return set()
    return {row[0] for sql in _MEETING for row in db.execute(sql, {"number": number})}


def _orphaned(db: sqlite3.Connection, number: int) -> set[int]:
    """Later sets whose rows need one that the set had inserted and that is gone now.

    They are found by what remains, since a row of an import has no change of its own.
    """
    found: set[int] = set()
    references = _references(db)
    for change in db.execute(
        "SELECT noun, row_id, coalesce(row_last, row_id) AS last FROM change WHERE set_id = ? AND op = 'insert'",
        (number,),
    ):
        if change["noun"] in _SHARED:
            continue
        for child, column in references.get(change["noun"], ()):
            key = f"contact_id, {PAIRED[child]}" if child in PAIRED else "NULL, id"
            for contact_id, row_id in db.execute(
                f"SELECT {key} FROM {child} WHERE {column} BETWEEN ? AND ? LIMIT {_NAMED + 1}",
                (change["row_id"], change["last"]),
            ):
                found.update(_writers(db, child, row_id, contact_id, number))
    return found


def _writers(
    db: sqlite3.Connection, noun: str, row_id: int, contact_id: int | None, number: int
) -> Iterator[int]:
    """Sets after ``number`` that wrote a row."""
    ranged = contact_id if noun in BY_CONTACT else row_id
    for row in db.execute(
        "SELECT set_id FROM change o WHERE noun = :noun AND row_id = :row AND row_last IS NULL"
        f" AND (:contact IS NULL OR contact_id = :contact) AND {_LATER}"
        " UNION SELECT set_id FROM change o WHERE noun = :noun AND row_id <= :ranged AND row_last >= :ranged"
        f" AND {_LATER}",
        {"noun": noun, "row": row_id, "contact": contact_id, "ranged": ranged, "number": number},
    ):
        yield row[0]


def _references(db: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    """Table -> the tables and columns that point to it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for child in TRACKED:
        for key in db.execute(f"PRAGMA foreign_key_list({child})"):
            found.setdefault(key["table"], []).append((child, key["from"]))
    return found


def _reverse(db: sqlite3.Connection, number: int) -> None:
    """Apply the changes of a set backwards. The triggers write that down as a set of its own."""
    from json import loads

    db.execute("PRAGMA defer_foreign_keys = ON")
    references = _references(db)
    for change in _backwards(db, number):
        noun, op = change["noun"], change["op"]
        if op == "insert":
            where, params = _rows(change)
            if noun in _SHARED:
                where += "".join(
                    f" AND NOT EXISTS (SELECT 1 FROM {child} WHERE {column} = {noun}.id)"
                    for child, column in references[noun]
                )
            db.execute(f"DELETE FROM {noun} WHERE {where}", params)
        elif op == "delete":
            if (
                change["data"] is None
            ):  # of somebody who was forgotten: nothing is there to bring back
                continue
            row = loads(change["data"])
            marks = ", ".join("?" * len(row))
            db.execute(
                f"INSERT INTO {noun} ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
            )
        else:
            _change_back(db, change, loads(change["data"]))


def _change_back(
    db: sqlite3.Connection, change: sqlite3.Row, pairs: dict[str, list[object]]
) -> None:
    """Give the columns of an updated row their values from before."""
    sets, values = [], []
    for column, (before, after) in pairs.items():
        if column in _MOVING:
            sets.append(f"{column} = iif({column} IS ?, ?, {column})")
            values.append(after)
        else:
            sets.append(f"{column} = ?")
        values.append(before)
    where, params = _rows(change)
    db.execute(f"UPDATE {change['noun']} SET {', '.join(sets)} WHERE {where}", (*values, *params))


def _backwards(db: sqlite3.Connection, number: int) -> Iterator[sqlite3.Row]:
    """The changes of a set, newest first, a chunk at a time: one may hold a million."""
    below = _HIGHEST
    while chunk := db.execute(
        "SELECT * FROM change WHERE set_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
        (number, below, _CHUNK),
    ).fetchall():
        yield from chunk
        below = chunk[-1]["id"]


def _rows(change: sqlite3.Row) -> tuple[str, tuple[int, ...]]:
    """SQL of the row that a change is about, or of its range of rows."""
    noun = change["noun"]
    paired = PAIRED.get(noun)
    if change["row_last"] is None:
        if paired:
            return f"contact_id = ? AND {paired} = ?", (change["contact_id"], change["row_id"])
        return "id = ?", (change["row_id"],)
    column = "contact_id" if noun in BY_CONTACT else paired or "id"
    return f"{column} BETWEEN ? AND ?", (change["row_id"], change["row_last"])
