"""What the owner does not want to hear: acknowledged, snoozed or ignored."""

from __future__ import annotations

from crmcli.store import who

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
    """Silence one occurrence of a rule's finding on a person; the next one is heard again.

    Others that were acknowledged stay so: a person has several key dates.
    """
    db.execute(
        "DELETE FROM silence WHERE kind = 'ack' AND rule = ? AND contact_id = ? AND occurrence IS ?",
        (rule, contact_id, occurrence),
    )
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


def wake(db: sqlite3.Connection, rule: str | None, contact_id: int) -> bool:
    """End the snooze of a rule on a person, or with rule None of the whole person.

    Returns:
        Whether there was one, its day still to come or not.
    """
    return _drop(db, "snooze", rule, contact_id, None)


def snoozed_rules(db: sqlite3.Connection, contact_id: int, today: str) -> list[str | None]:
    """Return the rules that are snoozed on a person today; None among them is the whole person."""
    return [
        row[0]
        for row in db.execute(
            "SELECT rule FROM silences WHERE kind = 'snooze' AND contact_id = ? AND until > ?"
            " ORDER BY rule",
            (contact_id, today),
        )
    ]


def snoozed(db: sqlite3.Connection, today: str) -> list[sqlite3.Row]:
    """Return all that is put off today, first what ends first.

    Rows of ``handle`` (as snooze takes it: F12, R201:7, or 7 for a whole person), ``rule``,
    ``contact_id``, ``until``, ``reason`` and the ``text`` of a follow-up.
    """
    return db.execute(
        "SELECT 'F' || id AS handle, NULL AS rule, contact_id, snoozed_until AS until, snooze_reason AS reason, text"
        " FROM follow_ups WHERE done_at IS NULL AND snoozed_until > :today"
        " UNION ALL"
        " SELECT coalesce(rule || ':', '') || contact_id, rule, contact_id, until, reason, NULL"
        " FROM silences WHERE kind = 'snooze' AND until > :today"
        " ORDER BY until, contact_id, handle",
        {"today": today},
    ).fetchall()


def of_people(db: sqlite3.Connection, today: str) -> list[sqlite3.Row]:
    """Return the snoozes of people and of rules on them that hold today, as ``snoozed`` has them."""
    return [row for row in snoozed(db, today) if row["text"] is None]


def shortened(db: sqlite3.Connection, before: list[sqlite3.Row], today: str) -> list[sqlite3.Row]:
    """Return those of the snoozes ``before`` a merge that hold no more, or not as long."""
    left = {(row["rule"], row["contact_id"], row["until"]) for row in of_people(db, today)}
    return [
        row
        for row in before
        if (row["rule"], who.followed(db, row["contact_id"]), row["until"]) not in left
    ]


def whole(db: sqlite3.Connection, contact_id: int, today: str) -> str | None:
    """Return the day until which the whole person is snoozed, None for not."""
    row = db.execute(
        "SELECT until FROM silences WHERE kind = 'snooze' AND rule IS NULL AND contact_id = ? AND until > ?",
        (contact_id, today),
    ).fetchone()
    return row and str(row["until"])


def ignored_rules(db: sqlite3.Connection) -> list[str]:
    """Return the codes of rules that are ignored on somebody."""
    return [
        row[0]
        for row in db.execute(
            "SELECT DISTINCT rule FROM silences WHERE kind = 'ignore' ORDER BY rule"
        )
    ]


def of_contact(
    db: sqlite3.Connection, contact_id: int, today: str, *, every: bool
) -> list[sqlite3.Row]:
    """Return what is ignored or snoozed on a person, also by a tag; with ``every`` all that ever was silent.

    Rows of kind, rule (None for all), tag, occurrence, until, reason and created_at.
    """
    return db.execute(
        "SELECT kind, rule, tag, occurrence, until, reason, created_at FROM silences WHERE (contact_id = :id OR tag_id IN (SELECT tag_id FROM tags WHERE contact_id = :id))"
        " AND (:every OR kind = 'ignore' OR (kind = 'snooze' AND until > :today)) ORDER BY rule, kind, id",
        {"id": contact_id, "today": today, "every": every},
    ).fetchall()


def _drop(
    db: sqlite3.Connection, kind: str, rule: str | None, contact_id: int | None, tag_id: int | None
) -> bool:
    cursor = db.execute(
        "DELETE FROM silence WHERE kind = ? AND rule IS ? AND contact_id IS ? AND tag_id IS ?",
        (kind, rule, contact_id, tag_id),
    )
    return cursor.rowcount > 0
