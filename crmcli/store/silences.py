"""What the owner does not want to hear: acknowledged, snoozed or ignored."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_ADD = (
    "INSERT INTO silence (kind, rule, contact_id, tag_id, occurrence, until, reason, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


def acknowledge(
    db: sqlite3.Connection, rule: str, contact_id: int, occurrence: str, *, at: str
) -> None:
    """Silence one occurrence of a rule's finding on a person; the next one is heard again."""
    _drop(db, "ack", rule, contact_id, None)
    db.execute(_ADD, ("ack", rule, contact_id, None, occurrence, None, None, at))


def snooze(
    db: sqlite3.Connection,
    rule: str | None,
    contact_id: int,
    until: str,
    *,
    reason: str | None,
    at: str,
) -> None:
    """Silence a rule on a person, or with rule None everything that asks for a touch, until a day."""
    _drop(db, "snooze", rule, contact_id, None)
    db.execute(_ADD, ("snooze", rule, contact_id, None, None, until, reason, at))


def ignore(
    db: sqlite3.Connection,
    rule: str,
    contact_id: int | None,
    tag_id: int | None,
    *,
    reason: str | None,
    at: str,
) -> None:
    """Silence a rule on a person or on a tag for good."""
    _drop(db, "ignore", rule, contact_id, tag_id)
    db.execute(_ADD, ("ignore", rule, contact_id, tag_id, None, None, reason, at))


def lift(db: sqlite3.Connection, rule: str, contact_id: int | None, tag_id: int | None) -> bool:
    """Hear a rule again on a person or a tag: ignore, snooze and acknowledgement end.

    Returns:
        Whether there was any.
    """
    dropped = [_drop(db, kind, rule, contact_id, tag_id) for kind in ("ack", "snooze", "ignore")]
    return any(dropped)


def _drop(
    db: sqlite3.Connection, kind: str, rule: str | None, contact_id: int | None, tag_id: int | None
) -> bool:
    cursor = db.execute(
        "DELETE FROM silence WHERE kind = ? AND rule IS ? AND contact_id IS ? AND tag_id IS ?",
        (kind, rule, contact_id, tag_id),
    )
    return cursor.rowcount > 0
