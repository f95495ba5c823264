"""Two values of one row that both copies know all about, and yet have differently: which is the newer, the same on either side."""

from __future__ import annotations

from crmcli.store.union_nouns import NOUNS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any


def is_newer(
    db: sqlite3.Connection,
    table: str,
    stamps: list[str],
    here: dict[str, Any],
    there: dict[str, Any],
) -> bool:
    """Whether theirs is the newer: the same on either side.

    Of one instant it is that of the copy in which it was typed; the other has it from a merge, and perhaps put it to
    somebody else. Where neither has or none is known, the larger text.
    """
    if stamps[0] != stamps[1]:
        return stamps[1] > stamps[0]
    merged = [
        db.execute(f"SELECT 1 FROM {schema}.change_set WHERE uid = ?", (stamp,)).fetchone() is None
        for schema, stamp in zip(("main", "other"), stamps, strict=True)
    ]
    if merged[0] != merged[1]:
        return merged[0]
    return _text(db, table, there) > _text(db, table, here)


def _text(db: sqlite3.Connection, table: str, values: dict[str, Any]) -> str:
    """The values as both copies would write them: what they point to by uid, since ids are of one copy."""
    told = []
    for column in sorted(values):
        value, to = values[column], NOUNS[table].refs.get(column)
        if to and value is not None:
            key = "uid" if NOUNS[to].uid else "key"
            row = db.execute(f"SELECT {key} FROM main.{to} WHERE id = ?", (value,)).fetchone()
            value = row and row[0]
        told.append((column, value))
    return repr(told)
