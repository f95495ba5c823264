"""What one copy took back that the other had taken in: there it counts as never done, and what it had covered holds again.

An undo says nothing about what somebody else typed, knowing nothing of it: so it gives way to that.
"""

from __future__ import annotations

from json import loads

from crmcli.store.union_nouns import NOUNS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    News = dict[str, str]
    Values = dict[str, Any]

_SCHEMA = {"mine": "main", "theirs": "other"}
_OTHER = {"mine": "theirs", "theirs": "mine"}


def gather(db: sqlite3.Connection, side: str, schema: str) -> None:
    """Fill the TEMP table ``SIDE_back``: the uid of a fresh undo, and of the set that it took back and the other knows."""
    db.execute(f"CREATE TEMP TABLE {side}_back (uid TEXT PRIMARY KEY, undone TEXT) WITHOUT ROWID")
    db.execute(
        f"INSERT INTO temp.{side}_back SELECT u.uid, s.uid FROM temp.{side}_fresh u"
        f" JOIN {schema}.change_set s ON s.undone_by = u.id"
    )


def settle(
    db: sqlite3.Connection,
    table: str,
    keys: dict[str, tuple[int, int]],
    news: dict[str, News],
    values: dict[str, Values],
) -> bool:
    """Take undos out of the news of a group of columns of which the other side has news of its own.

    Args:
        db: the book, with the other attached.
        table: whose rows.
        keys: by side, the row's id and contact.
        news: by side, column -> the set that made its value; changed here.
        values: by side, column -> value in my ids; what the undone set had covered is put back in here.

    Returns:
        Whether there was any.
    """
    found = False
    for side, other in _OTHER.items():
        undone = _undone(db, side, news[side])
        if not undone or not news[other].keys() - _undone(db, other, news[other]).keys():
            continue
        given_way = {undone[column] for column in undone.keys() & news[other].keys()}
        for uid in given_way:
            _uncover(db, table, other, keys[other], uid, values[other])
        for column, uid in undone.items():
            if uid in given_way:
                del news[side][column]
        found = found or bool(given_way)
    return found


def _undone(db: sqlite3.Connection, side: str, news: News) -> News:
    """Column -> the set that was taken back, of the news that are nothing but that."""
    found = {}
    for column, uid in news.items():
        row = db.execute(f"SELECT undone FROM temp.{side}_back WHERE uid = ?", (uid,)).fetchone()
        if row:
            found[column] = row[0]
    return found


def _uncover(
    db: sqlite3.Connection, table: str, side: str, key: tuple[int, int], undone: str, values: Values
) -> None:
    """Give columns that a merge took from a set their values from before that merge, where it wrote them last."""
    schema = _SCHEMA[side]
    where = "x.noun = ? AND iif(x.row_last IS NULL, x.row_id = ?, ? BETWEEN x.row_id AND x.row_last) AND coalesce(x.contact_id, 0) = ?"
    row = (table, key[0], key[0], key[1])
    merge = db.execute(
        f"SELECT max(x.set_id) FROM {schema}.taken_value x WHERE {where} AND x.uid = ?",
        (*row, undone),
    ).fetchone()[0]
    if merge is None:
        return
    kept = {
        line[0]
        for line in db.execute(
            f"SELECT x.field FROM {schema}.taken_value x WHERE {where} AND x.set_id = ? AND x.uid <> ?",
            (*row, merge, undone),
        )
    }
    changes = db.execute(
        f"SELECT set_id, data FROM {schema}.change WHERE noun = ? AND row_id = ? AND set_id >= ? AND op = 'update'"
        " AND (? = 0 OR contact_id = ?) ORDER BY id",
        (table, key[0], merge, key[1], key[1]),
    ).fetchall()
    written = [(number, loads(data)) for number, data in changes if data]
    for column in values:
        lines = [(number, data[column]) for number, data in written if column in data]
        if column in kept or not lines or lines[-1][0] != merge:
            continue
        before, known = _in_my_ids(db, table, side, column, lines[0][1][0])
        if known:
            values[column] = before


def _in_my_ids(
    db: sqlite3.Connection, table: str, side: str, column: str, value: Any
) -> tuple[Any, bool]:
    """A value of one side as this book has it, and whether it has it."""
    to = NOUNS[table].refs.get(column)
    if to is None or value is None:
        return value, True
    if side == "theirs":
        sql = "SELECT mine FROM temp.twin WHERE noun = ? AND theirs = ?"
        row = db.execute(sql, (to, value)).fetchone()
    else:
        row = db.execute(f"SELECT id FROM main.{to} WHERE id = ?", (value,)).fetchone()
    return (row[0], True) if row else (None, False)
