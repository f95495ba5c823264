"""Pairs of people who look alike and are declared to be different; no rule asks about them again."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


def declare(db: sqlite3.Connection, one: int, two: int) -> bool:
    """Declare two contacts different; return whether that is new."""
    if is_declared(db, one, two):
        return False
    db.execute(
        "INSERT INTO different (contact_id, other_id) VALUES (?, ?)", (min(one, two), max(one, two))
    )
    return True


def lift(db: sqlite3.Connection, one: int, two: int) -> bool:
    """Take the declaration back; return whether there was one."""
    cursor = db.execute(
        "DELETE FROM different WHERE contact_id = ? AND other_id = ?",
        (min(one, two), max(one, two)),
    )
    return cursor.rowcount > 0


def is_declared(db: sqlite3.Connection, one: int, two: int) -> bool:
    """Whether two contacts are declared different."""
    pair = (min(one, two), max(one, two))
    found = db.execute("SELECT 1 FROM different WHERE contact_id = ? AND other_id = ?", pair)
    return found.fetchone() is not None


def of(db: sqlite3.Connection, contact_id: int) -> list[int]:
    """Return the ids of those who are declared different from a contact, in their order."""
    rows = db.execute(
        "SELECT other_id FROM different WHERE contact_id = :id"
        " UNION SELECT contact_id FROM different WHERE other_id = :id ORDER BY 1",
        {"id": contact_id},
    )
    return [row[0] for row in rows]


def move(db: sqlite3.Connection, keep: int, other: int) -> None:
    """Let whoever is different from ``other`` be different from ``keep``."""
    for third in of(db, other):
        lift(db, other, third)
        if third != keep:
            declare(db, keep, third)
