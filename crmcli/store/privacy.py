"""What people agreed to: do-not-contact, the lawful basis of writing to them, the notice given."""

from __future__ import annotations

from crmcli.errors import InvalidValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any


def set_do_not_contact(db: sqlite3.Connection, contact_id: int, at: str, *, on: bool) -> bool:
    """Mark or unmark somebody; return whether that changed anything."""
    cursor = db.execute(
        "UPDATE contact SET do_not_contact = ?, updated_at = ? WHERE id = ? AND do_not_contact <> ?",
        (on, at, contact_id, on),
    )
    return cursor.rowcount > 0


def whose_refusal(db: sqlite3.Connection, contact_id: int, channel: str) -> str | None:
    """Whom an ``email`` or ``phone`` would reach who is not to be contacted: their name.

    None where a contact has another that works, or none at all.
    """
    found = db.execute(
        "SELECT (SELECT r.by_name FROM refused r WHERE r.contact_id = x.contact_id AND r.channel = x.channel"
        " AND r.position = x.position LIMIT 1) AS refuser FROM channels x"
        " WHERE x.contact_id = ? AND x.channel = ? AND x.dead_on IS NULL ORDER BY refuser IS NOT NULL, x.position",
        (contact_id, channel),
    ).fetchone()
    return found[0] if found else None


def barred_by(db: sqlite3.Connection, contact_id: int) -> str | None:
    """Who is not to be contacted and would be reached by all e-mails and phones of a contact: their name."""
    found = db.execute("SELECT by_name FROM barred WHERE contact_id = ? LIMIT 1", (contact_id,))
    return next((row[0] for row in found), None)


def told_barred(contact_id: int, name: str, refuser: str) -> str:
    """That somebody is in no list for contacting from now on, and why."""
    return (
        f"{contact_id} {name} is in no list for contacting now: every e-mail and phone that works is"
        f" also that of {refuser}, who is not to be contacted"
    )


def barred(db: sqlite3.Connection) -> frozenset[str]:
    """The uids of all who have no other e-mail or phone than somebody not to be contacted."""
    if not db.execute("SELECT 1 FROM silent LIMIT 1").fetchone():
        return frozenset()
    sql = "SELECT uid FROM contact WHERE id IN (SELECT contact_id FROM barred)"
    return frozenset([row[0] for row in db.execute(sql)])


def barred_with(db: sqlite3.Connection, contact_id: int) -> list[tuple[int, str]]:
    """``(id, name)`` of those who have no other e-mail or phone than somebody not to be contacted."""
    return db.execute(
        "SELECT c.id, c.name FROM contact c WHERE c.archived_at IS NULL AND NOT c.do_not_contact AND c.id IN ("
        " SELECT o.contact_id FROM email x JOIN email o ON o.key = x.key WHERE x.contact_id = :id"
        " UNION SELECT o.contact_id FROM phone x JOIN phone o ON o.key = x.key WHERE x.contact_id = :id)"
        " AND EXISTS (SELECT 1 FROM barred b WHERE b.contact_id = c.id) ORDER BY c.id",
        {"id": contact_id},
    ).fetchall()


def set_day(db: sqlite3.Connection, contact_id: int, field: str, on: str, at: str) -> bool:
    """Set ``verified_on`` or ``notice_on`` of a contact; return whether that changed anything."""
    cursor = db.execute(
        f"UPDATE contact SET {field} = ?, updated_at = ? WHERE id = ? AND {field} IS NOT ?",
        (on, at, contact_id, on),
    )
    return cursor.rowcount > 0


def stamp(db: sqlite3.Connection, contact_id: int, at: str) -> None:
    """Note when something that hangs on a contact was changed."""
    db.execute("UPDATE contact SET updated_at = ? WHERE id = ?", (at, contact_id))


def consents(db: sqlite3.Connection, contact_id: int) -> list[dict[str, Any]]:
    """Return every basis ever noted, in the order of their days."""
    return [
        dict(row)
        for row in db.execute(
            "SELECT basis, given_on, source, withdrawn_on FROM consents WHERE contact_id = ?"
            " ORDER BY given_on, basis, id",
            (contact_id,),
        )
    ]


def give(
    db: sqlite3.Connection,
    contact_id: int,
    name: str,
    on: str | None,
    source: str | None,
    today: str,
) -> bool:
    """Note a basis; one that holds already takes the day and the source where they are given."""
    held = db.execute(
        "SELECT id FROM consent WHERE contact_id = ? AND basis = ? AND withdrawn_on IS NULL",
        (contact_id, name),
    ).fetchone()
    if held is None:
        db.execute(
            "INSERT INTO consent (contact_id, basis, given_on, source) VALUES (?, ?, ?, ?)",
            (contact_id, name, on or today, source),
        )
        return True
    cursor = db.execute(
        "UPDATE consent SET given_on = coalesce(:on, given_on), source = coalesce(:source, source)"
        " WHERE id = :id AND (given_on <> coalesce(:on, given_on) OR source IS NOT coalesce(:source, source))",
        {"on": on, "source": source, "id": held[0]},
    )
    return cursor.rowcount > 0


def withdraw(db: sqlite3.Connection, contact_id: int, name: str | None, on: str) -> bool:
    """Take a basis back, all of them without a name; return whether any held.

    Raises:
        InvalidValueError: one was given only after that day.
    """
    which = "contact_id = :who AND withdrawn_on IS NULL AND coalesce(:name, basis) = basis"
    values = {"who": contact_id, "name": name, "on": on}
    late = db.execute(
        f"SELECT basis, given_on FROM consent WHERE {which} AND given_on > :on", values
    ).fetchone()
    if late:
        raise InvalidValueError(
            f"{contact_id}: {late['basis']} is of {late['given_on']}; it cannot be withdrawn before"
        )
    return db.execute(f"UPDATE consent SET withdrawn_on = :on WHERE {which}", values).rowcount > 0
