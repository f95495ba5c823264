"""Interactions: what was said and done, with whom."""

from __future__ import annotations

from crmcli.db.connection import new_uid
from crmcli.values.text import alias

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from typing import Any

COLUMNS = (
    "kind",
    "at",
    "direction",
    "subject",
    "text",
    "amount",
    "currency",
    "duration",
    "deal_id",
    "source",
)


def add(
    db: sqlite3.Connection, contacts: Iterable[int], fields: dict[str, Any], uid: str | None = None
) -> int:
    """Insert an interaction with everybody in ``contacts``; return its id.

    Args:
        db: the book, inside a transaction.
        contacts: ids; doubles are one.
        fields: checked values by column: kind and at (UTC) are needed.
        uid: a free one; None for a new one.
    """
    row = {column: fields[column] for column in COLUMNS if fields.get(column) is not None}
    row["uid"] = uid or new_uid()
    row["alias"] = alias(f"{fields.get('subject') or ''} {fields.get('text') or ''}")
    marks = ", ".join("?" * len(row))
    cursor = db.execute(
        f"INSERT INTO interaction ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
    )
    number = cursor.lastrowid or 0
    for contact_id in dict.fromkeys(contacts):
        db.execute(
            "INSERT INTO participant (contact_id, interaction_id) VALUES (?, ?)",
            (contact_id, number),
        )
    return number


def find_external(db: sqlite3.Connection, system: str, value: str) -> int | None:
    """Return the interaction that another system knows by this value, None where it is new."""
    from crmcli.store import masked

    row = db.execute(
        "SELECT row_id FROM external_id WHERE noun = 'interaction' AND system = ? AND value = ?",
        (system, masked.known(db, system, value)),
    ).fetchone()
    return row and int(row[0])


def set_external(db: sqlite3.Connection, number: int, system: str, value: str) -> None:
    """Keep what another system calls this interaction."""
    db.execute(
        "INSERT INTO external_id (noun, row_id, system, value) VALUES ('interaction', ?, ?, ?)",
        (number, system, value),
    )
