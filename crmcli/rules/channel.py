"""The channel that a person answers, as the kind of interaction to log next."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

_REACHING = ("call", "email", "message", "meeting", "visit")
OUTBOUND = frozenset(("email", "message"))  # kinds that have a direction


def suggest(db: sqlite3.Connection, contact_id: int, kinds: Collection[str]) -> str:
    """Return the kind of touch for a person: the channel they chose, else the one they used last.

    Else a call where there is a phone, an e-mail where there is an address, or a message.
    """
    person = db.execute(
        "SELECT channel, email, phone, last_direction, last_kind FROM contacts WHERE id = ?",
        (contact_id,),
    ).fetchone()
    if person is None:
        return "call"
    if person["channel"] in kinds:
        return str(person["channel"])
    answered = person["last_direction"] == "in"
    used = person["last_kind"] if answered else _last_used(db, contact_id)
    if used in _REACHING:
        return str(used)
    return "call" if person["phone"] else "email" if person["email"] else "message"


def _last_used(db: sqlite3.Connection, contact_id: int) -> str | None:
    """The kind of what they sent last, None for nothing."""
    row = db.execute(
        "SELECT kind FROM timeline WHERE contact_id = ? AND direction = 'in' AND touch"
        " ORDER BY at DESC, id DESC LIMIT 1",
        (contact_id,),
    ).fetchone()
    return row["kind"] if row else None
