"""Follow-ups: what was said to be done, and promises."""

from __future__ import annotations

from crmcli.db.connection import new_uid
from crmcli.errors import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from datetime import date

    from crmcli.values.repeat import Roll


def add(
    db: sqlite3.Connection,
    contact_id: int,
    due: str,
    text: str,
    *,
    at: str,
    source: str,
    every: str | None = None,
    anchor: str | None = None,
    set_by: int | None = None,
    uid: str | None = None,
) -> int:
    """Insert a follow-up; return its id. ``due`` is civil, a day or a day and time.

    ``anchor`` is what a repeat counts from, the due date itself by default.
    """
    cursor = db.execute(
        "INSERT INTO follow_up (uid, contact_id, due, text, every, anchor, source, set_by, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            uid or new_uid(),
            contact_id,
            due,
            text,
            every,
            anchor or (due if every else None),
            source,
            set_by,
            at,
        ),
    )
    return cursor.lastrowid or 0


def get(db: sqlite3.Connection, number: int) -> sqlite3.Row:
    """Return one follow-up.

    Raises:
        RefusedError: there is none of that number.
    """
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM follow_ups WHERE id = ?", (number,)
    ).fetchone()
    if row is None:
        raise RefusedError(f"there is no follow-up F{number}; see crm remind --all")
    return row


def open_due(db: sqlite3.Connection, contact_id: int, today: date) -> list[sqlite3.Row]:
    """Return the contact's open follow-ups that are due, snoozed ones left out, oldest first."""
    return db.execute(
        "SELECT * FROM follow_ups WHERE contact_id = ? AND done_at IS NULL AND substr(due, 1, 10) <= ?"
        " AND coalesce(snoozed_until, '') <= ? ORDER BY due, id",
        (contact_id, today.isoformat(), today.isoformat()),
    ).fetchall()


def complete(
    db: sqlite3.Connection,
    row: sqlite3.Row,
    *,
    at: str,
    today: date,
    done_by: int | None,
    leap: str,
    roll: Roll,
    last: bool = False,
) -> str | None:
    """Close a follow-up; where it repeats, set the next one and return when that is due.

    With ``last`` it repeats no more; ``roll`` finds working days, see values.repeat.
    """
    db.execute(
        "UPDATE follow_up SET done_at = ?, done_by = ?, snoozed_until = NULL, snooze_reason = NULL WHERE id = ?",
        (at, done_by, row["id"]),
    )
    if not row["every"] or last:
        return None
    from datetime import date as civil

    from crmcli.store.following import free_uid
    from crmcli.values import repeat

    rule = row["every"]
    anchor = civil.fromisoformat((row["anchor"] or row["due"])[:10])
    following = repeat.next_due(
        anchor, rule, due=civil.fromisoformat(row["due"][:10]), done_on=today, leap=leap, roll=roll
    )
    if following is None:
        return None
    due = following.isoformat() + str(row["due"])[10:]
    if repeat.is_after_done(rule):
        anchor = following
    add(
        db,
        row["contact_id"],
        due,
        row["text"],
        at=at,
        source=row["source"],
        every=rule,
        anchor=anchor.isoformat(),
        set_by=row["set_by"],
        uid=free_uid(db, "follow_up", row["uid"]),
    )
    return due


def reopen(db: sqlite3.Connection, row: sqlite3.Row) -> None:
    """Open again what was closed; the next one of a repeat, which that had set, goes away."""
    db.execute("UPDATE follow_up SET done_at = NULL, done_by = NULL WHERE id = ?", (row["id"],))
    following = db.execute(
        "SELECT id FROM follow_up WHERE id > :id AND contact_id = :contact_id AND created_at = :done_at"
        " AND every = :every AND text = :text AND done_at IS NULL AND snoozed_until IS NULL",
        dict(row),
    )
    for (number,) in following.fetchall():
        drop(db, number)


def rule_left(row: sqlite3.Row, leap: str) -> str | None:
    """The repetition of a follow-up as it stands at its due date; None where that was the last."""
    from datetime import date as civil

    from crmcli.values import repeat

    anchor = civil.fromisoformat((row["anchor"] or row["due"])[:10])
    return repeat.from_day(anchor, row["every"], civil.fromisoformat(row["due"][:10]), leap)


def change(
    db: sqlite3.Connection, row: sqlite3.Row, *, due: str, text: str, every: str | None, anew: bool
) -> bool:
    """Give an open follow-up another due date, text or repetition.

    With ``anew`` it is no longer snoozed, and the repetition counts from ``due``.

    Returns:
        Whether something is different now.
    """
    values = {"due": due, "text": text, "every": every}
    if anew:
        values |= {"anchor": due if every else None, "snoozed_until": None, "snooze_reason": None}
    if all(row[column] == value for column, value in values.items()):
        return False
    sets = ", ".join(f"{column} = :{column}" for column in values)
    db.execute(f"UPDATE follow_up SET {sets} WHERE id = :id", values | {"id": row["id"]})
    return True


def drop(db: sqlite3.Connection, number: int) -> bool:
    """Take a follow-up away, as if it had never been set.

    Returns:
        Whether another system has an id for it, so that a next import sets it again.
    """
    known = db.execute("DELETE FROM external_id WHERE noun = 'follow_up' AND row_id = ?", (number,))
    db.execute("DELETE FROM follow_up WHERE id = ?", (number,))
    return known.rowcount > 0


def snooze(db: sqlite3.Connection, number: int, until: str | None, reason: str | None) -> None:
    """Put a follow-up off until a day, the reason beside it; until None wakes it."""
    db.execute(
        "UPDATE follow_up SET snoozed_until = ?, snooze_reason = ? WHERE id = ?",
        (until, reason, number),
    )
