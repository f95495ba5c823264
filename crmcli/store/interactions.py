"""Interactions: what was said and done, with whom."""

from __future__ import annotations

from crmcli.db.connection import new_uid
from crmcli.values.text import alias

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

COLUMNS = ("kind", "at", "direction", "subject", "text", "amount", "currency", "duration", "deal_id", "source")


def add(db: sqlite3.Connection, contacts: Iterable[int], fields: dict[str, Any]) -> int:
    """Insert an interaction with everybody in ``contacts``; return its id.

    Args:
        contacts: ids; doubles are one.
        fields: checked values by column: kind and at (UTC) are needed.
    """
    row = {column: fields[column] for column in COLUMNS if fields.get(column) is not None}
    row["uid"] = new_uid()
    row["alias"] = alias(f"{fields.get('subject') or ''} {fields.get('text') or ''}")
    marks = ", ".join("?" * len(row))
    cursor = db.execute(
        f"INSERT INTO interaction ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
    )
    number = cursor.lastrowid or 0
    for contact_id in dict.fromkeys(contacts):
        db.execute(
            "INSERT INTO participant (contact_id, interaction_id) VALUES (?, ?)", (contact_id, number)
        )
    return number


def timeline(db: sqlite3.Connection, contact_id: int, most: int | None = None) -> list[sqlite3.Row]:
    """Return a contact's interactions, newest first."""
    return db.execute(
        "SELECT * FROM timeline WHERE contact_id = ? ORDER BY at DESC, id DESC LIMIT ?",
        (contact_id, -1 if most is None else most),
    ).fetchall()
