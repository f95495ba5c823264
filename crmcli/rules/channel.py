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
        "SELECT channel, email, phone FROM contacts WHERE id = ?", (contact_id,)
    ).fetchone()
    if person is None:
        return "call"
    if person["channel"] in kinds:
        return str(person["channel"])
    row = db.execute(
        "SELECT kind FROM timeline WHERE contact_id = ? AND direction = 'in' AND touch"
        " ORDER BY at DESC, id DESC LIMIT 1",
        (contact_id,),
    ).fetchone()
    if row and row["kind"] in _REACHING:
        return str(row["kind"])
    return "call" if person["phone"] else "email" if person["email"] else "message"
