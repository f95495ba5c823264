"""The changes of a set applied backwards. The triggers write that down as a set of its own.

Each row is found as the set left it, or it is left to ``standing`` to say who is in the way.
"""

from __future__ import annotations

import sqlite3
from itertools import groupby
from json import loads

from crmcli.db.triggers import BY_CONTACT, PAIRED, TRACKED
from crmcli.errors import InvalidValueError
from crmcli.store import same_word
from crmcli.store.history import EFFECTIVE
from crmcli.store.standing import MOVING, SHARED, is_free, references
from crmcli.values.dates import from_utc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 1000
_HIGHEST = 2**63 - 1  # above every id


class MetError(Exception):
    """A change cannot be reversed: its row is not as the set left it.

    Attributes:
        change: that change.
    """

    def __init__(self, change: sqlite3.Row) -> None:
        super().__init__(f"{change['noun']} {change['row_id']}")
        self.change = change


class MissingError(Exception):
    """A row that came back points to one that is gone.

    Attributes:
        noun, row_id: of that one.
    """

    def __init__(self, noun: str, row_id: int) -> None:
        super().__init__(f"{noun} {row_id}")
        self.noun = noun
        self.row_id = row_id


def reverse(db: sqlite3.Connection, number: int, origin: int, by: int) -> None:
    """Apply the changes of set ``number`` backwards, inside the open transaction whose set is ``by``.

    Args:
        db: the book, where the links between the sets say already how things are to be.
        number: the set: a command's own, or the one that had undone it.
        origin: the command's own.
        by: the set that this is written down as.

    Raises:
        MetError: a row is not as the set left it.
        MissingError: a row came back without one that it needs.
    """
    db.execute("PRAGMA defer_foreign_keys = ON")
    since = number if number != origin else None
    if since is not None:
        same_word.unite(db)
    pointing = references(db)
    free = {noun: is_free(noun, pointing) for noun in SHARED}
    for (noun, op), run in groupby(_backwards(db, number), lambda change: change[:2]):
        changes = (change for _, _, change in run)
        if op == "insert":
            _take_away(db, noun, changes, free.get(noun))
        elif op == "delete":
            _put_back(db, noun, changes, since)
        else:
            for change in changes:
                _change_back(db, change, loads(change["data"]))
    _bring_shared_back(db, by, since)
    _take_shared_away(db, free)
    _look_up(db, by)
    _move_on(db, origin)


def _backwards(db: sqlite3.Connection, number: int) -> Iterator[tuple[str, str, sqlite3.Row]]:
    """The changes of a set, newest first, a chunk at a time: one may hold a million."""
    below = _HIGHEST
    while chunk := db.execute(
        "SELECT * FROM change WHERE set_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
        (number, below, _CHUNK),
    ).fetchall():
        for change in chunk:
            yield change["noun"], change["op"], change
        below = chunk[-1]["id"]


def _take_away(
    db: sqlite3.Connection, noun: str, changes: Iterator[sqlite3.Row], free: str | None
) -> None:
    """Delete what was inserted; of a shared table what nobody else uses."""
    for change in changes:
        where, params = _rows(change)
        found = db.execute(f"DELETE FROM {noun} WHERE {where}" + (f" AND {free}" if free else ""), params)  # fmt: skip
        if not found.rowcount and change["row_last"] is None and not free:
            raise MetError(change)


def _put_back(
    db: sqlite3.Connection, noun: str, changes: Iterator[sqlite3.Row], since: int | None
) -> None:
    """Insert what was deleted, as it was."""
    for change in changes:
        if change["data"] is None:  # of somebody who was forgotten: nothing is there to bring back
            continue
        row = loads(change["data"])
        if noun in SHARED and _is_there(db, noun, row["id"]):
            continue  # with somebody else's
        if noun == "company" and since is not None and _made_anew(db, row["key"], since):
            raise MetError(change)
        sql = f"INSERT INTO {noun} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
        try:
            db.execute(sql, tuple(row.values()))
        except sqlite3.IntegrityError:
            raise MetError(change) from None


def _is_there(db: sqlite3.Connection, noun: str, row_id: int) -> bool:
    return db.execute(f"SELECT 1 FROM {noun} WHERE id = ?", (row_id,)).fetchone() is not None


def _made_anew(db: sqlite3.Connection, key: str, since: int) -> bool:
    """Whether somebody made a company of that key after set ``since``: equal keys are one company."""
    for (other,) in db.execute("SELECT id FROM company WHERE key = ?", (key,)).fetchall():
        if db.execute(
            "SELECT 1 FROM change WHERE noun = 'company' AND op = 'insert' AND set_id > ?"
            " AND row_id <= ? AND coalesce(row_last, row_id) >= ?"
            f" AND set_id IN (SELECT id FROM change_set WHERE {EFFECTIVE})",
            (since, other, other),
        ).fetchone():
            return True
    return False


def _change_back(
    db: sqlite3.Connection, change: sqlite3.Row, pairs: dict[str, list[object]]
) -> None:
    """Give the columns of an updated row their values from before, where they are as they were left."""
    for column in (*MOVING.get(change["noun"], ()), *unreadable(pairs)):
        pairs.pop(column, None)
    if not pairs:
        return
    sets = ", ".join(f"{column} = ?" for column in pairs)
    still = "".join(f" AND {column} IS ?" for column in pairs)
    befores, afters = zip(*pairs.values(), strict=True)
    where, params = _rows(change)
    found = db.execute(
        f"UPDATE {change['noun']} SET {sets} WHERE {where}{still}", (*befores, *params, *afters)
    )
    if not found.rowcount:
        raise MetError(change)


def unreadable(pairs: dict[str, list[object]]) -> list[str]:
    """The columns whose instant from before is none: a repair wrote one, and nothing could work with the other."""
    return [
        column
        for column, (before, _) in pairs.items()
        if (column in ("at", "stage_since") or column.endswith("_at"))
        and before is not None
        and not _is_instant(before)
    ]


def _is_instant(value: object) -> bool:
    try:
        from_utc(str(value), "UTC")
    except InvalidValueError:
        return False
    return True


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


# What was shared


def _bring_shared_back(db: sqlite3.Connection, by: int, since: int | None) -> None:
    """Put tags, fields and companies back that rows point to again and that went with their last user."""
    for noun, row_id in _missing(db, by):
        if noun not in SHARED:
            continue
        held = db.execute(
            "SELECT * FROM change WHERE noun = ? AND row_id = ? AND op = 'delete' AND data IS NOT NULL ORDER BY id DESC LIMIT 1",
            (noun, row_id),
        ).fetchone()
        if held:
            _put_back(db, noun, iter((held,)), since)


def _take_shared_away(db: sqlite3.Connection, free: dict[str, str]) -> None:
    """Delete the tags, fields and companies of undone sets that had been kept for others, when these are gone."""
    for noun in SHARED:
        db.execute(
            f"DELETE FROM {noun} WHERE id IN (SELECT r.id FROM change c CROSS JOIN change_set s ON s.id = c.set_id"
            f" CROSS JOIN {noun} r ON r.id BETWEEN c.row_id AND coalesce(c.row_last, c.row_id)"
            f" WHERE c.noun = '{noun}' AND c.op = 'insert' AND s.undoes IS NULL AND s.undone_by IS NOT NULL)"
            f" AND {free[noun]} AND NOT EXISTS (SELECT 1 FROM change e CROSS JOIN change_set t ON t.id = e.set_id"
            f" WHERE e.noun = '{noun}' AND e.row_id = {noun}.id AND e.op = 'update' AND t.{EFFECTIVE})"
        )


def _look_up(db: sqlite3.Connection, by: int) -> None:
    """See that whatever came back has what it points to."""
    for noun, row_id in _missing(db, by):
        raise MissingError(noun, row_id)


def _missing(db: sqlite3.Connection, by: int) -> list[tuple[str, int]]:
    """What rows that a set put back or changed point to, and is not there."""
    written = {
        row[0]
        for row in db.execute(
            "SELECT DISTINCT noun FROM change WHERE set_id = ? AND op <> 'delete'", (by,)
        )
    }
    found: set[tuple[str, int]] = set()
    for child in TRACKED:
        if child not in written:
            continue
        key = f"x.contact_id = c.contact_id AND x.{PAIRED[child]}" if child in PAIRED else "x.id"
        for reference in db.execute(f"PRAGMA foreign_key_list({child})").fetchall():
            parent, column = reference["table"], reference["from"]
            found.update(
                (parent, row[0])
                for row in db.execute(
                    f"SELECT DISTINCT x.{column} FROM change c CROSS JOIN {child} x ON {key} = c.row_id"
                    f" WHERE c.set_id = ? AND c.noun = ? AND c.op <> 'delete' AND x.{column} IS NOT NULL"
                    f" AND NOT EXISTS (SELECT 1 FROM {parent} WHERE id = x.{column})",
                    (by, child),
                )
            )
    return sorted(found)


def _move_on(db: sqlite3.Connection, origin: int) -> None:
    """Give columns that every change moves on the value of the last set in force, or that from before all."""
    for noun, columns in MOVING.items():
        for column in columns:
            touched = (
                f"noun = '{noun}' AND op = 'update' AND json_type(data, '$.{column}') IS NOT NULL"
            )
            before = f"json_extract(c.data, '$.{column}[0]')"
            after = f"json_extract(c.data, '$.{column}[1]')"
            row = f"FROM change c JOIN change_set s ON s.id = c.set_id WHERE c.row_id = {noun}.id AND c.{touched}"
            value = (
                f"(SELECT v FROM (SELECT s.id AS place, c.id AS id, {after} AS v {row} AND s.{EFFECTIVE}"
                f" UNION ALL SELECT 0, 0, (SELECT {before} {row} AND s.undoes IS NULL ORDER BY c.id LIMIT 1))"
                " ORDER BY place DESC, id DESC LIMIT 1)"
            )
            db.execute(
                f"UPDATE {noun} SET {column} = {value} WHERE id IN (SELECT row_id FROM change WHERE set_id = ? AND {touched})",
                (origin,),
            )
